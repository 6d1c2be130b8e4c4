"""Frozen linear layers in float8: each row of a factor is held with a scale of its own.

An adapter's share of a product can be part of the same product: `[x, low] @ [weight, high].T`. Its factors are each a sum of two
float8 numbers there, so that they are as exact as in bfloat16. That spares reading and writing a wide output once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft.tuners.lora import Linear as PeftLinear
from torch import nn

E4M3_MAX = 448.0
WEIGHT_MAX = 64.0
"""Up to where weights are scaled: an adapter may be seven times as large beside them. float8 is as exact below."""


def quantise(rows: torch.Tensor, most: float = E4M3_MAX) -> tuple[torch.Tensor, torch.Tensor]:
    """Each row as float8 (e4m3) up to `most`, and the scale that gives it back: [rows, width] and [rows, 1]."""
    scale = rows.abs().amax(-1, keepdim=True).float().clamp(min=1e-12) / most
    return (rows.float() / scale).to(torch.float8_e4m3fn), scale


def quantised_weight(weight: torch.Tensor, tail: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A weight's rows in float8 with `tail` columns of zeros for an adapter, and their scales.

    Rows under a quarter of the largest number share its scale, so that an adapter fits beside rows of zeros as well.
    """
    top = weight.abs().amax(-1, keepdim=True).float()
    scale = torch.maximum(top, top.max() / 4).clamp(min=1e-12) / WEIGHT_MAX
    whole = weight.new_zeros(weight.shape[0], weight.shape[1] + tail, dtype=torch.float8_e4m3fn)
    whole[:, : weight.shape[1]] = (weight.float() / scale).to(torch.float8_e4m3fn)
    return whole, scale


def tail_of(rank: int) -> int:
    """The columns that an adapter of this rank takes: three a rank, up to a multiple of 16."""
    return -(-3 * rank // 16) * 16


def two(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Numbers as sums of two float8 ones."""
    values = values.clamp(-E4M3_MAX, E4M3_MAX)
    first = values.to(torch.float8_e4m3fn)
    return first, (values - first.float()).to(torch.float8_e4m3fn)


def extended_rows(rows: torch.Tensor, low: torch.Tensor, tail: int) -> tuple[torch.Tensor, torch.Tensor]:
    """[rows, low] in float8 as `extend_weight` needs its other factor, and the rows' scales."""
    top = torch.maximum(rows.abs().amax(-1, keepdim=True), low.abs().amax(-1, keepdim=True))
    scale = top.float().clamp(min=1e-12) / E4M3_MAX
    first, second = two(low.float() / scale)
    rest = first.new_zeros(len(rows), tail - 3 * low.shape[1])
    whole = [(rows.float() / scale).to(torch.float8_e4m3fn), first, second, first, rest]
    return torch.cat([part.view(torch.uint8) for part in whole], 1).view(torch.float8_e4m3fn), scale


def extend_weight(
    weight: torch.Tensor, scale: torch.Tensor, high: torch.Tensor, factor: float, at: int
) -> None:
    """Writes `factor · high` ([outputs, rank]) into the weight's columns from `at` on."""
    first, second = two(high.float() * factor / scale)
    rank = high.shape[1]
    for place, part in enumerate((first, first, second)):
        weight[:, at + place * rank : at + (place + 1) * rank] = part


def extended_product(
    rows: torch.Tensor,
    weight: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None,
    low: torch.Tensor,
    high: torch.Tensor,
    factor: float,
) -> torch.Tensor:
    width = rows.shape[1]
    if rows.is_cuda:
        from tune import scaled_kernels as kernels
    whole, scales = (kernels.extended_rows if rows.is_cuda else extended_rows)(
        rows, low, weight.shape[1] - width
    )
    (kernels.extend_weight if rows.is_cuda else extend_weight)(weight, scale, high, factor, width)
    return _scaled_mm(whole, scales, weight, scale, bias, rows.dtype)


def _scaled_mm(rows, scales, weight, scale, bias, dtype):
    if not rows.is_cuda:
        out = (rows.float() * scales) @ (weight.float() * scale).t()
        return (out if bias is None else out + bias).to(dtype)
    return torch._scaled_mm(
        rows,
        weight.t(),
        scale_a=scales,
        scale_b=scale.t(),
        bias=bias,
        out_dtype=dtype,
        use_fast_accum=True,
    )


@torch.library.custom_op("tunemesh::scaled_extended", mutates_args=())
def _scaled_extended(
    rows: torch.Tensor,
    weight: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None,
    low: torch.Tensor,
    high: torch.Tensor,
    factor: float,
) -> torch.Tensor:
    """The weight's last columns are scratch: whatever reads them has written them just before."""
    return extended_product(rows, weight, scale, bias, low, high, factor)


@_scaled_extended.register_fake
def _(rows, weight, scale, bias, low, high, factor):
    return rows.new_empty(rows.shape[0], weight.shape[0])


@torch.library.custom_op("tunemesh::scaled_plus", mutates_args=())
def _scaled_plus(
    rows: torch.Tensor,
    scales: torch.Tensor,
    weight: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None,
    low: torch.Tensor,
    high: torch.Tensor,
) -> torch.Tensor:
    return _scaled_mm(rows, scales, weight, scale, bias, low.dtype).addmm_(low, high.t())


@_scaled_plus.register_fake
def _(rows, scales, weight, scale, bias, low, high):
    return low.new_empty(rows.shape[0], weight.shape[0])


def product(
    rows: torch.Tensor,
    weight: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None,
    low: torch.Tensor,
    high: torch.Tensor,
    factor: float,
) -> torch.Tensor:
    """`rows @ weight.T + bias + factor · low @ high.T`; one product where the weight has columns for the adapter."""
    if weight.shape[1] > rows.shape[1]:
        if torch.compiler.is_compiling():
            return torch.ops.tunemesh.scaled_extended(rows, weight, scale, bias, low, high, factor)
        return extended_product(rows, weight, scale, bias, low, high, factor)
    quantised, scales = quantise(rows)
    small = (high * factor).to(low.dtype)
    return torch.ops.tunemesh.scaled_plus(quantised, scales, weight, scale, bias, low, small)


def scaled_product(
    rows: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor, bias: torch.Tensor | None
) -> torch.Tensor:
    """`rows @ weight.T + bias` in the rows' type, both factors in float8 with a scale a row."""
    quantised, scales = quantise(rows)
    return _scaled_mm(quantised, scales, weight, scale, bias, rows.dtype)


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


def ranks(layers: list[nn.Module]) -> dict[nn.Module, int]:
    """The rank of the one adapter of each linear layer that has one, without dropout."""
    found = {}
    for module in (m for layer in layers for m in layer.modules()):
        if type(module) is PeftLinear and len(module.active_adapters) == 1 and not module.lora_variant:
            (name,) = module.active_adapters
            if isinstance(module.lora_dropout[name], nn.Identity) and not module.lora_bias.get(name):
                found[module.base_layer] = module.r[name]
    return found


@contextmanager
def scaled_layers(layers: list[nn.Module]) -> Iterator[None]:
    """Holds the frozen linear weights of the decoder layers in float8; on leaving, they are bit-equal to before.

    Adapters are part of the product where its output is no narrower than its input.
    """
    adapted = ranks(layers)
    found = [m for layer in layers for m in layer.modules() if scalable(m) and not m.weight.requires_grad]
    found = [m for m in found if m.weight.dtype == torch.bfloat16]
    kept = {}
    try:
        for module in found:
            weight = module.weight.data
            outputs, inputs = weight.shape
            tail = tail_of(adapted[module]) if module in adapted else 0
            module.scaled, module.scaled_by = quantised_weight(weight, tail if outputs >= inputs else 0)
            turned = weight.t().contiguous()
            module.turned, module.turned_by = quantised_weight(turned, tail if inputs >= outputs else 0)
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
