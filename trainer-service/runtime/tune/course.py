"""A training's steps on their way through the machine: their data made ahead, their numbers read once they are done."""

from __future__ import annotations

import functools
import gc
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import nn

from tune import abreast, speed
from tune.base import Base
from tune.batch import Batch, Pack, batches, even_batches
from tune.data import Example
from tune.parallel import ALONE, Team
from tune.plan import Plan
from tune.spec import Spec

AHEAD = 3
Group = list[Batch | Pack]


class Feed:
    """Gives the batches of step n, n + 1, … as `make(step)` makes them, in order and on the device.

    On a GPU the next steps are made ahead on a thread, in pinned memory; on the CPU, where that would take a core from the
    training, when they are asked for. What `make` raises comes out of `next`.
    """

    def __init__(
        self,
        make: Callable[[int], Group],
        step: int,
        end: int,
        device: torch.device,
        ahead: bool | None = None,
    ):
        self._make, self._step, self._made, self._end, self._device = make, step, step, end, device
        ahead = device.type == "cuda" if ahead is None else ahead
        self._pool = ThreadPoolExecutor(1, "feed") if ahead else None
        self._queue: deque[Future] = deque()

    def next(self) -> Group:
        if not self._pool:
            self._step += 1
            return [batch.to(self._device) for batch in self._make(self._step - 1)]
        while self._made < self._end and len(self._queue) < AHEAD:
            self._queue.append(self._pool.submit(self._ahead, self._made))
            self._made += 1
        return [batch.to(self._device) for batch in self._queue.popleft().result()]

    def _ahead(self, step: int) -> Group:
        made = self._make(step)
        return [batch.pinned() for batch in made] if self._device.type == "cuda" else made

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)


class Course:
    """The data of each step from `step` on, with the model laid out for it until `close`.

    Which examples make a step is a function of the seed, the step and the batch size alone.
    """

    def __init__(
        self,
        model: nn.Module,
        base: Base,
        spec: Spec,
        plan: Plan,
        examples: list[Example],
        step: int,
        team: Team = ALONE,
    ):
        self._team = team
        self._model, self._base, self._spec, self._plan, self._examples = model, base, spec, plan, examples
        self._lengths = [e.tokens for e in examples]
        self._epoch = functools.lru_cache(1)(self._order)
        self._stack = ExitStack()
        self.shrunk = 0
        self._even = speed.packs(base)
        first = [part for at in range(plan.steps_per_epoch) for part in self._parts(at) if part]
        self.speed = speed.choose(model, base, spec, plan, first, self._lengths)
        self._start(step)

    def _start(self, step: int) -> None:
        try:
            self._stack.enter_context(speed.laid_out(self._model, self._base, self.speed))
            self.speed = speed.by_threads(self._model, self.speed)
            self.pool = self._stack.enter_context(abreast.threads(self.speed.abreast))
            self._feed = Feed(self._make, step, self._plan.steps, self._base.place.device)
            self._stack.callback(self._feed.close)
        except BaseException:
            self.close()
            raise

    def _order(self, epoch: int) -> list[list[int]]:
        cut = even_batches if self._even else batches
        return cut(self._lengths, self._plan.batch_size, self._spec.seed, epoch)

    def members(self, step: int) -> list[list[int]]:
        """The indexes of the examples whose gradients make optimizer step 0, 1, …"""
        epoch, within = divmod(step, self._plan.steps_per_epoch)
        first = within * self._spec.gradient_accumulation_steps
        return self._epoch(epoch)[first : first + self._spec.gradient_accumulation_steps]

    def _parts(self, step: int) -> list[list[int]]:
        """The examples of a step in one part for each process of the team."""
        return self._team.split((i for part in self.members(step) for i in part), self._lengths)

    def _make(self, step: int) -> Group:
        own = self.members(step) if self._team.size == 1 else [self._parts(step)[self._team.rank]]
        return speed.packs_of(self._examples, own, self._base, self.speed) if any(own) else []

    def next(self) -> Group:
        return self._feed.next()

    def shrink(self, step: int) -> None:
        """Lays the model out anew for less memory, from `step` on."""
        self.close()
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.shrunk += 1
        self.speed = self.speed.smaller()
        self._start(step)

    @property
    def smallest(self) -> bool:
        """Whether the tokens at once were halved already."""
        return self.shrunk > 0 and not self.speed.compiled

    def close(self) -> None:
        self._stack.close()


@dataclass(frozen=True)
class Step:
    """A step that was handed to the device. `numbers` waits for it: (loss, accuracy, gradient norm)."""

    step: int
    rate: float
    tokens: int
    _numbers: torch.Tensor
    _done: torch.cuda.Event | None

    @staticmethod
    def of(step: int, rate: float, tokens: int, numbers: torch.Tensor, norm: torch.Tensor) -> Step:
        """`numbers` as `gradients` gives them, of all groups of the step."""
        loss, correct, places = numbers.unbind()
        numbers = torch.stack([loss, correct / places, norm.detach().double()])
        done = None
        if numbers.is_cuda:
            host = torch.empty(3, dtype=torch.float64, pin_memory=True)
            numbers = host.copy_(numbers, non_blocking=True)
            done = torch.cuda.Event()
            done.record()
        return Step(step, rate, tokens, numbers, done)

    def numbers(self) -> list[float]:
        if self._done:
            self._done.synchronize()
        return self._numbers.tolist()


class Flight:
    """Up to `most` steps whose numbers are not read yet, so that the device never waits for the one that reports; the first
    is told of as soon as it is done.

    `landed(step, seconds)` is called for each in order, with the time since the one before it or since `restart`.
    """

    def __init__(self, most: int, landed: Callable[[Step, float], None]):
        self._most, self._landed = most, landed
        self._steps: deque[Step] = deque()
        self._begun = False
        self._since = time.perf_counter()

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: Step) -> None:
        self._steps.append(step)
        while len(self._steps) > (self._most if self._begun else 0):
            self._land_one()
        self._begun = True

    def land(self) -> None:
        """Waits for all of them."""
        while self._steps:
            self._land_one()

    def _land_one(self) -> None:
        step = self._steps.popleft()
        step.numbers()
        now = time.perf_counter()
        took, self._since = max(now - self._since, 1e-9), now
        self._landed(step, took)

    def restart(self) -> None:
        """The clock of the next step starts now: what went by was no training."""
        self._since = time.perf_counter()
