"""Bottleneck adapters: a narrow detour after each attention and feed-forward part.

Houlsby et al. 2019, "Parameter-Efficient Transfer Learning for NLP": y + up(gelu(down(y))) on the output y of the part,
before it is added to the residual stream. `up` starts at zero, so an untrained adapter changes nothing.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from tune.failure import Failure
from tune.inplace import InPlace
from tune.layers import put, sublayer_ends, width

KIND = "BOTTLENECK"


class Bottleneck(nn.Module):
    """A linear module with the detour behind it: [..., width] -> [..., size] -> [..., width], in float32."""

    def __init__(self, base_layer: nn.Module, size: int):
        super().__init__()
        self.base_layer = base_layer
        weight = base_layer.weight
        to = {"device": weight.device, "dtype": torch.float32}
        self.down = nn.Linear(width(base_layer), size, **to)
        self.up = nn.Linear(size, width(base_layer), **to)
        nn.init.normal_(self.down.weight, std=0.02)
        for part in (self.down.bias, self.up.weight, self.up.bias):
            nn.init.zeros_(part)

    @property
    def weight(self) -> torch.Tensor:
        """The linear module's own, which T5 looks at."""
        return self.base_layer.weight

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        y = self.base_layer(*inputs)
        return y + self.up(functional.gelu(self.down(y.to(self.down.weight.dtype)))).to(y.dtype)


def insert(model: nn.Module, size: int, base_id: str, targets: list[str] | None = None) -> InPlace:
    """Puts adapters into the model, at `targets` or behind every attention and feed-forward part of it."""
    names = targets or sublayer_ends(model)
    if not names:
        raise Failure(
            "unknown_module",
            "No attention or feed-forward output is known in this base, so bottleneck adapters have no place. "
            'Use method "lora".',
            "spec.method",
        )
    for name in names:
        put(model, name, Bottleneck(model.get_submodule(name), size))
    config = {
        "tunemesh_type": KIND,
        "base_model_name_or_path": base_id,
        "bottleneck_size": size,
        "non_linearity": "gelu",
        "target_modules": names,
        "task_type": "SEQ_2_SEQ_LM" if model.config.is_encoder_decoder else "CAUSAL_LM",
    }
    return InPlace.of(model, config)
