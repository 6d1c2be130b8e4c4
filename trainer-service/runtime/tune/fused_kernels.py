"""The GPU kernels of `fused`: they make the numbers of its functions of the same names, sums in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import triton
import triton.language as tl
from torch import nn

if TYPE_CHECKING:
    from tune.fused import Sum

ROWS, COLUMNS = 16, 128


@triton.jit(do_not_specialize=["plain", "ranks"])
def _normed_kernel(
    x,
    made,
    low,
    high,
    weight,
    whole,
    out,
    width,
    made_stride,
    ranks,
    plain,
    eps,
    BLOCK: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, BLOCK)
    inside = at < width
    kind = x.dtype.element_ty
    share = tl.load(made + row * made_stride + at, mask=inside, other=0.0).to(tl.float32)
    if row >= plain:
        for first in range(0, ranks, 8):
            for rank in tl.static_range(8):
                place = first + rank
                by = tl.load(low + row * made_stride + place).to(tl.float32)
                share += by * tl.load(high + place * width + at, mask=inside, other=0.0).to(tl.float32)
    share = share.to(kind).to(tl.float32)
    total = (tl.load(x + row * width + at, mask=inside, other=0.0).to(tl.float32) + share).to(kind)
    tl.store(whole + row * width + at, total, mask=inside)
    total = total.to(tl.float32)
    total = total * tl.rsqrt(tl.sum(total * total, 0) / width + eps)
    by = tl.load(weight + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * width + at, total.to(kind).to(tl.float32) * by, mask=inside)


@triton.jit
def _tile(made, low, high, rows, at, inside, count, stride, width, ranks, plain):
    """Rows and columns of a product with what adapters add, in float32."""
    there = (rows < count)[:, None]
    mine = rows.to(tl.int64)[:, None]
    out = tl.load(made + mine * stride + at[None], mask=there & inside[None], other=0.0).to(tl.float32)
    place = tl.arange(0, 16)
    for rank in range(0, ranks, 16):
        here = rank + place
        part = tl.load(low + mine * stride + here[None], mask=there & (rows >= plain)[:, None], other=0.0)
        out += tl.dot(part, tl.load(high + here[:, None] * width + at[None], mask=inside[None], other=0.0))
    return out


@triton.jit(do_not_specialize=["count", "plain", "ranks"])
def _turned_kernel(
    made,
    low,
    high,
    cos,
    sin,
    places,
    query,
    keys,
    values,
    count,
    made_stride,
    out,
    heads,
    groups,
    half,
    ranks,
    plain,
    turn_stride,
    ROWS: tl.constexpr,
    HALF: tl.constexpr,
):
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    head = tl.program_id(1)
    at = tl.arange(0, HALF)
    inside = at < half
    size = 2 * half
    kind = made.dtype.element_ty
    begin = head * size + at
    first = _tile(made, low, high, rows, begin, inside, count, made_stride, out, ranks, plain)
    second = _tile(made, low, high, rows, begin + half, inside, count, made_stride, out, ranks, plain)
    first, second = first.to(kind).to(tl.float32), second.to(kind).to(tl.float32)
    mask = (rows < count)[:, None] & inside[None]
    if head < heads + groups:
        turn = rows.to(tl.int64)[:, None] * turn_stride + at[None]
        along = tl.load(cos + turn, mask=mask, other=0.0).to(tl.float32)
        across = tl.load(sin + turn, mask=mask, other=0.0).to(tl.float32)
        first, second = first * along - second * across, second * along + first * across
    if head < heads:
        target = query + (rows.to(tl.int64)[:, None] * heads + head) * size + at[None]
        tl.store(target, first, mask=mask)
        tl.store(target + half, second, mask=mask)
    else:
        place = tl.load(places + rows, mask=rows < count, other=0)[:, None] * groups
        if head < heads + groups:
            target = keys + (place + head - heads) * size + at[None]
            tl.store(target, first, mask=mask)
            tl.store(target + half, second, mask=mask)
        else:
            target = values + (place + head - heads - groups) * size + at[None]
            tl.store(target, first, mask=mask)
            tl.store(target + half, second, mask=mask)


@triton.jit(do_not_specialize=["count", "plain", "ranks"])
def _gated_kernel(
    made,
    low,
    high,
    inner,
    count,
    made_stride,
    width,
    ranks,
    plain,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    rows = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    at = tl.program_id(0) * COLUMNS + tl.arange(0, COLUMNS)
    inside = at < width
    kind = made.dtype.element_ty
    gate = _tile(made, low, high, rows, at, inside, count, made_stride, 2 * width, ranks, plain)
    up = _tile(made, low, high, rows, at + width, inside, count, made_stride, 2 * width, ranks, plain)
    gate = gate.to(kind).to(tl.float32)
    gate = (gate * tl.sigmoid(gate)).to(kind).to(tl.float32)
    mask = (rows < count)[:, None] & inside[None]
    target = inner + rows.to(tl.int64)[:, None] * width + at[None]
    tl.store(target, gate * up.to(kind).to(tl.float32), mask=mask)


def normed(x: torch.Tensor, to_come: Sum, norm: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    made = to_come.made
    whole, out = torch.empty_like(x), torch.empty_like(x)
    _normed_kernel[(len(x),)](
        x,
        made,
        to_come.low,
        to_come.high,
        norm.weight,
        whole,
        out,
        x.shape[1],
        made.stride(0),
        to_come.taken,
        to_come.plain,
        norm.variance_epsilon,
        BLOCK=triton.next_power_of_2(x.shape[1]),
        num_warps=8,
    )
    return whole, out


def turned(
    made: Sum,
    cos: torch.Tensor,
    sin: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    places: torch.Tensor,
) -> torch.Tensor:
    rows, out = made.made.shape
    groups, size = keys.shape[1:]
    heads = out // size - 2 * groups
    query = made.made.new_empty(rows, heads, size)
    _turned_kernel[(triton.cdiv(rows, ROWS), heads + 2 * groups)](
        made.made,
        made.low,
        made.high,
        cos,
        sin,
        places,
        query,
        keys,
        values,
        rows,
        made.made.stride(0),
        out,
        heads,
        groups,
        size // 2,
        made.ranks,
        made.plain,
        cos.stride(0),
        ROWS=ROWS,
        HALF=triton.next_power_of_2(size // 2),
    )
    return query


def gated(made: Sum) -> torch.Tensor:
    rows, out = made.made.shape
    inner = made.made.new_empty(rows, out // 2)
    _gated_kernel[(triton.cdiv(out // 2, COLUMNS), triton.cdiv(rows, ROWS))](
        made.made,
        made.low,
        made.high,
        inner,
        rows,
        made.made.stride(0),
        out // 2,
        made.ranks,
        made.plain,
        ROWS=ROWS,
        COLUMNS=COLUMNS,
    )
    return inner
