"""Keys and values of rows that grow by a token at a time, flat in one cache a layer, and the attention that reads it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from transformers import AttentionInterface

NAME = "flat_cache"


class FlatCache:
    """What a model calls its cache. In a first pass it stores keys and values at `places` and hands them back as they are;
    later it hands out the whole cache of a layer, [rows * width, heads, size]."""

    def __init__(self, rows: int, width: int, device: torch.device):
        self.rows, self.width = rows, width
        self.first = True
        self.places = torch.zeros(rows, dtype=torch.int64, device=device)
        self._layers: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer: int, *more: object, **named: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if layer not in self._layers:
            self._layers[layer] = tuple(
                t.new_zeros(self.rows * self.width, t.shape[1], t.shape[3]) for t in (keys, values)
            )
        held = self._layers[layer]
        for cache, new in zip(held, (keys, values), strict=True):
            cache.index_copy_(0, self.places, new[0].transpose(0, 1))
        return (keys, values) if self.first else held


def cache_attention(
    module: nn.Module,
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    *,
    cache_used: torch.Tensor,
    cache_rows: torch.Tensor,
    cache_bounds: torch.Tensor,
    cache_width: int,
    **more: object,
) -> tuple[torch.Tensor, None]:
    """One new token of every row, `query` [1, heads, rows, size], on the `cache_used` first places of its row."""
    if softcap:
        raise ValueError("a flat cache has no soft cap")
    rows, size = query.shape[2], query.shape[3]
    scale = scaling if scaling is not None else size**-0.5
    window = sliding_window - 1 if sliding_window else -1
    flat = query[0].transpose(0, 1)
    if query.is_cuda:
        out, *_ = torch.ops.aten._flash_attention_forward(
            flat,
            keys,
            values,
            cache_rows,
            cache_bounds,
            1,
            cache_width,
            0.0,
            False,
            False,
            scale=scale,
            window_size_left=window,
            window_size_right=-1 if window < 0 else 0,
            seqused_k=cache_used,
        )
        return out[None], None
    heads = keys.shape[1]
    k, v = (t.view(rows, cache_width, heads, size).transpose(1, 2) for t in (keys, values))
    at = torch.arange(cache_width, device=keys.device)[None]
    seen = at < cache_used[:, None]
    if window >= 0:
        seen &= at >= cache_used[:, None] - 1 - window
    grouped = flat.view(rows, heads, -1, size)
    out = functional.scaled_dot_product_attention(grouped, k, v, attn_mask=seen[:, None, None], scale=scale)
    return out.reshape(1, rows, -1, size), None


AttentionInterface.register(NAME, cache_attention)
