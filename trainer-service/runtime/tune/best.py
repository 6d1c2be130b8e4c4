"""The metric by which the best step is chosen and early stopping counts: which there are, and how a step is measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from tune import attention, events, packable
from tune.base import Base
from tune.data import Example
from tune.failure import Failure
from tune.job import Job
from tune.loss import MeanLoss
from tune.measures import LOSS, LOWER, listed, offered
from tune.pulse import Pulse
from tune.task_metrics import OF_TASK, OVER_READABLE

FIELD = "spec.metric_for_best_model"


@dataclass(frozen=True)
class Judged:
    """A validation: the loss, the share of loss tokens that are right, the value of the chosen metric, and whatever else
    was measured on the way.

    `value` is None where this model's answers leave the metric undefined (none is a number, say): never the best.
    `covered` is the share of the answers that it is measured over.
    """

    loss: float
    accuracy: float
    value: float | None
    metrics: dict | None = None
    covered: float = 1.0


class Quiet:
    """A job's pulse without the progress of evaluations: a validation in a training is one event of its own."""

    def __init__(self, pulse: Pulse):
        self._pulse = pulse
        self.check, self.beat = pulse.check, pulse.beat

    def emit(self, event: object) -> None:
        if isinstance(event, events.Progress):
            self._pulse.beat()
        else:
            self._pulse.emit(event)


@dataclass(frozen=True)
class Judge:
    """Measures a model in training on the validation split by `metric`; `loss` gives the loss, its tokens and the share
    of them that is right, `measure` makes all metrics, given these."""

    metric: str
    base: Base
    loss: Callable[[nn.Module], MeanLoss]
    measure: Callable[[nn.Module, MeanLoss], dict]

    @property
    def greater(self) -> bool:
        """Whether a higher value is better."""
        return self.metric not in LOWER

    def __call__(self, model: nn.Module) -> Judged:
        found = self.loss(model)
        loss, _, accuracy = found
        if self.metric in LOSS:
            if self.metric == "loss":
                return Judged(loss, accuracy, loss)
            perplexity = math.exp(min(loss, 700))
            return Judged(loss, accuracy, perplexity, {"loss": loss, "perplexity": perplexity})
        was_training = model.training
        config = getattr(self.base.model, "config", None)
        packed = getattr(config, "_attn_implementation", None) == attention.NAME
        try:
            model.eval()
            with packable.attention_set(self.base.model, "sdpa" if packed else None):
                metrics = self.measure(model, found)
        finally:
            model.train(was_training)
        covered = metrics["readable"] if self.metric in OVER_READABLE and "readable" in metrics else 1.0
        return Judged(loss, accuracy, metrics.get(self.metric), metrics, covered)


def check(
    job: Job,
    family: str,
    validation: list[Example],
    labels: tuple[str, ...] | None,
    without_auc: str | None = None,
) -> None:
    """Raises Failure if the chosen metric is none of this job's, or the validation split can never give it. `without_auc`:
    why it has no area under the curve."""
    metric = job.spec.metric_for_best_model
    there = offered(job.dataset.task, job.dataset.format, family)
    if metric not in there:
        kind = "a causal model" if family == "causal" else f"an {family}"
        raise _not_measured(metric, there, f"on {kind}")
    if metric == "loss":
        return
    if not validation:
        raise Failure(
            "no_validation", "The validation split has no examples to choose the best step by.", FIELD
        )
    references = [e.reference for e in validation]
    possible = set(there)
    if family == "encoder":
        if job.dataset.task == "tagging" and labels and "O" not in labels:
            possible -= {"entity_precision", "entity_recall", "entity_f1"}
    elif job.dataset.task in OF_TASK:
        of_task = set(offered(job.dataset.task, None, family)) - set(offered("sft", None, family))
        possible -= of_task - {"auc", *OF_TASK[job.dataset.task](references, references)}
    if without_auc:
        possible.discard("auc")
    if len(validation) < 2:
        possible.discard("r2")
    if metric not in possible:
        where = "on this validation split"
        if metric == "auc":
            where += f" ({without_auc})"
        raise _not_measured(metric, [m for m in there if m in possible], where)


def _not_measured(metric: str, there: list[str], where: str) -> Failure:
    return Failure("unknown_metric", f'"{metric}" is not measured {where}; choose {listed(there)}.', FIELD)
