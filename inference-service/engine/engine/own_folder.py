"""Adapter folders of Tunemesh's own kinds, which PEFT has no type for.

`adapter_config.json` says `tunemesh_type`: BOTTLENECK is a narrow detour behind linear modules,
y + up(gelu(down(y))); WEIGHTS are the base's own weights, changed. `adapter_model.safetensors` has the
weights by their names in the model.
"""

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers.pytorch_utils import Conv1D

from engine.model import BaseModel

OWN_KINDS = frozenset({"BOTTLENECK", "WEIGHTS"})


class Unfit(Exception):
    """The folder does not describe a network over this base; the message says why."""


class Bottleneck(nn.Module):
    """A linear module with the detour behind it, which computes in its own number type."""

    def __init__(self, inner: nn.Module, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.inner = inner
        self.down = _linear(weights["down.weight"], weights["down.bias"])
        self.up = _linear(weights["up.weight"], weights["up.bias"])

    @property
    def weight(self) -> torch.Tensor:
        """T5 looks at the number type of the module that it calls."""
        return self.inner.weight

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        y = self.inner(*inputs)
        return y + self.up(functional.gelu(self.down(y.to(self.down.weight.dtype)))).to(y.dtype)


def build(base: BaseModel, network: Any, said: dict, weights: dict[str, torch.Tensor]) -> Any:
    """The folder put into `network`, which shares its weights with the base; raises Unfit."""
    if not weights:
        raise Unfit("weights are missing: the file holds none")
    if said["tunemesh_type"] == "WEIGHTS":
        _change(network, weights)
    else:
        _insert(network, said, weights)
    return network.to(base.device).eval().requires_grad_(False)


def _change(network: nn.Module, weights: dict[str, torch.Tensor]) -> None:
    named = dict(network.named_parameters())
    for name, weight in weights.items():
        if name not in named:
            raise Unfit(f"{name} has no place in the model")
        if named[name].shape != weight.shape:
            raise Unfit(f"size mismatch for {name}: {list(weight.shape)}, not {list(named[name].shape)}")
        named[name].data = weight.to(named[name])


def _insert(network: nn.Module, said: dict, weights: dict[str, torch.Tensor]) -> None:
    if said.get("non_linearity") != "gelu":
        raise Unfit(f"non_linearity {said.get('non_linearity')!r} is not served (served: gelu)")
    modules, targets = dict(network.named_modules()), said.get("target_modules")
    own_names = {name for name, _ in network.named_parameters()}
    if not isinstance(targets, list) or not all(isinstance(name, str) for name in targets):
        raise Unfit("target_modules is not a list of names")
    left = dict(weights)
    for name in targets:
        inner = modules.get(name)
        if not isinstance(inner, (nn.Linear, Conv1D)):
            raise Unfit(f"the base has no linear module {name}")
        width = inner.weight.shape[0 if isinstance(inner, nn.Linear) else 1]
        size = said.get("bottleneck_size")
        wanted = {"down.weight": (size, width), "down.bias": (size,)}
        wanted |= {"up.weight": (width, size), "up.bias": (width,)}
        own = {part: left.pop(f"{name}.{part}", None) for part in wanted}
        for part, shape in wanted.items():
            if own[part] is None:
                raise Unfit(f"weights are missing, such as {name}.{part}")
            if own[part].shape != shape:
                raise Unfit(f"size mismatch for {name}.{part}: {list(own[part].shape)}, not {list(shape)}")
        network.set_submodule(name, Bottleneck(inner, own))
    if base_like := {name: weight for name, weight in left.items() if name in own_names}:
        _change(network, base_like)
        left = {name: weight for name, weight in left.items() if name not in base_like}
    if left:
        raise Unfit(f"{len(left)} weights have no place in the model, such as {min(left)}")


def _linear(weight: torch.Tensor, bias: torch.Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0], device="meta", dtype=weight.dtype)
    made.weight, made.bias = nn.Parameter(weight), nn.Parameter(bias)
    return made
