"""The attention half of a last decoder layer, of whose output only the places with a loss are asked for.

All tokens have keys and values; queries, attention and its output layer are those places' alone.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from tune.causal import Heads
from tune.joined import Joined
from tune.loss import Answers
from tune.normed import norm_slope, normed, paired, rotate
from tune.products import product


class AnsweredHalf:
    """What `AttentionHalf` computes, at the places that `answers` picks.

    Places that only fill up come out without meaning and have no gradient.
    """

    def __init__(self, layer: nn.Module):
        inner, norm = layer.self_attn, layer.input_layernorm
        self.eps, self.scaling, self.size = norm.variance_epsilon, inner.scaling, inner.head_dim
        self.groups = inner.k_proj.out_features // self.size
        self.known = self.groups * self.size
        self.query = Joined(
            [inner.q_proj], norm.weight, paired(inner.q_proj.out_features // self.size, self.size)
        )
        rows = torch.cat([paired(self.groups, self.size), torch.arange(self.known, 2 * self.known)])
        self.seen = Joined([inner.k_proj, inner.v_proj], norm.weight, rows)
        self.out = Joined([inner.o_proj])
        self.joined = self.query, self.seen, self.out
        self.pairs = [pair for joined in self.joined for pair in joined.pairs]

    def __call__(
        self, x: torch.Tensor, turn: torch.Tensor, lengths: list[int], answers: Answers
    ) -> torch.Tensor:
        index, count = answers.take()
        # Asked here: inside of the operation gradients are off.
        return _Answered.apply(x, turn, lengths, index, count, self, torch.is_grad_enabled(), *self.pairs)

    def matrices(self, pairs: tuple[torch.Tensor, ...]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        made = []
        for joined in self.joined:
            own, pairs = pairs[: len(joined.pairs)], pairs[len(joined.pairs) :]
            made.append(joined.matrices(own))
        return made

    def queries(self, rows: torch.Tensor) -> torch.Tensor:
        """[places, groups, heads of a group, size]."""
        return rows.unflatten(1, (self.groups, -1, self.size))

    def keys(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values [tokens, groups, size]."""
        return rows[:, : 2 * self.known].unflatten(1, (2, self.groups, self.size)).unbind(1)


def _cuts(index: torch.Tensor, lengths: list[int]) -> list[tuple[slice, slice]]:
    """(places, tokens) of every example."""
    bounds = torch.tensor([0, *lengths]).cumsum(0)
    places, tokens = torch.searchsorted(index, bounds).tolist(), bounds.tolist()
    return [(slice(*p), slice(*t)) for p, t in zip(pairwise(places), pairwise(tokens), strict=True)]


class _Answered(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, turn, lengths, index, count, half, keeps, *pairs):
        rows, by = normed(x, half.eps)
        (query, query_b), (known, known_b), (out, out_b) = half.matrices(pairs)
        picked, own = rows[index], index[:count]
        asked, found = product(picked, query, half.query.bias), product(rows, known, half.seen.bias)
        rotate(asked[:, : half.query.out], turn[index], half.size)
        rotate(found[:, : half.known], turn, half.size)
        seen = asked.new_zeros(len(index), half.query.out)
        keys, values = half.keys(found)
        asks, sees = half.queries(asked[:, : half.query.out]), half.queries(seen)
        ctx.heads, ctx.cuts = [], _cuts(own, lengths)
        for places, tokens in ctx.cuts:
            at = own[places] - tokens.start
            heads = Heads(asks[places], keys[tokens], values[tokens], half.scaling, at) if len(at) else None
            ctx.heads.append(heads)
            if heads:
                sees[places] = heads.seen(keeps)
        made = product(seen, out, half.out.bias)
        lows = [
            part[:, joined.out :].clone()
            for part, joined in zip((asked, found, made), half.joined, strict=True)
        ]
        ctx.save_for_backward(
            turn, index, rows, by, picked, seen, *lows, query, query_b, known, known_b, out, out_b
        )
        ctx.half, ctx.count = half, count
        return made[:, : half.out.out] + x[index]

    @staticmethod
    def backward(ctx, slope):
        half, own = ctx.half, slice(ctx.count)
        turn, index, rows, by, picked, seen, *rest = ctx.saved_tensors
        asked_low, found_low, made_low, query, query_b, known, known_b, out, out_b = rest
        by_seen, by_out = half.out.slopes(slope, seen, made_low, out, out_b)
        by_asked = torch.zeros_like(seen)
        by_found = rows.new_zeros(len(rows), half.seen.out)
        by_keys, by_values = half.keys(by_found)
        by_asks, slopes = half.queries(by_asked), half.queries(by_seen)
        held, ctx.heads = ctx.heads, None
        for (places, tokens), heads in zip(ctx.cuts, held, strict=True):
            if heads:
                by_asks[places], by_keys[tokens], by_values[tokens] = heads.slopes(slopes[places])
        rotate(by_asked, turn[index].conj(), half.size)
        rotate(by_found[:, : half.known], turn.conj(), half.size)
        deeper = ctx.needs_input_grad[0]
        by_picked, by_query = half.query.slopes(by_asked, picked, asked_low, query, query_b, deeper)
        by_rows, by_known = half.seen.slopes(by_found, rows, found_low, known, known_b, deeper)
        by_x = None
        if deeper:
            by_rows = by_rows.contiguous().index_add_(0, index[own], by_picked[own])
            left = torch.zeros_like(rows).index_copy_(0, index[own], slope[own])
            by_x = norm_slope(by_rows, rows, by, left)
        return by_x, None, None, None, None, None, None, *by_query, *by_known, *by_out
