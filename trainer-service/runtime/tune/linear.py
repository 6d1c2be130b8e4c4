"""LoRA's linear layers as they train: the same numbers as PEFT's, in fewer operations and without casts of activations.

A layer is given its other forward by its class, since compiled code is shared by layers of one class. Weights, names and
what is saved stay PEFT's own. Adapters stay float32; their products run in the activations' type.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from peft.tuners.lora import Linear as PeftLinear
from torch import nn
from torch.nn import functional

from tune import products, scaled


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
        return products.product(x.flatten(0, -2), whole, bias).unflatten(0, x.shape[:-1])

    @staticmethod
    def backward(ctx, slope):
        x, whole, a, b = ctx.saved_tensors
        slopes, tokens = slope.flatten(0, -2), x.flatten(0, -2)
        by_x = products.product(slopes, whole.t()).view_as(x) if ctx.needs_input_grad[0] else None
        by_b = products.across(products.product(tokens, a), slopes).t().mul_(ctx.scale)
        by_a = products.across(slopes @ b, tokens).mul_(ctx.scale)
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


def product(
    rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, low: torch.Tensor, high: torch.Tensor
) -> torch.Tensor:
    """`rows @ weight.T + bias + low @ high.T`, the second product added in place.

    Compiled code would copy the first one for that, hence an operation of its own.
    """
    if torch.compiler.is_compiling():
        return torch.ops.tunemesh.product_plus(rows, weight, bias, low, high)
    return _sum_of_products(rows, weight, bias, low, high)


def _sum_of_products(rows, weight, bias, low, high):
    return functional.linear(rows, weight, bias).addmm_(low, high.t())


@torch.library.custom_op("tunemesh::product_plus", mutates_args=())
def _product_plus(
    rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, low: torch.Tensor, high: torch.Tensor
) -> torch.Tensor:
    return _sum_of_products(rows, weight, bias, low, high)


@_product_plus.register_fake
def _(rows, weight, bias, low, high):
    return rows.new_empty(rows.shape[0], weight.shape[0])


class Mixed(torch.autograd.Function):
    """A frozen linear layer with an adapter, `x @ weight.T + bias + scale · (x @ A.T) @ B.T`, and the gradients of x, A, B.

    Forward with `weight` and backward with `turned`, its transpose, each with the scales of its float8 rows; in bfloat16
    both are the one weight and there are no scales. A and B are float32, their products run in x's type.
    """

    @staticmethod
    def forward(ctx, x, weight, weight_by, turned, turned_by, bias, a, b, scale):
        tokens = x.flatten(0, -2)
        low = tokens @ a.to(x.dtype).t()
        ctx.save_for_backward(x, low, turned, turned_by, a, b)
        ctx.scale = scale
        if weight_by is None:
            out = product(tokens, weight, bias, low, (b * scale).to(x.dtype))
        else:
            out = scaled.product(tokens, weight, weight_by, bias, low, b, scale)
        return out.unflatten(0, x.shape[:-1])

    @staticmethod
    def backward(ctx, slope):
        x, low, turned, turned_by, a, b = ctx.saved_tensors
        slopes, tokens = slope.flatten(0, -2), x.flatten(0, -2)
        low_slopes = slopes @ (b * ctx.scale).to(x.dtype)
        by_a = (low_slopes.t() @ tokens).to(a.dtype)
        by_b = (slopes.t() @ low).to(b.dtype) * ctx.scale
        by_x = None
        if ctx.needs_input_grad[0]:
            if turned_by is None:
                by_x = product(slopes, turned.t(), None, low_slopes, a.to(x.dtype).t())
            else:
                by_x = scaled.product(slopes, turned, turned_by, None, low_slopes, a.t(), 1.0)
            by_x = by_x.unflatten(0, x.shape[:-1])
        return by_x, None, None, None, None, None, by_a, by_b, None


class MixedLinear(PeftLinear):
    """PEFT's LoRA layer with float32 adapters whose products run in the activations' type."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b, dropout, scale = _parts(self)
        held = self.base_layer
        if isinstance(dropout, nn.Identity) and type(held) is nn.Linear:
            return Mixed.apply(x, held.weight, None, held.weight, None, held.bias, a, b, scale)
        if isinstance(dropout, nn.Identity) and type(held) is scaled.ScaledLinear:
            frozen = held.scaled, held.scaled_by, held.turned, held.turned_by
            return Mixed.apply(x, *frozen, held.bias, a, b, scale)
        low = functional.linear(dropout(x), a.to(x.dtype)).flatten(0, -2)
        out = held(x)
        return torch.addmm(out.flatten(0, -2), low, (b * scale).to(x.dtype).t()).view(out.shape)


@dataclass
class Split:
    """How many of a product's first rows are the base's own, to which no adapter is added."""

    plain: int = 0


class StillLinear(PeftLinear):
    """As MixedLinear for an adapter that does not change meanwhile: `still` holds A and scale · B in the activations' type,
    and the split that says for which rows they are."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b, split = self.still
        rows = x.flatten(0, -2)
        out = self.base_layer(rows)
        out[split.plain :].addmm_(rows[split.plain :] @ a.t(), b.t())
        return out.unflatten(0, x.shape[:-1])


@contextmanager
def still_layers(model: nn.Module, dtype: torch.dtype) -> Iterator[Split]:
    """Gives the same layers a forward for answers alone, without gradients and dropout, until left."""
    split = Split()
    with fast_layers(model, merged=False) as found:
        try:
            for module in found:
                a, b, _, scale = _parts(module)
                module.still = a.to(dtype), (b * scale).to(dtype), split
                module.__class__ = StillLinear
            yield split
        finally:
            for module in found:
                vars(module).pop("still", None)


def _plain(module: nn.Module) -> bool:
    """Whether this is PEFT's LoRA layer and no more: no variant such as DoRA, one adapter, switched on, no bias of its own."""
    if type(module) is not PeftLinear or module.lora_variant or module.disable_adapters:
        return False
    names = module.active_adapters
    return len(names) == 1 and not module.lora_bias.get(names[0]) and isinstance(module.base_layer, nn.Linear)


def only_plain(model: nn.Module) -> bool:
    """Whether nothing but such layers was put into the model, so that rows of the base itself can go through it beside others."""
    inserted = [module for module in model.modules() if hasattr(module, "base_layer")]
    return bool(inserted) and all(map(_plain, inserted))


@contextmanager
def fast_layers(model: nn.Module, merged: bool) -> Iterator[list[PeftLinear]]:
    """Gives PEFT's plain LoRA layers the forward above."""
    found = [module for module in model.modules() if _plain(module)]
    if merged:
        found = [module for module in found if isinstance(_parts(module)[2], nn.Identity)]
    try:
        for module in found:
            module.__class__ = MergedLinear if merged else MixedLinear
        yield found
    finally:
        for module in found:
            module.__class__ = PeftLinear
