"""Causal attention of one example on a CPU, block by block: as many keys as the block's last token sees.

PyTorch's own kernel for a CPU hands MKL products too small to be quick; here all heads that share keys make one product of
a block.
"""

from __future__ import annotations

import functools

import torch

from tune.products import across, product

BLOCK = 256
ROUND = 32
KEPT = 1 << 24
"""Bytes of probabilities up to which an example's are kept for the backward pass; beyond, it computes them anew."""


@functools.cache
def _later(size: int, dtype: torch.dtype) -> torch.Tensor:
    """What a block's scores are given for tokens that come after; shared, so nothing may be written to it."""
    return torch.full((size, size), -torch.inf, dtype=dtype).triu_(1)


class Heads:
    """One example's rows, `heads` queries for each of `groups` keys and values of `size` numbers a token.

    `seen` and the gradients come back as they were given: queries [tokens, groups, heads, size], keys and values
    [tokens, groups, size]. Inside they are filled up with zeros to a multiple of 32 tokens, so that few shapes occur; a token sees none that
    comes after it.
    """

    def __init__(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float):
        self.tokens, self.groups, self.heads, self.size = query.shape
        self.length = -(-self.tokens // ROUND) * ROUND
        self.scale = scale
        self.query = self._by_group(query).mul_(scale)
        self.key, self.value = self._by_group(key[:, :, None]), self._by_group(value[:, :, None])
        self._later = _later(min(BLOCK, self.length), query.dtype)
        self._kept: list[torch.Tensor] = []

    def _by_group(self, rows: torch.Tensor) -> torch.Tensor:
        """[groups, length · heads, size] out of [tokens, groups, heads, size]."""
        made = rows.new_empty(self.groups, self.length, *rows.shape[2:])
        made[:, : self.tokens] = rows.transpose(0, 1)
        made[:, self.tokens :] = 0
        return made.flatten(1, 2)

    def _by_token(self, rows: torch.Tensor) -> torch.Tensor:
        return rows.unflatten(1, (self.length, -1))[:, : self.tokens].transpose(0, 1)

    def _blocks(self) -> list[tuple[int, int, int]]:
        """(group, first token, token after the last) of every product."""
        starts = range(0, self.length, BLOCK)
        return [(g, at, min(at + BLOCK, self.length)) for g in range(self.groups) for at in starts]

    def _shares(self, group: int, first: int, end: int) -> torch.Tensor:
        """The attention of the block's queries to all keys up to its end."""
        scores = product(self.query[group, first * self.heads : end * self.heads], self.key[group, :end])
        count = end - first
        scores.unflatten(0, (count, self.heads))[:, :, first:].add_(self._later[:count, None, :count])
        return torch.softmax(scores, -1, out=scores)

    def seen(self, keeps: bool = True) -> torch.Tensor:
        """What the queries see. `keeps`: whether `slopes` is asked for as well, which is quicker with kept probabilities."""
        made, blocks = torch.empty_like(self.query), self._blocks()
        pairs = sum(end * (end - first) for _, first, end in blocks)
        keeps = keeps and self.heads * pairs * made.itemsize <= KEPT
        for group, first, end in blocks:
            shares = self._shares(group, first, end)
            rows = slice(first * self.heads, end * self.heads)
            made[group, rows] = product(shares, self.value[group, :end].t())
            if keeps:
                self._kept.append(shares)
        return self._by_token(made)

    def slopes(self, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The gradients of query, key and value where `slope` is that of `seen`."""
        slope, kept = self._by_group(slope), iter(self._kept)
        by_query = torch.empty_like(self.query)
        by_key, by_value = (self.key.new_zeros(self.groups, self.size, self.length) for _ in range(2))
        for group, first, end in self._blocks():
            shares = next(kept, None)
            if shares is None:
                shares = self._shares(group, first, end)
            rows = slice(first * self.heads, end * self.heads)
            here = slope[group, rows]
            by_value[group, :, :end] += across(here, shares)
            by_shares = product(here, self.value[group, :end])
            by_scores = torch._softmax_backward_data(by_shares, shares, -1, shares.dtype)
            by_query[group, rows] = product(by_scores, self.key[group, :end].t())
            by_key[group, :, :end] += across(self.query[group, rows], by_scores)
        by_key, by_value = (self._by_token(part.transpose(1, 2))[:, :, 0] for part in (by_key, by_value))
        return self._by_token(by_query.mul_(self.scale)), by_key, by_value
