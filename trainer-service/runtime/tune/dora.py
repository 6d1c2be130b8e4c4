"""The memory that PEFT's DoRA takes in training: its layers compute in float32, and keep what plain LoRA has no need of."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Kept:
    """Bytes on a bfloat16 base, all layers together: `token` for every token, of which `apart` outside of MLPs; `weights`
    whatever the batch is; and the most that is held for a moment, while the length of one layer's rows is taken."""

    token: int
    apart: int
    weights: int
    moment: int


def kept(model: nn.Module) -> Kept:
    """What the DoRA layers that are in the model take; all 0 where there are none.

    A layer of n inputs, m outputs and rank r keeps for its backward pass a float32 copy of its input, 4n, what A made of it, 4r,
    and both that the scale of the lengths multiplies: what the frozen layer gave, 2m, and what the adapter gave, 4m. With
    dropout also the mask, n, and as the frozen layer is then computed again on what was left, 4m for 2m and its weight in
    float32, 4nm. For the lengths it makes B·A out of a unit matrix, 4n², and W + B·A in four matrices, 16nm.
    """
    token = apart = weights = moment = 0
    for name, layer in model.named_modules():
        if not getattr(layer, "lora_magnitude_vector", None):
            continue
        n, m, rank = layer.in_features, layer.out_features, sum(layer.r.values())
        drops = any(isinstance(part, nn.Dropout) for part in layer.lora_dropout.values())
        each = 4 * (n + rank) + 6 * m + (n + 2 * m if drops else 0)
        token += each
        apart += 0 if ".mlp." in name else each
        weights += 4 * n * m if drops else 0
        moment = max(moment, 4 * n * n + 16 * n * m)
    return Kept(token, apart, weights, moment)
