"""Where the parts of a model lie, whatever its family calls them."""

from __future__ import annotations

import re

from torch import nn
from transformers.pytorch_utils import Conv1D

LINEAR = (nn.Linear, Conv1D)
SUBLAYER_END = re.compile(
    r"(^|\.)(o_proj|down_proj|c_proj|out_proj|dense_4h_to_h|o|wo|fc2|(attention|output)\.dense)$"
)


def stacks(model: nn.Module) -> list[tuple[str, nn.ModuleList]]:
    """The model's stacks of layers with their names: one, or an encoder's and a decoder's."""
    found = []
    for name, module in model.named_modules():
        inner = any(name.startswith(outer + ".") for outer, _ in found)
        if isinstance(module, nn.ModuleList) and len(module) and not inner:
            found.append((name, module))
    return found


def sublayer_ends(model: nn.Module) -> list[str]:
    """Names of the linear modules that close a layer's attention or feed-forward part, before the residual sum."""
    return [
        name
        for stack, layers in stacks(model)
        for name, module in layers.named_modules(prefix=stack)
        if isinstance(module, LINEAR) and SUBLAYER_END.search(name)
    ]


def width(module: nn.Module) -> int:
    """The number of values that a linear module gives."""
    return module.nf if isinstance(module, Conv1D) else module.out_features


def put(model: nn.Module, name: str, module: nn.Module) -> None:
    """Sets a module of the model by its dotted name."""
    parent, _, child = name.rpartition(".")
    setattr(model.get_submodule(parent), child, module)
