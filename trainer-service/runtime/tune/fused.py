"""A model of the Llama kind for one new token of each row: a few operations a layer, each over all rows.

The frozen weights of the layers over one input lie below each other, and below them the A of their adapters, so that each
weight is read once and a product gives what its adapters need too. The rest of a layer is three operations: on a GPU the
kernels of `fused_kernels`, elsewhere the functions here, which make the same numbers.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from tune.base import Base
from tune.flat_cache import FlatCache, seen
from tune.halves import known
from tune.linear import StillLinear
from tune.recompute import free_bytes

RANKS = 16
SHARE = 3
"""The joined weights take a third of the free memory at most."""


class Sum:
    """The product of `rows` with joined weights, and what adapters add to its rows behind the first `plain`:
    `low` [rows, ranks] @ `high` [ranks, out]."""

    def __init__(self, wide: Wide, rows: torch.Tensor, plain: int):
        made = functional.linear(rows, wide.weight, wide.bias)
        self.made, self.low = made[:, : wide.out], made[:, wide.out :]
        self.high, self.ranks, self.taken, self.plain = wide.high, wide.ranks, wide.taken, plain

    def whole(self) -> torch.Tensor:
        out = self.made.clone()
        out[self.plain :].addmm_(self.low[self.plain :], self.high)
        return out


class Wide:
    """Linear layers over one input as one: `weight` [out + ranks, width] with the A of their adapters last, and `high`
    [ranks, out], their scale · B turned, zeros where an output has none. Ranks that are
    `taken` are filled up to a multiple of 16."""

    def __init__(self, modules: list[nn.Module]):
        held = [getattr(module, "base_layer", module) for module in modules]
        adapted = [module.still[:2] if isinstance(module, StillLinear) else None for module in modules]
        self.out = sum(linear.out_features for linear in held)
        self.taken = sum(len(pair[0]) for pair in adapted if pair)
        self.ranks = -(-self.taken // RANKS) * RANKS
        first = held[0].weight
        self.weight = first.new_zeros(self.out + self.ranks, first.shape[1])
        self.high = first.new_zeros(self.ranks, self.out)
        self.bias = None
        if any(linear.bias is not None for linear in held):
            self.bias = first.new_zeros(len(self.weight))
        at = rank = 0
        for linear, pair in zip(held, adapted, strict=True):
            outputs = slice(at, at + linear.out_features)
            self.weight[outputs] = linear.weight
            if linear.bias is not None:
                self.bias[outputs] = linear.bias
            if pair:
                ranks = slice(rank, rank + len(pair[0]))
                self.weight[self.out :][ranks], self.high[ranks, outputs] = pair[0], pair[1].t()
                rank += len(pair[0])
            at += linear.out_features


class Layer:
    """A decoder layer's joined weights and norms."""

    def __init__(self, layer: nn.Module):
        inner, network = layer.self_attn, layer.mlp
        self.into = Wide([inner.q_proj, inner.k_proj, inner.v_proj])
        self.back = Wide([inner.o_proj])
        self.open = Wide([network.gate_proj, network.up_proj])
        self.close = Wide([network.down_proj])
        self.before, self.between = layer.input_layernorm, layer.post_attention_layernorm
        self.scale = inner.scaling


class Fused:
    """The step of a model as it is now; weights that change later are not seen."""

    def __init__(self, decoder: nn.Module):
        self._decoder = decoder
        self._layers = [Layer(layer) for layer in decoder.layers]
        self._normed, self._turned, self._gated = _operations(decoder.embed_tokens.weight.device)

    def hidden(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        cache: FlatCache,
        used: torch.Tensor,
        rows: torch.Tensor,
        bounds: torch.Tensor,
        width: int,
        plain: int,
    ) -> torch.Tensor:
        """The last states [rows, hidden] of a token of each row at its position, whose keys and values go into the cache;
        the first `plain` rows without adapters."""
        x = self._decoder.embed_tokens(tokens)
        cos, sin = (part[0] for part in self._decoder.rotary_emb(x[None], positions[None]))
        normed, norms = self._layers[0].before(x), [layer.before for layer in self._layers[1:]]
        for at, (layer, after) in enumerate(zip(self._layers, [*norms, self._decoder.norm], strict=True)):
            keys, values = cache.held(at)
            made = Sum(layer.into, normed, plain)
            query = self._turned(made, cos, sin, keys, values, cache.places)
            out = seen(query, keys, values, used, rows, bounds, width, layer.scale)
            x, normed = self._normed(x, Sum(layer.back, out.flatten(1), plain), layer.between)
            inner = self._gated(Sum(layer.open, normed, plain))
            x, normed = self._normed(x, Sum(layer.close, inner, plain), after)
        return normed


def of(base: Base) -> Fused | None:
    """The fused step of the base as it is now, with the still layers that it has; null where it is of another kind, something
    else was put into it, or a GPU has not the memory for joined weights."""
    decoder = base.model.get_decoder()
    if not all(known(layer, nn.Linear, StillLinear) for layer in getattr(decoder, "layers", [None])):
        return None
    if base.place.device.type == "cuda":
        size = sum(p.nbytes for p in decoder.layers.parameters())
        if SHARE * size > free_bytes():
            return None
    with torch.no_grad():
        return Fused(decoder)


def _operations(device: torch.device) -> tuple:
    if device.type != "cuda":
        return normed, turned, gated
    from tune import fused_kernels

    return fused_kernels.normed, fused_kernels.turned, fused_kernels.gated


def normed(x: torch.Tensor, to_come: Sum, norm: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    """(x with what is to come added, the same after the norm)."""
    x = x + to_come.whole()
    return x, norm(x)


def turned(
    made: Sum,
    cos: torch.Tensor,
    sin: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    places: torch.Tensor,
) -> torch.Tensor:
    """Rotates queries and keys by `cos` and `sin` [rows, size], puts keys and values into the cache at each row's place, and
    returns the queries [rows, heads, size]."""
    groups, size = keys.shape[1:]
    heads = made.whole().unflatten(1, (-1, size))
    query, key, value = heads.split([heads.shape[1] - 2 * groups, groups, groups], 1)
    query, key = (t * cos[:, None] + _half_turned(t) * sin[:, None] for t in (query, key))
    keys.index_copy_(0, places, key)
    values.index_copy_(0, places, value)
    return query


def _half_turned(heads: torch.Tensor) -> torch.Tensor:
    first, second = heads.chunk(2, -1)
    return torch.cat([-second, first], -1)


def gated(made: Sum) -> torch.Tensor:
    """SiLU of the first half of the outputs times the second."""
    gate, up = made.whole().chunk(2, 1)
    return functional.silu(gate) * up
