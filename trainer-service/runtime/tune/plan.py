"""How many steps a training takes, when it is evaluated and saved, and its learning rate at each step."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tune.job import Spec


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

    @staticmethod
    def of(spec: Spec, examples: int, learning_rate: float) -> Plan:
        """The plan; where the job leaves the batch size open, a small dataset gets small batches, for it needs its steps."""
        batch_size = spec.per_device_train_batch_size or min(4, max(1, examples // 200))
        batch_count = math.ceil(examples / batch_size)
        steps_per_epoch = math.ceil(batch_count / spec.gradient_accumulation_steps)
        steps = max(1, math.ceil(steps_per_epoch * spec.num_train_epochs))
        eval_steps = spec.eval_steps or max(1, round(steps / 8))
        return Plan(
            batch_size,
            steps,
            steps_per_epoch,
            eval_steps,
            spec.save_steps or eval_steps,
            math.ceil(steps * spec.warmup_ratio),
            learning_rate,
            spec.lr_scheduler_type,
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
