"""Keys and values of rows that grow by a token at a time, flat in one cache a layer, and the attention that reads it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from transformers import AttentionInterface

NAME = "flat_cache"


class FlatCache:
    """What a model calls its cache. In a first pass it stores keys and values at `places` and hands them back as they are;
    later it hands out the whole cache of a layer, [rows * width, heads, size]. What is not kept goes to the `spare` place."""

    def __init__(self, rows: int, width: int, device: torch.device):
        self.spare = rows * width
        self.first = True
        self.places = torch.zeros(rows, dtype=torch.int64, device=device)
        self._layers: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def held(self, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values of a layer that was updated before."""
        keys, values = self._layers[layer]
        return keys[: self.spare], values[: self.spare]

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer: int, *more: object, **named: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if layer not in self._layers:
            self._layers[layer] = tuple(
                t.new_zeros(self.spare + 1, t.shape[1], t.shape[3]) for t in (keys, values)
            )
        for cache, new in zip(self._layers[layer], (keys, values), strict=True):
            cache.index_copy_(0, self.places, new[0].transpose(0, 1))
        return (keys, values) if self.first else self.held(layer)


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
    scale = scaling if scaling is not None else query.shape[3] ** -0.5
    window = sliding_window - 1 if sliding_window else -1
    places = cache_used, cache_rows, cache_bounds, cache_width
    return seen(query[0].transpose(0, 1), keys, values, *places, scale, window)[None], None


def seen(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    used: torch.Tensor,
    rows: torch.Tensor,
    bounds: torch.Tensor,
    width: int,
    scale: float,
    window: int = -1,
) -> torch.Tensor:
    """What each row's `query` [rows, heads, size] sees in the first `used` places of its row, and `window` back at most."""
    if query.is_cuda:
        out, *_ = torch.ops.aten._flash_attention_forward(
            query,
            keys,
            values,
            rows,
            bounds,
            1,
            width,
            0.0,
            False,
            False,
            scale=scale,
            window_size_left=window,
            window_size_right=-1 if window < 0 else 0,
            seqused_k=used,
        )
        return out
    count, _, size = query.shape
    heads = keys.shape[1]
    k, v = (t.view(count, width, heads, size).transpose(1, 2) for t in (keys, values))
    at = torch.arange(width, device=keys.device)[None]
    mask = at < used[:, None]
    if window >= 0:
        mask &= at >= used[:, None] - 1 - window
    grouped = query.view(count, heads, -1, size)
    out = functional.scaled_dot_product_attention(grouped, k, v, attn_mask=mask[:, None, None], scale=scale)
    return out.reshape(count, -1, size)


AttentionInterface.register(NAME, cache_attention)
