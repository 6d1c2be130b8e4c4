"""How many steps a training takes, when it is evaluated and saved, and its learning rate at each step."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tune.checkpoint import State
from tune.spec import Spec

TOKENS_A_BATCH = 16384


def epochs(spec: Spec, examples: int) -> float:
    """How often the data is gone through: as the job says or, by size, 3 times; under 100 examples as often as makes
    300 of them, at most 10 times; twice from 10,000 and once from 100,000."""
    if spec.num_train_epochs is not None:
        return spec.num_train_epochs
    if examples < 100:
        return float(min(10, math.ceil(300 / examples)))
    return 3.0 if examples < 10_000 else 2.0 if examples < 100_000 else 1.0


def batch_size(spec: Spec, examples: int, longest: int, fit: int = 0) -> int:
    """Examples of a batch: as the job says or a two-hundredth of them, for a small dataset needs its steps; at most 4, and
    no more than 16,384 tokens if all were as long as the longest; or, where that is more, as many as `fit`: what a GPU takes
    side by side, in packs or padded."""
    if spec.per_device_train_batch_size:
        return spec.per_device_train_batch_size
    most = max(min(4, TOKENS_A_BATCH // max(1, longest)), fit)
    return max(1, min(most, examples // 200))


@dataclass(frozen=True)
class Plan:
    """What a specification means for a number of examples; all of it is fixed before the first step."""

    batch_size: int
    steps: int
    steps_per_epoch: int
    eval_steps: int
    save_steps: int
    warmup_steps: int
    learning_rate: float
    schedule: str
    epochs: float

    @staticmethod
    def of(spec: Spec, examples: int, learning_rate: float, longest: int = 1, fit: int = 0) -> Plan:
        """The plan for so many examples; `longest` and `fit` as `batch_size` takes them."""
        size = batch_size(spec, examples, longest, fit)
        batch_count = math.ceil(examples / size)
        steps_per_epoch = math.ceil(batch_count / spec.gradient_accumulation_steps)
        times = spec.max_steps / steps_per_epoch if spec.max_steps else epochs(spec, examples)
        steps = spec.max_steps or max(1, math.ceil(steps_per_epoch * times))
        ratio = math.ceil(steps * spec.warmup_ratio)
        eval_steps = spec.eval_steps or max(1, round(steps / 8))
        return Plan(
            size,
            steps,
            steps_per_epoch,
            eval_steps,
            spec.save_steps or eval_steps,
            ratio if spec.warmup_steps is None else min(spec.warmup_steps, steps),
            learning_rate,
            spec.lr_scheduler_type,
            round(times, 4),
        )

    def rate(self, step: int) -> float:
        """The learning rate of step 0, 1, …: linear warm-up to the peak, then the schedule down to 0."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        if self.schedule == "constant":
            return self.learning_rate
        done = (step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
        return self.learning_rate * (
            1 - done if self.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * done))
        )

    def seconds_left(self, state: State) -> float | None:
        """How long the steps and validations take that are left, at the mean of those so far; None before the first step."""
        if not state.step:
            return None
        left = (self.steps - state.step) * state.seconds / state.step
        if done := len(state.validation_losses):  # the first is before step 1, the last after all
            validations = math.ceil(self.steps / self.eval_steps) + 1
            left += max(0, validations - done) * state.validation_seconds / done
        return round(left, 1)
