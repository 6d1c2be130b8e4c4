"""Evaluations on a machine that runs out of memory: said, and done again with half as much at a time, once.

Not those of a model that is spread over several processes: one alone would call it more often than the others, and all would
wait for ever. There the error comes out.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable

import torch
from torch import nn

from tune import events, speed
from tune.base import Base
from tune.batch import by_length
from tune.data import Example
from tune.objective import mean_loss
from tune.pulse import Pulse
from tune.sharded import team_of

log = logging.getLogger("tune")
REASON = (
    "The machine ran out of memory in an evaluation. It goes on with at most {most} at a time; it is slower from here on, "
    "its results are the same."
)


def say(pulse: Pulse, most: str) -> None:
    """Frees what memory can be freed and tells of it; the error must have been left before."""
    free()
    pulse.emit(events.Notice("smaller_batches", REASON.format(most=most)))


def free() -> None:
    """Gives back what memory an error held that was left before."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def loss_of(
    model: nn.Module, base: Base, examples: list[Example], size: int, pulse: Pulse
) -> tuple[float, int, float]:
    """The mean loss over all loss tokens of the examples, the number of these and the share that is right, as `mean_loss`
    gives them."""
    try:
        return mean_loss(model, base, examples, size, pulse.check)
    except torch.OutOfMemoryError as error:
        if len(examples) == 1 or team_of(model).size > 1:
            raise
        log.info("out of memory in an evaluation: %s", error)
    layout = speed.plain(base)
    rows, room = max(1, size // 2), max(1, layout.room // 2)
    say(pulse, f"{room} tokens" if layout.packed else f"{rows} examples")
    total, weight, tokens, correct = 0.0, 0.0, 0, 0.0
    for part in _parts(examples, None if layout.packed else rows, room if layout.packed else None):
        loss, count, right = mean_loss(model, base, part, rows, pulse.check)
        share = sum(float(example.weights.sum()) for example in part)
        total, weight, tokens = total + loss * share, weight + share, tokens + count
        correct += right * count
    return total / weight, tokens, correct / tokens


def _parts(examples: list[Example], rows: int | None, room: int | None) -> list[list[Example]]:
    """The examples by length, cut so that no part has more than `rows` of them or more tokens than `room`, but one."""
    parts: list[list[Example]] = []
    tokens = 0
    for example in sorted(examples, key=lambda e: e.tokens):
        tokens += example.tokens
        if not parts or (rows and len(parts[-1]) == rows) or (room and tokens > room):
            parts.append([])
            tokens = example.tokens
        parts[-1].append(example)
    return parts


def in_batches(
    model: nn.Module, lengths: list[int], size: int, run: Callable[[list[int]], None], pulse: Pulse
) -> None:
    """Calls `run`, which calls the model, with the indexes of up to `size` examples of like length at a time, until it had all of them."""
    left, halved = by_length(lengths, size), False
    while left:
        pulse.check()
        try:
            run(left[0])
            done = True
        except torch.OutOfMemoryError as error:
            if halved or len(left[0]) == 1 or team_of(model).size > 1:
                raise
            log.info("out of memory in an evaluation: %s", error)
            done = False
        if done:
            left.pop(0)
            continue
        half, halved = max(1, len(left[0]) // 2), True
        say(pulse, f"{half} examples")
        left = [batch[at : at + half] for batch in left for at in range(0, len(batch), half)]
