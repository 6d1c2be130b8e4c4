"""Attention over examples laid end to end: each sees itself only, and no padding is computed.

Registered with transformers as the attention "packed". On CUDA it is FlashAttention's variable-length kernel with key and
value heads unrepeated; elsewhere PyTorch's own attention, one example after another, which gives the same numbers.
"""

from __future__ import annotations

import torch
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "packed"
GROUPED = "grouped"
_NO_WINDOW = -1


@torch.library.custom_op("tunemesh::varlen", mutates_args=())
def _varlen(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    starts: torch.Tensor,
    sizes: torch.Tensor,
    scale: float,
    window: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """FlashAttention over [tokens, heads, width]; `sizes` lies on the CPU: (number of examples, longest).

    The sizes are read here, hidden from the compiler, so that one compiled layer serves every pack and the kernel's grid
    holds no empty blocks.
    """
    count, longest = sizes.tolist()
    starts = starts[: count + 1]
    out, logsumexp, *_ = torch.ops.aten._flash_attention_forward(
        query,
        key,
        value,
        starts,
        starts,
        longest,
        longest,
        0.0,
        True,
        False,
        scale=scale,
        window_size_left=window,
        window_size_right=0,
    )
    return out, logsumexp


@_varlen.register_fake
def _(query, key, value, starts, sizes, scale, window):
    return torch.empty_like(query), query.new_empty((query.shape[1], query.shape[0]), dtype=torch.float32)


@torch.library.custom_op("tunemesh::varlen_backward", mutates_args=())
def _varlen_backward(
    slope: torch.Tensor,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    out: torch.Tensor,
    logsumexp: torch.Tensor,
    starts: torch.Tensor,
    sizes: torch.Tensor,
    scale: float,
    window: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    count, longest = sizes.tolist()
    starts = starts[: count + 1]
    unused = torch.zeros(2, dtype=torch.uint64, device=query.device)
    return torch.ops.aten._flash_attention_backward(
        slope.contiguous(),
        query,
        key,
        value,
        out,
        logsumexp,
        starts,
        starts,
        longest,
        longest,
        0.0,
        True,
        unused,
        unused.new_empty(0),
        scale=scale,
        window_size_left=window,
        window_size_right=0,
    )


@_varlen_backward.register_fake
def _(slope, query, key, value, out, logsumexp, starts, sizes, scale, window):
    return torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)


def _keep(ctx, inputs, output) -> None:
    query, key, value, starts, sizes, ctx.scale, ctx.window = inputs
    ctx.save_for_backward(query, key, value, *output, starts, sizes)


def _slopes(ctx, slope, _):
    query, key, value, out, logsumexp, starts, sizes = ctx.saved_tensors
    slopes = torch.ops.tunemesh.varlen_backward(
        slope, query, key, value, out, logsumexp, starts, sizes, ctx.scale, ctx.window
    )
    return *slopes, None, None, None, None


_varlen.register_autograd(_slopes, setup_context=_keep)


def _one_by_one(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    lengths: list[int],
    scale: float,
    window: int,
) -> torch.Tensor:
    """The same over [1, heads, tokens, width] by PyTorch's attention, an example at a time."""
    repeat = query.shape[1] // key.shape[1]
    if repeat > 1:
        key, value = (kv.repeat_interleave(repeat, dim=1) for kv in (key, value))
    outs = []
    for q, k, v in zip(*(t.split(lengths, dim=2) for t in (query, key, value)), strict=True):
        mask = None
        if _NO_WINDOW < window < q.shape[2] - 1:
            at = torch.arange(q.shape[2], device=q.device)
            back = at[:, None] - at[None]
            mask = (back >= 0) & (back <= window)
        outs.append(
            functional.scaled_dot_product_attention(
                q, k, v, attn_mask=mask, is_causal=mask is None, scale=scale
            )
        )
    return torch.cat(outs, dim=2)


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    pack_starts: torch.Tensor | None = None,
    pack_sizes: torch.Tensor | None = None,
    **more: object,
) -> tuple[torch.Tensor, None]:
    """transformers' attention function. Without `pack_starts` and `pack_sizes` it is its causal "sdpa".

    On CUDA `pack_sizes` holds (number of examples, longest), elsewhere the examples' lengths. Raises ValueError for what
    it does not compute: a soft cap, attention dropout.
    """
    if pack_sizes is None:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **more
        )
    if softcap or dropout:
        raise ValueError("packed attention has no soft cap and no dropout")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    window = sliding_window - 1 if sliding_window else _NO_WINDOW
    if query.is_cuda:
        flat = (t[0].transpose(0, 1) for t in (query, key, value))
        out, _ = torch.ops.tunemesh.varlen(*flat, pack_starts, pack_sizes, float(scale), window)
        return out[None], None
    return _one_by_one(query, key, value, pack_sizes.tolist(), scale, window).transpose(1, 2), None


def grouped_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **more: object,
) -> tuple[torch.Tensor, None]:
    """transformers' "sdpa", but for one token at a time the query heads of a group are rows over their one key head.

    So the cache is read as it lies, and not first written out once for every query head.
    """
    rows, heads, length, width = query.shape
    groups = key.shape[1]
    plain = attention_mask is None or attention_mask.shape[1] == 1
    if length > 1 or heads == groups or dropout or not plain:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **more
        )
    out = functional.scaled_dot_product_attention(
        query.reshape(rows, groups, heads // groups, width),
        key,
        value,
        attn_mask=attention_mask,
        scale=scaling,
    )
    return out.reshape(rows, 1, heads, width), None


AttentionInterface.register(NAME, packed_attention)
AttentionInterface.register(GROUPED, grouped_attention)
AttentionMaskInterface.register(GROUPED, sdpa_mask)
