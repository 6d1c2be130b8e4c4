"""One adapter folder, as PEFT or our trainer writes it, read and put beside the base model."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from engine.errors import Refused
from engine.heads import TASKS, headed, labels_of
from engine.kv import Prefix, RowCache
from engine.model import BaseModel
from engine.own_folder import OWN_KINDS, Unfit, build

LAYER_KINDS = frozenset({"LORA", "IA3", "LOHA", "LOKR", "OFT", "VERA", "LN_TUNING"})
"""PEFT types that change layers; each adapter gets a network of its own over the shared weights."""

SOFT_KINDS = frozenset({"PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING"})
"""PEFT types that are virtual tokens; they run on the base network, from a ready key/value prefix."""

_TASKS = {"causal": ("CAUSAL_LM",), "encoder": TASKS, "encoder-decoder": ("SEQ_2_SEQ_LM",)}

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_LARGEST_CONFIG = 1 << 20
_SMALL_MODEL = 2 << 30
"""Up to this size DoRA keeps its merged products, which cost as much memory as the layers themselves."""


@dataclass(frozen=True)
class Adapter:
    """An adapter in memory: the network to run and the prefix its rows start from.

    With a head, `task` is PEFT's name of what it does, and `labels` what its outputs stand for
    (None: one number).
    """

    network: Any
    prefix: Prefix | None
    kind: str
    task: str | None = None
    labels: tuple[str, ...] | None = None

    @property
    def virtual_tokens(self) -> int:
        return self.prefix[0][0].shape[2] if self.prefix else 0


def version_of(folder: Path) -> tuple:
    """Changes when a file of the folder is replaced; FileNotFoundError when one is gone."""
    stats = [(folder / name).stat() for name in (CONFIG, WEIGHTS)]
    return tuple((stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats)


def read_adapter(base: BaseModel, folder: Path) -> Adapter:
    """Loads the folder and tries it on one forward step; refuses with the reason what cannot serve.

    Never reads a pickle: only `adapter_config.json` and `adapter_model.safetensors` are opened. Never
    writes to the base weights.
    """
    said = _read_config(base, folder)
    weights, notes = _read_weights(folder)
    task = said["task_type"] if said["task_type"] in TASKS else None
    labels = labels_of(said, notes, weights) if task else None
    config = None if _own_kind(said) else _peft_config(said)
    try:
        network, due = headed(base, task, labels) if task else (base.branch(), set())
        if absent := due - {name.removeprefix("base_model.model.") for name in weights}:
            raise Unfit(f"{len(absent)} weights are missing, such as {min(absent)}")
        if config:
            adapter = _build(base, network, config, weights)
        else:
            adapter = Adapter(build(base, network, said, weights), None, _own_kind(said))
        adapter = replace(adapter, task=task, labels=labels)
        _try_one_step(base, adapter)
    except Refused:
        raise
    except Unfit as error:
        raise broken(str(error)) from None
    except Exception as error:  # PEFT raises whatever its modules meet in a folder that does not fit
        raise broken(f"it does not fit this base model: {_first_line(error)}") from error
    return adapter


def broken(reason: str) -> Refused:
    return Refused(
        400, f"The adapter cannot be loaded: {reason}", code="invalid_adapter", param="lora_path"
    )


def _read_config(base: BaseModel, folder: Path) -> dict:
    path = folder / CONFIG
    if not path.is_file():
        raise broken(f"the folder has no {CONFIG}")
    if path.stat().st_size > _LARGEST_CONFIG:
        raise broken(f"{CONFIG} is larger than 1 MiB")
    try:
        said = json.loads(path.read_text("utf-8"))
        kind = said.get("tunemesh_type") or said["peft_type"]
        if not isinstance(kind, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise broken(f"{CONFIG} is not a JSON object with a peft_type") from None
    if said.get("tunemesh_type") and kind not in OWN_KINDS:
        raise broken(f"tunemesh_type {kind!r} is not served (served: {', '.join(sorted(OWN_KINDS))})")
    if not said.get("tunemesh_type") and kind not in LAYER_KINDS | SOFT_KINDS:
        served = ", ".join(sorted(LAYER_KINDS | SOFT_KINDS))
        raise broken(f"peft_type {kind!r} is not served (served: {served})")
    tasks = _TASKS[base.family]
    said["task_type"] = said.get("task_type") or tasks[0]
    if said["task_type"] not in tasks:
        raise broken(
            f"task_type {said['task_type']!r} does not fit this base, which takes {' or '.join(tasks)}"
        )
    if base.family != "causal" and kind in SOFT_KINDS:
        raise broken(f"peft_type {kind!r} is served on causal models only")
    return said


def _own_kind(said: dict) -> str | None:
    return said.get("tunemesh_type")


def _peft_config(said: dict) -> Any:
    from peft import PEFT_TYPE_TO_CONFIG_MAPPING

    kind = said["peft_type"]
    for field in ("alora_invocation_tokens", "arrow_config", "megatron_config", "auto_mapping"):
        if said.get(field):
            raise broken(f"{field} is not served")
    said |= {"inference_mode": True}
    try:
        return PEFT_TYPE_TO_CONFIG_MAPPING[kind].from_peft_type(**said)
    except Exception as error:  # dataclasses raise TypeError or ValueError, by the field
        raise broken(f"{CONFIG} is wrong: {_first_line(error)}") from error


def _read_weights(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors of the file, and its metadata."""
    from safetensors import SafetensorError, safe_open

    path = folder / WEIGHTS
    if not path.is_file():
        raise broken(f"the folder has no {WEIGHTS} (other formats are never opened)")
    try:
        with safe_open(path, framework="pt") as file:
            names = list(file.keys())
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except (SafetensorError, ValueError) as error:
        raise broken(f"{WEIGHTS} is no whole safetensors file: {_first_line(error)}") from error


def _build(base: BaseModel, network: Any, config: Any, weights: dict[str, torch.Tensor]) -> Adapter:
    from peft import (
        MODEL_TYPE_TO_PEFT_MODEL_MAPPING,
        get_peft_model_state_dict,
        set_peft_model_state_dict,
    )
    from peft.helpers import DoraCaching

    if network.get_memory_footprint() < _SMALL_MODEL:
        DoraCaching()(enabled=True)
    made = MODEL_TYPE_TO_PEFT_MODEL_MAPPING[config.task_type]
    wrapped = made(network, config, autocast_adapter_dtype=False)
    _unshare(wrapped, weights)
    wanted = set(get_peft_model_state_dict(wrapped, save_embedding_layers=False))
    base_names = {f"base_model.model.{name}" for name, _ in base.network.named_parameters()}
    _compare(wanted, set(weights), base_names)
    set_peft_model_state_dict(wrapped, weights)
    wrapped.to(base.device).eval().requires_grad_(False)
    if config.peft_type in SOFT_KINDS:
        return Adapter(base.network, _virtual_tokens(base, wrapped), config.peft_type)
    return Adapter(wrapped.get_base_model(), None, config.peft_type)


def _unshare(wrapped: Any, weights: dict[str, torch.Tensor]) -> None:
    """Gives the branch its own copy of each base weight that the adapter brings a value for (trained
    biases, for example), so that loading does not write into what others share."""
    brought = {name.replace(".base_layer.", ".") for name in weights}
    for name, weight in wrapped.named_parameters():
        if name.replace(".base_layer.", ".") in brought:
            weight.data = weight.data.clone()


def _compare(wanted: set[str], found: set[str], base_names: set[str]) -> None:
    missing, extra = wanted - found, found - wanted - base_names
    if missing:
        raise broken(f"{len(missing)} weights are missing, such as {min(missing)}")
    if extra:
        raise broken(f"{len(extra)} weights have no place in the model, such as {min(extra)}")


@torch.inference_mode()
def _virtual_tokens(base: BaseModel, wrapped: Any) -> Prefix:
    """The keys and values that the virtual tokens leave in every layer.

    They come first and attend to themselves alone, so they are the same for each request.
    """
    prompt = wrapped.get_prompt(batch_size=1)
    if isinstance(prompt, torch.Tensor):
        cache = RowCache()
        base.network(inputs_embeds=prompt.to(base.network.dtype), past_key_values=cache, use_cache=True)
    else:
        cache = prompt
    return tuple((layer.keys.clone(), layer.values.clone()) for layer in cache.layers)


@torch.inference_mode()
def _try_one_step(base: BaseModel, adapter: Adapter) -> None:
    token = torch.tensor([[min(base.eos, default=0)]], device=base.device)
    if base.family == "encoder":
        logits = adapter.network(input_ids=token).logits
    elif base.family == "encoder-decoder":
        logits = adapter.network(input_ids=token, decoder_input_ids=token).logits
    else:
        cache = RowCache(adapter.prefix)
        logits = adapter.network(input_ids=token, past_key_values=cache, use_cache=True).logits
    if not torch.isfinite(logits).all():
        raise broken("its answers are not finite numbers")


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return " ".join(text.split())[:300]
