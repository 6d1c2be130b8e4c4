"""Linear layers over one input as one product: their frozen weights below each other, LoRA's small matrices beside them."""

from __future__ import annotations

import torch
from peft.tuners.lora import Linear as PeftLinear
from torch import nn

from tune.products import across, product

RANKS = 8


class Joined:
    """The frozen weights of `modules`, plain linear layers or PEFT's over such, joined for one training.

    `scale` multiplies the input's columns, as the weight of a norm before the layers does; `rows` is another order of the
    outputs. `pairs` holds the A and B of each adapter in turn.
    """

    def __init__(
        self, modules: list[nn.Module], scale: torch.Tensor | None = None, rows: torch.Tensor | None = None
    ):
        held = [getattr(module, "base_layer", module) for module in modules]
        weight = torch.cat([linear.weight for linear in held])
        bias = torch.cat([_bias(linear) for linear in held])
        self.scale, self.rows = scale, rows
        self.weight = (weight if rows is None else weight[rows]) * (1 if scale is None else scale)
        self.out, self.width = weight.shape
        self.pairs: list[nn.Parameter] = []
        self._places: list[tuple[slice, slice, float]] = []
        first = rank = 0
        for module, linear in zip(modules, held, strict=True):
            if isinstance(module, PeftLinear):
                (name,) = module.active_adapters
                a, b = module.lora_A[name].weight, module.lora_B[name].weight
                outputs = slice(first, first + linear.out_features)
                self._places.append((outputs, slice(rank, rank + len(a)), module.scaling[name]))
                self.pairs += [a, b]
                rank += len(a)
            first += linear.out_features
        self.rank = -(-rank // RANKS) * RANKS
        self.bias = None
        if any(linear.bias is not None for linear in held):
            bias = bias if rows is None else bias[rows]
            self.bias = torch.cat([bias, bias.new_zeros(self.rank)])

    def matrices(self, pairs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, torch.Tensor]:
        """(the whole weight over A: [out + rank, width], scale · B: [out, rank]), B with zeros where an output has none."""
        whole = self.weight.new_empty(self.out + self.rank, self.width)
        a, b = whole[self.out :].zero_(), self.weight.new_zeros(self.out, self.rank)
        for (outputs, ranks, factor), low, high in zip(self._places, pairs[::2], pairs[1::2], strict=True):
            a[ranks] = low
            torch.mul(high, factor, out=b[outputs, ranks])
        if self.scale is not None:
            a.mul_(self.scale)
        if self.rows is not None:
            b = b[self.rows]
        torch.addmm(self.weight, b, a, out=whole[: self.out])
        return whole, b

    def slopes(
        self,
        slope: torch.Tensor,
        x: torch.Tensor,
        low: torch.Tensor,
        whole: torch.Tensor,
        b: torch.Tensor,
        deeper: bool = True,
    ) -> tuple[torch.Tensor | None, list[torch.Tensor]]:
        """The gradient of x, unless nothing `deeper` needs it, and those of `pairs`; `low` is x @ A.T."""
        both = product(slope, (torch.cat([whole[: self.out], b], 1) if deeper else b).t())
        by_x = both[:, : self.width] if deeper else None
        by_a = across(both[:, both.shape[1] - self.rank :], x)
        by_b = across(low, slope).t()
        if self.scale is not None:
            by_a.mul_(self.scale)
        if self.rows is not None:
            by_b = torch.empty_like(by_b).index_copy_(0, self.rows, by_b)
        found = []
        for outputs, ranks, factor in self._places:
            found += [by_a[ranks], by_b[outputs, ranks] * factor]
        return by_x, found


def _bias(linear: nn.Linear) -> torch.Tensor:
    return linear.bias if linear.bias is not None else linear.weight.new_zeros(linear.out_features)
