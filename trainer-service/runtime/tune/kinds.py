"""What a job does differently by the family of its base and the task of its dataset."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import torch
from peft import PeftModel
from torch import nn

from tune import best, choices, evaluate, events, generate, heads, likelihood, methods, probes, seq2seq, tags
from tune.base import Base
from tune.best import Judge, Quiet
from tune.data import Example
from tune.evaluate import Evaluation
from tune.failure import Failure
from tune.job import Job, Problem
from tune.loss import MeanLoss
from tune.prepare import Data
from tune.pulse import Pulse
from tune.sharded import team_of
from tune.smaller import free, loss_of
from tune.spec import SOFT, listed
from tune.task_metrics import without_auc
from tune.units import Units

log = logging.getLogger("tune")
HEADED = ("classification", "regression", "tagging")
NO_PROBES = events.Notice(
    "no_probes",
    "The base's chat template writes the day's date, so that the model is asked otherwise on another day: no answers are "
    "stored to check the adapter by.",
    "spec.probes",
)


@dataclass(frozen=True)
class Kind:
    """`training`: the model with the method's weights; `published`: what a folder holds; `untuned`: what the tuned model
    is held against; `measure(model, stage, examples, data, pulse, known)`: all that is measured, on these examples, whose loss may
    be `known`. `labels`: what the outputs of a head stand for. `probes(model, examples, count, check)`: questions with the tuned model's answers.
    `both(model, data, pulse)`: the test split measured of base and tuned together, for a model that `together` holds of."""

    training: Callable[[], AbstractContextManager]
    published: Callable[[str], AbstractContextManager[nn.Module]]
    untuned: Callable[[], AbstractContextManager[nn.Module]]
    measure: Callable[..., Evaluation]
    labels: tuple[str, ...] | None
    probes: Callable[[nn.Module, list[Example], int, Callable[[], None]], list[dict]]
    together: Callable[[nn.Module], bool] = lambda model: False
    both: Callable[[PeftModel, Data, Pulse], tuple[Evaluation, Evaluation]] | None = None

    def judge(self, job: Job, base: Base, data: Data, size: int, pulse: Pulse) -> Judge:
        """How the validation split is measured in training, in batches of `size`; raises Failure if it never can be."""
        metric = job.spec.metric_for_best_model
        reason = self._without_auc(job, base, data, "validation") if metric == "auc" else None
        best.check(job, base.family, data.validation, self.labels, reason)
        return Judge(
            metric,
            base,
            lambda model: loss_of(model, base, data.validation, size, pulse),
            lambda model, known: (
                self.measure(model, "validation", data.validation, data, Quiet(pulse), known).metrics
            ),
        )

    def notices(self, job: Job, base: Base, data: Data) -> list[events.Notice]:
        """What cannot be measured on the test split or checked by probes, which the user would otherwise have to guess."""
        reason = self._without_auc(job, base, data, "test") if data.test else None
        notices = [not_measured("test", reason)] if reason else []
        return [*notices, *([NO_PROBES] if base.dated and job.spec.probes else [])]

    def _without_auc(self, job: Job, base: Base, data: Data, split: str) -> str | None:
        if job.dataset.task != "classification":
            return None
        examples = data.splits[split].examples
        if self.labels:
            return without_auc({e.reference.strip() for e in examples}, set(self.labels))
        return choices.without_area(base, examples, choices.answers(data))


def not_measured(split: str, reason: str) -> events.Notice:
    said = f"The area under the curve (auc) is not measured on the {split} split: {reason}."
    return events.Notice("not_measured", said, f"dataset.{split}")


def of(job: Job, base: Base, pulse: Pulse) -> Kind:
    """The kind of a job on this base; raises Failure for what the two cannot do together."""
    refuse(job, base)
    if base.family == "encoder":
        return _headed(job, base, pulse)
    form = job.dataset.format or job.dataset.task
    plain_text = job.dataset.task == "pt"
    said: evaluate.Said = {}
    short: set[str] = set()
    if base.family == "encoder-decoder":
        base.model.objective = seq2seq.loss

    def measure(
        model: nn.Module,
        stage: str,
        examples: list[Example],
        data: Data,
        pulse: Pulse | Quiet,
        known: MeanLoss | None = None,
    ) -> Evaluation:
        if plain_text:
            return likelihood.evaluate(model, base, stage, examples, pulse)
        asked = model, base, stage, examples, data.max_new_tokens, form, pulse
        if base.family == "encoder-decoder":
            found = seq2seq.evaluate(*asked, known)
        else:
            found = evaluate.evaluate(*asked, said if stage == "evaluation" else None, known)
        if stage != "validation":
            return chosen(model, found, "test", data, pulse)
        by_area = job.spec.metric_for_best_model == "auc"
        return chosen(model, found, "validation", data, pulse) if by_area else found

    def chosen(
        model: nn.Module, found: Evaluation, split: str, data: Data, pulse: Pulse | Quiet
    ) -> Evaluation:
        """With what the labels' own probabilities are worth, where the task is to choose one and there is memory for it."""
        if form != "classification":
            return found
        began, area = time.perf_counter(), None
        try:
            area = choices.area(model, base, data.splits[split].examples, data, pulse)
        except torch.OutOfMemoryError as error:
            if team_of(model).size > 1:
                raise
            log.info("out of memory in the labels' probabilities: %s", error)
        if area is None:  # out here the error, and with it the memory, is gone
            free()
            if split not in short:
                short.add(split)
                pulse.emit(not_measured(split, "the machine ran out of memory"))
            return found
        seconds = round(found.seconds + time.perf_counter() - began, 3)
        return replace(found, metrics=found.metrics | area, seconds=seconds)

    def both(model: PeftModel, data: Data, pulse: Pulse) -> tuple[Evaluation, Evaluation]:
        first, then = evaluate.both(model, base, data.test, data.max_new_tokens, form, pulse, said)
        with model.disable_adapter():
            first = chosen(model, first, "test", data, pulse)
        return first, chosen(model, then, "test", data, pulse)

    return Kind(
        training=lambda: methods.training(base, job.base.id, job.spec),
        published=lambda folder: methods.published(base, folder),
        untuned=lambda: nullcontext(base.model),
        measure=measure,
        labels=None,
        probes=lambda model, *asked: [] if base.dated else probes.written(model, base, said, *asked),
        together=lambda model: not plain_text and base.family == "causal" and generate.beside(model, base),
        both=both,
    )


def _headed(job: Job, base: Base, pulse: Pulse) -> Kind:
    tagged = job.dataset.task == "tagging"
    labels = (tags.labels_of if tagged else heads.labels_of)(job.dataset, pulse.check)
    if labels is not None and len(labels) < 2:
        raise Failure(
            "one_label",
            "The dataset has one label only, so there is nothing to tell apart. Add rows of another.",
            "dataset.train",
        )
    form = tags.FORM if tagged else heads.FORM
    units = Units.of(job.dataset, pulse.check)
    way = tags.evaluate if tagged else heads.evaluate
    return Kind(
        training=lambda: heads.training(base, job.base.id, job.spec, labels, form, units),
        published=lambda folder: heads.published(base, job.spec, labels, folder, form, units),
        untuned=lambda: nullcontext(heads.untrained(base, job.spec, labels, form, units)[0]),
        measure=lambda model, stage, examples, data, pulse, known=None: way(
            model, base, stage, examples, labels, pulse, known
        ),
        labels=labels,
        probes=lambda model, *asked: probes.read(model, base, labels, tagged, *asked),
    )


def refuse(job: Job, base: Base) -> None:
    """Raises Failure with everything that the family of the base cannot do."""
    if base.family == "causal":
        return
    task, spec, family = job.dataset.task or "sft", job.spec, base.family
    wrong = []
    if family == "encoder" and task not in HEADED:
        reason = f'gives labels or numbers: it takes a dataset of task {listed(HEADED)}, not "{task}"'
        wrong.append(("base.id", f"an encoder {reason}; choose a causal base"))
    elif task == "pt":
        wrong.append(("base.id", "plain text is learnt by causal models; choose a causal base"))
    if spec.method in (*SOFT, "qlora"):
        wrong.append(("spec.method", f'"{spec.method}" is for causal models; use "lora"'))
    if spec.frozen_precision == "fp8":
        wrong.append(("spec.frozen_precision", '"fp8" is for causal models; leave it out'))
    if spec.train_on_prompt:
        wrong.append(
            ("spec.train_on_prompt", f"an {family} does not write its prompts, so they cannot be learnt")
        )
    if wrong:
        raise Failure(
            "wrong_family",
            f"The base is an {family}. " + "; ".join(f"{field}: {reason}" for field, reason in wrong),
            wrong[0][0],
            problems=tuple(Problem(field, "wrong_family", reason) for field, reason in wrong),
        )
