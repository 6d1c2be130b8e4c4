"""Examples of models that read a source and give a target apart from it: encoders with a head, encoder-decoders.

An example's ids are its source and then its target, its weights are above 0 on the target alone; so batches, order,
checkpoints and resume are those of every other training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tune.batch import Batch
from tune.data import Chat, Example


def joined(chat: Chat) -> str:
    """What a chat asks, as one text: its messages before the last answer, a line break between two."""
    return text(chat.messages[:-1])


def text(messages: list[dict]) -> str:
    """Messages as one text, a line break between two."""
    return "\n".join(message["content"] for message in messages)


def example(
    chat: Chat, source: list[int], target: list[int], truncated: bool, headed: bool = True
) -> Example:
    """`headed`: the target is what a head says of the source, and nothing that the model reads."""
    weight = chat.weights[-1]
    return Example(
        line=chat.line,
        ids=np.asarray([*source, *target], np.int32),
        weights=np.asarray([0.0] * len(source) + [weight] * len(target), np.float32),
        prompt=source,
        messages=chat.messages[:-1],
        reference=chat.messages[-1]["content"],
        truncated=truncated,
        longest=len(target),
        spans=chat.spans,
        unread=len(target) if headed else 0,
    )


@dataclass(frozen=True)
class Parts:
    """A batch taken apart, each padded on the right: `sources` and their `mask`, `targets` and their `weights`
    (0 on padding); all are [rows, longest]."""

    sources: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor


def parts(batch: Batch, pad_id: int) -> Parts:
    """Where the weights begin to be above 0, a row's target begins. A row without any is a source of one token, and there is
    at least one place for targets."""
    on = batch.weights > 0
    count = on.sum(1)
    begin = torch.where(count > 0, on.int().argmax(1), 1)
    places = torch.arange(on.shape[1], device=on.device)[None]
    longest, most = int(begin.max()), max(1, int(count.max()))
    mask = (places[:, :longest] < begin[:, None]).long()
    sources = torch.where(mask > 0, batch.ids[:, :longest], pad_id)
    at = (begin[:, None] + places[:, :most]).clamp(max=on.shape[1] - 1)
    inside = places[:, :most] < count[:, None]
    return Parts(
        sources,
        mask,
        torch.where(inside, batch.ids.gather(1, at), 0),
        torch.where(inside, batch.weights.gather(1, at), 0.0),
    )


def padded(prompts: list[list[int]], pad_id: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Sources side by side, padded on the right, with their mask."""
    longest = max(len(p) for p in prompts)
    ids = torch.tensor([p + [pad_id] * (longest - len(p)) for p in prompts], device=device)
    mask = torch.tensor([[1] * len(p) + [0] * (longest - len(p)) for p in prompts], device=device)
    return ids, mask
