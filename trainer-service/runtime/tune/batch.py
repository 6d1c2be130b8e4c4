"""Examples side by side: in which order they are learnt, and as tensors."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch

from tune.data import Example


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


def by_length(lengths: list[int], size: int) -> list[list[int]]:
    """Batches without chance, longest first, for evaluation."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    return [order[i : i + size] for i in range(0, len(order), size)]


@dataclass(frozen=True)
class Batch:
    """Examples side by side, padded on the right: `ids` and `weights` are [rows, longest]; `tokens` counts no padding."""

    ids: torch.Tensor
    weights: torch.Tensor
    tokens: int


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
        sum(len(e.ids) for e in examples),
    )
