"""Which examples make each step, and examples as tensors: side by side with padding, or end to end without."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from tune.data import Example

ORDER = 2
"""The version of the order of examples: a checkpoint that was made with another one is not gone on from."""

POOL = 4096
ROUND = 128


def batches(lengths: list[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """One epoch's batches of example indexes: like lengths together, order random but fixed by (seed, epoch).

    A position in training is therefore a number of batches, and nothing else has to be saved to resume.
    """
    order = list(range(len(lengths)))
    dice = random.Random(f"{seed}:{epoch}")
    dice.shuffle(order)
    pool = 16 * size
    cut = []
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lambda i: lengths[i])
        cut += [near[i : i + size] for i in range(0, len(near), size)]
    dice.shuffle(cut)
    return cut


def even_batches(lengths: list[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """As `batches`, and as many, but each with about the same number of tokens, for examples that are packed.

    Examples are taken longest first (their lengths blurred by a fifth, so that every epoch mixes them anew), a row of one
    for each batch at a time, the longest of a row into the emptiest batch. Within an epoch sizes differ by one at most
    in a pool of 4096 examples.
    """
    order = list(range(len(lengths)))
    dice = random.Random(f"{seed}:{epoch}:even")
    dice.shuffle(order)
    cut = []
    pool = max(size, POOL // size * size)
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lambda i: -lengths[i] * dice.uniform(0.8, 1.2))
        count = math.ceil(len(near) / size)
        made: list[list[int]] = [[] for _ in range(count)]
        loads = [0] * count
        for at in range(0, len(near), count):
            row = sorted(near[at : at + count], key=lambda i: -lengths[i])
            for batch, example in zip(sorted(range(count), key=loads.__getitem__), row, strict=False):
                made[batch].append(example)
                loads[batch] += lengths[example]
        cut += made
    dice.shuffle(cut)
    return cut


def by_length(lengths: list[int], size: int) -> list[list[int]]:
    """Batches without chance, longest first, for evaluation."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    return [order[i : i + size] for i in range(0, len(order), size)]


def into_packs(lengths: list[int], members: list[int], room: int, abreast: int = 1) -> list[list[int]]:
    """The members cut into as few packs of at most `room` tokens as this rule finds, all about equally full, and their number
    a multiple of `abreast` where there are enough members.

    Longest first, each into the emptiest pack; one pack more where that overflows. An example longer than `room` is a
    pack of its own.
    """
    order = sorted(members, key=lambda i: -lengths[i])
    count = max(1, math.ceil(sum(lengths[i] for i in members) / room / abreast)) * abreast
    while True:
        made: list[list[int]] = [[] for _ in range(count)]
        loads = [0] * count
        for i in order:
            at = loads.index(min(loads))
            made[at].append(i)
            loads[at] += lengths[i]
        if count >= len(order) or max(loads) <= room:
            return [pack for pack in made if pack]
        count += abreast


def pack_length(lengths: list[int], steps: list[list[int]], room: int) -> int:
    """The length to which every pack is filled up where shapes are fixed: the fullest pack's, up to a multiple of 128."""
    packs = [pack for members in steps for pack in into_packs(lengths, members, room)]
    return math.ceil(max(sum(lengths[i] for i in pack) for pack in packs) / ROUND) * ROUND


@dataclass(frozen=True)
class Batch:
    """Examples side by side, padded on the right: `ids` and `weights` are [rows, longest]; `tokens` counts what the model is fed,
    no padding."""

    ids: torch.Tensor
    weights: torch.Tensor
    tokens: int

    @property
    def weight(self) -> float:
        return float(self.weights[:, 1:].sum())

    def pinned(self) -> Batch:
        return Batch(self.ids.pin_memory(), self.weights.pin_memory(), self.tokens)

    def to(self, device: torch.device) -> Batch:
        return Batch(self.ids.to(device), self.weights.to(device), self.tokens)


@dataclass(frozen=True)
class Pack:
    """Examples end to end: `ids` and `positions` are [1, length]; `starts` their bounds; `sizes` as packed_attention asks.

    `index`, `labels` and `weights` name the places that have a loss. `tokens`, `answers` and `weight` (the sum of the loss
    weights) count neither padding nor places that only fill up.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    starts: torch.Tensor
    sizes: torch.Tensor
    index: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    tokens: int
    answers: int
    weight: float

    def pinned(self) -> Pack:
        return self._moved(torch.Tensor.pin_memory)

    def to(self, device: torch.device) -> Pack:
        """On the device; out of pinned memory, without waiting for it. The sizes stay on the CPU."""
        return self._moved(lambda tensor: tensor.to(device, non_blocking=True))

    def _moved(self, move: Callable[[torch.Tensor], torch.Tensor]) -> Pack:
        names = ("ids", "positions", "starts", "index", "labels", "weights")
        return replace(self, **{name: move(getattr(self, name)) for name in names})


def collate(examples: list[Example], pad_id: int, device: torch.device) -> Batch:
    """Right padding needs no attention mask: a causal model never looks at it from a real token."""
    longest = max(len(e.ids) for e in examples)
    ids = np.full((len(examples), longest), pad_id, np.int64)
    weights = np.zeros((len(examples), longest), np.float32)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = example.ids
        weights[row, : len(example.ids)] = example.weights
    return Batch(
        torch.from_numpy(ids).to(device),
        torch.from_numpy(weights).to(device),
        sum(e.tokens for e in examples),
    )


def pack(examples: list[Example], pad_id: int, length: int | None, rows: int, on_cuda: bool) -> Pack:
    """The examples end to end, on the CPU. Padding up to `length` is one more example that has no loss.

    The places with a loss are filled up to a multiple of `rows` by places of weight 0; `starts` has a fixed length where
    `length` is given.
    """
    lengths = [len(e.ids) for e in examples]
    tokens = sum(lengths)
    fill = max(0, length - tokens) if length else 0
    ids = np.concatenate([e.ids for e in examples] + ([np.full(fill, pad_id)] if fill else []))
    weights = np.concatenate([e.weights for e in examples])
    sizes = [*lengths, fill] if fill else lengths
    positions = np.concatenate([np.arange(n) for n in sizes])
    starts = np.cumsum([0, *sizes])
    slots = length + 1 if length else len(starts)
    first = np.zeros(tokens, bool)
    first[starts[: len(lengths)]] = True
    wanted = np.flatnonzero((weights > 0) & ~first)
    short = -len(wanted) % rows
    index = np.concatenate([wanted - 1, np.zeros(short, np.int64)])
    labels = np.concatenate([ids[wanted], np.zeros(short, np.int64)])
    scale = np.concatenate([weights[wanted], np.zeros(short)])
    bounds = np.concatenate([starts, np.full(max(0, slots - len(starts)), starts[-1])])
    return Pack(
        torch.from_numpy(ids.astype(np.int64))[None],
        torch.from_numpy(positions.astype(np.int64))[None],
        torch.from_numpy(bounds.astype(np.int32)),
        torch.tensor([len(sizes), max(sizes)] if on_cuda else sizes, dtype=torch.int32),
        torch.from_numpy(index.astype(np.int64)),
        torch.from_numpy(labels.astype(np.int64)),
        torch.from_numpy(scale.astype(np.float32)),
        tokens,
        len(wanted),
        float(weights[wanted].sum(dtype=np.float64)),
    )
