"""The two GPU kernels of `scaled`: they make the same numbers as its functions of the same names."""

from __future__ import annotations

import torch
import triton
import triton.language as tl

BLOCK = 2048
ROWS = 128


@triton.jit
def _rows_kernel(
    rows,
    low,
    out,
    scales,
    row_stride,
    low_stride,
    width,
    rank,
    whole,
    BLOCK: tl.constexpr,
    TAIL: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    lanes = tl.arange(0, BLOCK)
    highest = tl.zeros([BLOCK], tl.float32)
    for at in range(0, width, BLOCK):
        here = tl.load(rows + row * row_stride + at + lanes, mask=at + lanes < width, other=0.0)
        highest = tl.maximum(highest, tl.abs(here.to(tl.float32)))
    place = tl.arange(0, TAIL)
    small = tl.load(low + row * low_stride + place, mask=place < rank, other=0.0).to(tl.float32)
    top = tl.maximum(tl.max(highest, 0), tl.max(tl.abs(small), 0))
    scale = tl.maximum(top, 1e-12) / 448.0
    tl.store(scales + row, scale)
    for at in range(0, width, BLOCK):
        inside = at + lanes < width
        here = tl.load(rows + row * row_stride + at + lanes, mask=inside, other=0.0).to(tl.float32)
        tl.store(out + row * whole + at + lanes, (here / scale).to(tl.float8e4nv), mask=inside)
    part = small / scale
    first = part.to(tl.float8e4nv)
    second = (part - first.to(tl.float32)).to(tl.float8e4nv)
    ends = out + row * whole + width
    tl.store(ends + place, first, mask=place < rank)
    tl.store(ends + rank + place, second, mask=place < rank)
    tl.store(ends + 2 * rank + place, first, mask=place < rank)
    rest = 3 * rank + place
    tl.store(ends + rest, (place * 0.0).to(tl.float8e4nv), mask=rest < whole - width)


@triton.jit
def _weight_kernel(
    high,
    scales,
    weight,
    count,
    row_stride,
    column_stride,
    rank,
    width,
    whole,
    factor,
    ROWS: tl.constexpr,
    R: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    place = tl.arange(0, R)[None, :]
    inside = (row < count) & (place < rank)
    part = tl.load(high + row * row_stride + place * column_stride, mask=inside, other=0.0).to(tl.float32)
    part = part * factor / tl.load(scales + row, mask=row < count, other=1.0)
    part = tl.minimum(tl.maximum(part, -448.0), 448.0)
    first = part.to(tl.float8e4nv)
    second = (part - first.to(tl.float32)).to(tl.float8e4nv)
    ends = weight + row * whole + width + place
    tl.store(ends, first, mask=inside)
    tl.store(ends + rank, first, mask=inside)
    tl.store(ends + 2 * rank, second, mask=inside)


def extended_rows(rows: torch.Tensor, low: torch.Tensor, tail: int) -> tuple[torch.Tensor, torch.Tensor]:
    rows = rows if rows.stride(1) == 1 else rows.contiguous()
    low = low if low.stride(1) == 1 else low.contiguous()
    count, width = rows.shape
    out = rows.new_empty(count, width + tail, dtype=torch.float8_e4m3fn)
    scales = rows.new_empty(count, 1, dtype=torch.float32)
    _rows_kernel[(count,)](
        rows,
        low,
        out,
        scales,
        rows.stride(0),
        low.stride(0),
        width,
        low.shape[1],
        width + tail,
        BLOCK=BLOCK,
        TAIL=triton.next_power_of_2(max(tail, 16)),
        num_warps=8,
    )
    return out, scales


def extend_weight(
    weight: torch.Tensor, scale: torch.Tensor, high: torch.Tensor, factor: float, at: int
) -> None:
    count, rank = high.shape
    _weight_kernel[(triton.cdiv(count, ROWS),)](
        high,
        scale,
        weight,
        count,
        high.stride(0),
        high.stride(1),
        rank,
        at,
        weight.shape[1],
        factor,
        ROWS=ROWS,
        R=triton.next_power_of_2(rank),
    )
