"""Encoders with a head: networks that give labels, a number or tags, over the base's weights."""

import copy
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn

from engine.model import BaseModel

TASKS = ("SEQ_CLS", "TOKEN_CLS")


HEADS = frozenset({"classifier", "score"})
"""What transformers calls the modules whose outputs are a head's."""


def labels_of(
    said: dict, notes: dict[str, str], weights: dict[str, torch.Tensor]
) -> tuple[str, ...] | None:
    """What the outputs stand for; None for one number. `notes` is the metadata of the weights' file,
    where the trainer writes it if PEFT has the configuration. Who does not say gets LABEL_0, LABEL_1, …
    """
    named = said.get("labels") or json.loads(notes.get("labels", "null"))
    if isinstance(named, list) and named and all(isinstance(label, str) for label in named):
        return tuple(named)
    outputs = [
        weight.shape[0]
        for name, weight in weights.items()
        if name.endswith(".weight") and HEADS.intersection(name.split("."))
    ]
    count = outputs[-1] if outputs else 1
    return tuple(f"LABEL_{i}" for i in range(count)) if count > 1 else None


def headed(base: BaseModel, task: str, labels: tuple[str, ...] | None) -> tuple[Any, set[str]]:
    """A network over the base's own weights in memory, and the names of those that an adapter has to bring.

    What the base in memory lacks comes from its folder. What that lacks too is zero and has to be brought.
    """
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

    config = copy.deepcopy(base.network.config)
    config.num_labels = len(labels or "1")
    made = AutoModelForSequenceClassification if task == "SEQ_CLS" else AutoModelForTokenClassification
    with torch.device("meta"):
        network = made.from_config(config, dtype=base.network.dtype)
        if task == "SEQ_CLS" and labels is None:
            _exact(network)
    stem = network.get_submodule(network.base_model_prefix)
    own = {
        f"{network.base_model_prefix}.{name}": weight.detach()
        for name, weight in base.network.named_parameters()
        if name not in base.made_up
    }
    named = dict(network.named_parameters())
    own |= _held(base.folder, {name: weight for name, weight in named.items() if name not in own})
    for name, weight in named.items():
        value = own[name] if name in own else torch.zeros(weight.shape, dtype=weight.dtype)
        _put(network, name, nn.Parameter(value, requires_grad=False))
    for name, buffer in base.network.named_buffers():
        if name in dict(stem.named_buffers()):
            owner, _, last = name.rpartition(".")
            stem.get_submodule(owner).register_buffer(last, buffer, persistent=False)
    return network, named.keys() - own.keys()


def _held(folder: Path, wanted: dict[str, nn.Parameter]) -> dict[str, torch.Tensor]:
    """Those of the weights that a model's folder has, in the same shape."""
    found = {}
    for path in sorted(folder.glob("model*.safetensors")):
        with safe_open(path, framework="pt") as file:
            for name in wanted.keys() & set(file.keys()):
                if file.get_slice(name).get_shape() == list(wanted[name].shape):
                    found[name] = file.get_tensor(name).to(wanted[name].dtype)
    return found


def _exact(network: nn.Module) -> None:
    """A number needs the digits of float32: in 16 bits one of 5,000 is a multiple of 32."""
    for module in network.modules():
        if isinstance(module, nn.Linear) and module.out_features == 1:
            module.float()
            module.register_forward_pre_hook(lambda it, given: (given[0].to(it.weight.dtype), *given[1:]))


def _put(network: nn.Module, name: str, weight: nn.Parameter) -> None:
    owner, _, last = name.rpartition(".")
    setattr(network.get_submodule(owner), last, weight)
