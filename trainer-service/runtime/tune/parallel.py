"""Several processes, one a GPU, that train one model: each takes its share of every step, and all keep the same weights.

Every process runs the same training loop; what it decides by (a stop that was asked for, a validation loss, memory that ran
out) is what the first one says, or what any one met. The first alone writes and reports.
"""

from __future__ import annotations

import datetime
import logging
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
import torch.distributed as dist

from tune.failure import Stop

if TYPE_CHECKING:
    from tune.best import Judged
    from tune.pulse import Pulse

log = logging.getLogger("tune")
LOST = 70
LONG = datetime.timedelta(days=365)
STOPS = ("cancelled", "paused", "stopped")


@contextmanager
def whole_team() -> Iterator[None]:
    """Ends this process with status 70 where another one is gone: a crash of the attempt, not a failure of its job."""
    try:
        yield
    except RuntimeError as error:
        log.error("another process of this training is gone: %s", str(error)[:300])
        os._exit(LOST)


@dataclass(frozen=True)
class Team:
    """The processes of a training. `control` carries their small talk on the CPU; gradients go over the device's own."""

    rank: int = 0
    size: int = 1
    control: dist.ProcessGroup | None = None

    @property
    def first(self) -> bool:
        return self.rank == 0

    def split(self, members: Iterable[int], lengths: list[int]) -> list[list[int]]:
        """A step's examples in one part for each process, with about the same number of tokens; parts may be empty."""
        members = list(members)
        if self.size == 1:
            return [members]
        parts: list[list[int]] = [[] for _ in range(self.size)]
        loads = [0] * self.size
        for i in sorted(members, key=lambda i: -lengths[i]):
            at = loads.index(min(loads))
            parts[at].append(i)
            loads[at] += lengths[i]
        return parts

    def total(self, *values: float) -> list[float]:
        """The sums of each value over all processes."""
        if self.size == 1:
            return list(values)
        numbers = torch.tensor(values, dtype=torch.float64)
        with whole_team():
            dist.all_reduce(numbers, group=self.control)
        return numbers.tolist()

    def of_first(self, value: float) -> float:
        """The first process's value."""
        return self.total(value if self.first else 0.0)[0]

    def least(self, value: int) -> int:
        """The smallest of the processes' values."""
        if self.size == 1:
            return value
        number = torch.tensor(value)
        with whole_team():
            dist.all_reduce(number, dist.ReduceOp.MIN, group=self.control)
        return int(number)

    def judged(self, found: Judged) -> Judged:
        """The first process's judgement, so that all of them choose the same step."""
        if self.size == 1:
            return found
        value = self.of_first(math.nan if found.value is None else found.value)
        return replace(
            found,
            loss=self.of_first(found.loss),
            value=None if math.isnan(value) else value,
            covered=self.of_first(found.covered),
        )

    def steady(self, pulse: Pulse) -> Pulse:
        """The pulse for what all processes do together: it never breaks off in one of them alone."""
        return pulse if self.size == 1 else type(pulse)(pulse.emit, lambda: None)

    def check(self, pulse: Pulse) -> None:
        """Raises Stop in every process if the first one was asked to end."""
        if self.size == 1:
            pulse.check()
            return
        asked = 0
        if self.first:
            try:
                pulse.check()
            except Stop as stop:
                asked = 1 + STOPS.index(stop.kind)
        if code := int(self.of_first(asked)):
            raise Stop(STOPS[code - 1])

    def sum_up(self, weights: Iterable[torch.nn.Parameter], numbers: torch.Tensor) -> torch.Tensor:
        """Adds the gradients up over all processes, in place, and `numbers`, which it returns.

        A weight without a gradient anywhere has one of zeros afterwards.
        """
        if self.size == 1:
            return numbers
        weights = list(weights)
        for p in weights:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        for dtype in sorted({p.grad.dtype for p in weights}, key=str):  # in one order in every process
            grads = [p.grad for p in weights if p.grad.dtype == dtype]
            flat = torch.cat([g.flatten() for g in grads])
            with whole_team():
                dist.all_reduce(flat)
            parts = flat.split([g.numel() for g in grads])
            torch._foreach_copy_(grads, [part.view_as(g) for part, g in zip(parts, grads, strict=True)])
        with whole_team():
            dist.all_reduce(numbers)
        return numbers

    def same(self, weights: Iterable[torch.nn.Parameter]) -> None:
        """Gives every process the first one's weights."""
        if self.size > 1:
            for weight in weights:
                dist.broadcast(weight.detach(), 0)

    def tell(self, message: object) -> None:
        """The first process hands something to all others, which wait for it in `hear`."""
        if self.size > 1:
            dist.broadcast_object_list([message], 0, group=self.control)

    def hear(self) -> object:
        box = [None]
        dist.broadcast_object_list(box, 0, group=self.control)
        return box[0]

    def leave(self, told_to_end: bool) -> int:
        """The status that every process ends with, once all are here: 70 if a signal told any of them to end, else 0.

        Whoever started that one starts it again, and it would wait for ever for one that counts as done.
        """
        return LOST if self.total(float(told_to_end))[0] else 0


ALONE = Team()


def join(rank: int, size: int, store: dist.Store | None = None) -> Team:
    """Joins the team; waits for all others. Without a store torchrun's environment says where they meet.

    Nobody gives up waiting for the next job: a process that dies closes its connections, and the first one watches.
    """
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    where = {"store": store} if store else {"init_method": "env://"}
    dist.init_process_group(backend, rank=rank, world_size=size, timeout=LONG, **where)
    return Team(rank, size, dist.new_group(backend="gloo", timeout=LONG))


def wanted(asked: str | None) -> int:
    """How many processes: as asked, "all" for one on each GPU that is visible, else 1."""
    asked = asked or os.environ.get("TRAINER_GPUS") or "1"
    if asked != "all":
        return max(1, int(asked))
    return max(1, torch.cuda.device_count())
