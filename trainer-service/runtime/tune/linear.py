"""LoRA's linear layers as they train: the same numbers as PEFT's, in fewer operations and without casts of activations.

A layer is given its other forward by its class, since compiled code is shared by layers of one class. Weights, names and
what is saved stay PEFT's own. Adapters stay float32; their products run in the activations' type.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft.tuners.lora import Linear as PeftLinear
from torch import nn
from torch.nn import functional

E4M3_MAX = 448.0


class Merged(torch.autograd.Function):
    """`x @ (weight + scale · B @ A).T + bias` with the gradients of x, A and B; the weight is frozen.

    One product over the tokens in place of three: right where the weight is small beside the tokens, and in float32
    alone, since a sum in bfloat16 would round B @ A away.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, a, b, scale):
        whole = torch.addmm(weight, b, a, alpha=scale)
        ctx.save_for_backward(x, whole, a, b)
        ctx.scale = scale
        return functional.linear(x, whole, bias)

    @staticmethod
    def backward(ctx, slope):
        x, whole, a, b = ctx.saved_tensors
        slopes, tokens = slope.flatten(0, -2), x.flatten(0, -2)
        by_x = (slopes @ whole).view_as(x) if ctx.needs_input_grad[0] else None
        by_b = (slopes.T @ (tokens @ a.T)).mul_(ctx.scale)
        by_a = ((slopes @ b).T @ tokens).mul_(ctx.scale)
        return by_x, None, None, by_a, by_b, None


def _parts(layer: PeftLinear) -> tuple[torch.Tensor, torch.Tensor, nn.Module, float]:
    """A, B, dropout and scale of the layer's one adapter."""
    (name,) = layer.active_adapters
    return layer.lora_A[name].weight, layer.lora_B[name].weight, layer.lora_dropout[name], layer.scaling[name]


class MergedLinear(PeftLinear):
    """PEFT's LoRA layer for a small float32 base without dropout."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b, _, scale = _parts(self)
        return Merged.apply(x, self.base_layer.weight, self.base_layer.bias, a, b, scale)


class MixedLinear(PeftLinear):
    """PEFT's LoRA layer with float32 adapters whose products run in the activations' type."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b, dropout, scale = _parts(self)
        low = functional.linear(dropout(x), a.to(x.dtype)).flatten(0, -2)
        out = self.base_layer(x)
        return torch.addmm(out.flatten(0, -2), low, (b * scale).to(x.dtype).t()).view(out.shape)


def quantise(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each row as float8 (e4m3) and the scale that gives it back: [rows, width] and [rows, 1]."""
    scale = rows.abs().amax(-1, keepdim=True).float().clamp(min=1e-12) / E4M3_MAX
    return (rows.float() / scale).to(torch.float8_e4m3fn), scale


def scaled_product(
    rows: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor, bias: torch.Tensor | None
) -> torch.Tensor:
    """`rows @ weight.T + bias` in the rows' type, both factors in float8 with a scale a row."""
    quantised, scales = quantise(rows)
    return torch._scaled_mm(
        quantised,
        weight.t(),
        scale_a=scales,
        scale_b=scale.t(),
        bias=bias,
        out_dtype=rows.dtype,
        use_fast_accum=True,
    )


class ScaledProduct(torch.autograd.Function):
    """A frozen linear layer in float8, forward and in the gradient of its input."""

    @staticmethod
    def forward(ctx, x, weight, scale, turned, turned_scale, bias):
        ctx.save_for_backward(turned, turned_scale)
        out = scaled_product(x.flatten(0, -2), weight, scale, bias)
        return out.unflatten(0, x.shape[:-1])

    @staticmethod
    def backward(ctx, slope):
        turned, scale = ctx.saved_tensors
        by_x = scaled_product(slope.flatten(0, -2), turned, scale, None).unflatten(0, slope.shape[:-1])
        return by_x, None, None, None, None, None


class ScaledLinear(nn.Linear):
    """A frozen nn.Linear in float8: the weight quantised once per output and, turned, once per input.

    The bfloat16 weight waits on the CPU meanwhile.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return ScaledProduct.apply(x, self.scaled, self.scaled_by, self.turned, self.turned_by, self.bias)


def scalable(layer: nn.Module) -> bool:
    """Whether float8 takes the layer: a plain nn.Linear whose sides are multiples of 16."""
    return type(layer) is nn.Linear and not (layer.in_features % 16 or layer.out_features % 16)


@contextmanager
def fast_layers(model: nn.Module, merged: bool) -> Iterator[None]:
    """Gives PEFT's plain LoRA layers (no variant such as DoRA, one adapter, no bias of its own) the forward above."""
    found = []
    for module in model.modules():
        if type(module) is not PeftLinear or module.lora_variant or len(module.active_adapters) != 1:
            continue
        (name,) = module.active_adapters
        if module.lora_bias.get(name) or not isinstance(module.base_layer, nn.Linear):
            continue
        if merged and not isinstance(module.lora_dropout[name], nn.Identity):
            continue
        found.append(module)
    try:
        for module in found:
            module.__class__ = MergedLinear if merged else MixedLinear
        yield
    finally:
        for module in found:
            module.__class__ = PeftLinear


@contextmanager
def scaled_layers(layers: list[nn.Module]) -> Iterator[None]:
    """Holds the frozen linear weights of the decoder layers in float8; on leaving, they are bit-equal to before."""
    found = [m for layer in layers for m in layer.modules() if scalable(m) and not m.weight.requires_grad]
    found = [m for m in found if m.weight.dtype == torch.bfloat16]
    kept = {}
    try:
        for module in found:
            weight = module.weight.data
            module.scaled, module.scaled_by = quantise(weight)
            module.turned, module.turned_by = quantise(weight.t().contiguous())
            kept[module] = weight.cpu()
            module.weight.data = weight.new_empty(0)
            module.__class__ = ScaledLinear
        yield
    finally:
        for module in found:
            if module in kept:
                device = module.scaled.device
                del module.scaled, module.scaled_by, module.turned, module.turned_by
                module.__class__ = nn.Linear
                module.weight.data = kept[module].to(device)
