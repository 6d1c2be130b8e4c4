"""The kernels of a fused step make the numbers of their description: on a GPU, or in Triton's interpreter."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import torch
from torch import nn

from tune import fused, fused_kernels


def check(device: str, dtype: torch.dtype, far: float) -> None:
    for size, heads, groups, ranks in ((128, 6, 2, 24), (24, 3, 1, 0), (64, 4, 4, 5)):
        for rows, plain in ((37, 18), (3, 0), (2, 2)):
            torch.manual_seed(rows)
            one_layer(device, dtype, far, size, heads, groups, ranks, rows, plain)


def one_layer(device, dtype, far, size, heads, groups, ranks, rows, plain) -> None:
    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(shape, device=device, dtype=dtype)

    def product(width: int, out: int) -> fused.Sum:
        linear = nn.Linear(width, out, device=device, dtype=dtype)
        nn.init.normal_(linear.weight, std=width**-0.5)
        wide = fused.Wide([linear])
        if ranks:
            wide.taken, wide.ranks = ranks, -(-ranks // fused.RANKS) * fused.RANKS
            wide.weight = torch.cat([wide.weight, drawn(wide.ranks, width) * width**-0.5])
            wide.weight[out + ranks :] = 0
            wide.high = drawn(wide.ranks, out)
            wide.high[ranks:] = 0
            wide.bias = torch.cat([wide.bias, wide.bias.new_zeros(wide.ranks)])
        return fused.Sum(wide, drawn(rows, width), plain)

    x, norm = drawn(rows, 72), SimpleNamespace(weight=drawn(72), variance_epsilon=1e-6)

    def rms(values: torch.Tensor) -> torch.Tensor:
        return nn.functional.rms_norm(values.float(), (72,), eps=1e-6).to(dtype) * norm.weight

    made = product(40, 72)
    whole, normed = fused_kernels.normed(x, made, norm)
    near(whole, x + made.whole(), far)
    near(normed, rms(whole), far)

    made = product(40, (heads + 2 * groups) * size)
    turn = torch.rand(rows, size // 2, device=device, dtype=torch.float32).repeat(1, 2) * 6
    places = torch.randperm(3 * rows, device=device)[:rows]
    caches = [torch.full((3 * rows, groups, size), 7.0, device=device, dtype=dtype) for _ in range(4)]
    turns = turn.cos().to(dtype), turn.sin().to(dtype)
    near(
        fused_kernels.turned(made, *turns, *caches[:2], places),
        fused.turned(made, *turns, *caches[2:], places),
        far,
    )
    for ours, wanted in zip(caches[:2], caches[2:], strict=True):
        near(ours, wanted, far)

    made = product(72, 2 * 200)
    near(fused_kernels.gated(made), fused.gated(made), far)


def near(ours: torch.Tensor, wanted: torch.Tensor, far: float) -> None:
    assert ours.shape == wanted.shape and ours.dtype == wanted.dtype
    apart = (ours.float() - wanted.float()).norm() / wanted.float().norm()
    assert apart <= far, float(apart)


if __name__ == "__main__":
    check("cpu", torch.float32, 1e-5)
    sys.exit()
