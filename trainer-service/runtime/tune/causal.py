"""Causal attention of one example on a CPU, block by block: as many keys as the block's last token sees.

PyTorch's own kernel for a CPU hands MKL products too small to be quick; here all heads that share keys make one product of
a block.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch

from tune import products
from tune.products import each

BLOCK = 128
ROUND = 32
KEPT = 1 << 24
"""Bytes of probabilities up to which an example's are kept for the backward pass; beyond, it computes them anew."""


@functools.cache
def _later(size: int, dtype: torch.dtype) -> torch.Tensor:
    """What a block's scores are given for tokens that come after; shared, so nothing may be written to it."""
    return torch.full((size, size), -torch.inf, dtype=dtype).triu_(1)


def _filled(count: int) -> int:
    return -(-count // ROUND) * ROUND


@dataclass(frozen=True)
class Block:
    """Queries `first` to `last` that see keys up to `end`; of those from `known` on what `later` leaves."""

    first: int
    last: int
    known: int
    end: int
    later: torch.Tensor


class Heads:
    """One example's rows, `heads` queries for each of `groups` keys and values of `size` numbers a token.

    `seen` and the gradients come back as they were given: queries [tokens, groups, heads, size], keys and values
    [tokens, groups, size]. Inside they are filled up with zeros to a multiple of 32 tokens, so that few shapes occur; a
    token sees none that comes after it. `places`: the tokens that the queries are of, in rising order, where not of all.
    """

    def __init__(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        scale: float,
        places: torch.Tensor | None = None,
    ):
        self.queries, self.groups, self.heads, self.size = query.shape
        self.tokens, self.scale, self.places = len(key), scale, places
        self.length = _filled(self.tokens)
        self.query = self._by_group(query).mul_(scale)
        self.key, self.value = self._by_group(key[:, :, None]), self._by_group(value[:, :, None])
        self._kept: list[torch.Tensor] = []

    def _by_group(self, rows: torch.Tensor) -> torch.Tensor:
        """[groups, length · heads, size] out of [tokens, groups, heads, size]."""
        made = rows.new_empty(self.groups, _filled(len(rows)), *rows.shape[2:])
        made[:, : len(rows)] = rows.transpose(0, 1)
        made[:, len(rows) :] = 0
        return made.flatten(1, 2)

    def _by_token(self, rows: torch.Tensor, heads: int, count: int) -> torch.Tensor:
        return rows.unflatten(1, (-1, heads))[:, :count].transpose(0, 1)

    def _blocks(self) -> list[Block]:
        starts = range(0, _filled(self.queries), BLOCK)
        cuts = [(at, min(at + BLOCK, _filled(self.queries))) for at in starts]
        if self.places is None:
            later = _later(min(BLOCK, self.length), self.query.dtype)
            return [Block(at, to, at, to, later[: to - at, : to - at]) for at, to in cuts]
        made = []
        for at, to in cuts:
            here = self.places[at:to]
            known, end = int(here[0]), _filled(int(here[-1]) + 1)
            later = torch.zeros(to - at, end - known)  # rows that only fill up see all
            later[: len(here)].masked_fill_(torch.arange(known, end) > here[:, None], -torch.inf)
            made.append(Block(at, to, known, end, later))
        return made

    def _parts(self) -> list[slice]:
        """The groups that are in one product."""
        return [slice(g, g + 1) for g in range(self.groups)] if products.apart else [slice(self.groups)]

    def _rows(self, block: Block) -> slice:
        return slice(block.first * self.heads, block.last * self.heads)

    def _shares(self, groups: slice, block: Block) -> torch.Tensor:
        """The attention of the block's queries to all keys up to its end."""
        scores = each(self.query[groups, self._rows(block)], self.key[groups, : block.end].transpose(1, 2))
        by_head = scores.unflatten(1, (-1, self.heads))
        by_head[..., block.known :].add_(block.later[:, None])
        return torch.softmax(scores, -1, out=scores)

    def seen(self, keeps: bool = True) -> torch.Tensor:
        """What the queries see. `keeps`: whether `slopes` is asked for as well, which is quicker with kept probabilities."""
        made, blocks = torch.empty_like(self.query), self._blocks()
        pairs = sum(block.end * (block.last - block.first) for block in blocks)
        keeps = keeps and self.groups * self.heads * pairs * made.itemsize <= KEPT
        for groups in self._parts():
            for block in blocks:
                shares = self._shares(groups, block)
                each(shares, self.value[groups, : block.end], made[groups, self._rows(block)])
                if keeps:
                    self._kept.append(shares)
        return self._by_token(made, self.heads, self.queries)

    def slopes(self, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The gradients of query, key and value where `slope` is that of `seen`."""
        slope, kept = self._by_group(slope), iter(self._kept)
        by_query = torch.empty_like(self.query)
        by_key, by_value = (self.key.new_zeros(self.groups, self.size, self.length) for _ in range(2))
        blocks = self._blocks()
        for groups in self._parts():
            for block in blocks:
                shares = next(kept, None)
                if shares is None:
                    shares = self._shares(groups, block)
                rows, keys = self._rows(block), slice(block.end)
                here = slope[groups, rows]
                each(here.transpose(1, 2), shares, by_value[groups, :, keys], add=True)
                by = each(here, self.value[groups, keys].transpose(1, 2))
                by = torch._softmax_backward_data(by, shares, -1, by.dtype, grad_input=by)
                each(by, self.key[groups, keys], by_query[groups, rows])
                each(self.query[groups, rows].transpose(1, 2), by, by_key[groups, :, keys], add=True)
        by_key, by_value = (
            part.transpose(1, 2)[:, : self.tokens].transpose(0, 1) for part in (by_key, by_value)
        )
        return self._by_token(by_query.mul_(self.scale), self.heads, self.queries), by_key, by_value
