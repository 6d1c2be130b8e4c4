"""What a job does differently by the family of its base and the task of its dataset."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from torch import nn

from tune import best, evaluate, heads, likelihood, methods, probes, seq2seq, tags
from tune.base import Base
from tune.best import Judge, Quiet
from tune.data import Example
from tune.evaluate import Evaluation
from tune.failure import Failure
from tune.job import Job
from tune.prepare import Data
from tune.pulse import Pulse
from tune.smaller import loss_of
from tune.spec import SOFT, listed

HEADED = ("classification", "regression", "tagging")


@dataclass(frozen=True)
class Kind:
    """`training`: the model with the method's weights; `published`: what a folder holds; `untuned`: what the tuned model
    is held against; `measure(model, stage, examples, data, pulse)`: all that is measured, on these examples. `labels`: what the
    outputs of a head stand for. `probes(model, examples, count, check)`: questions with the tuned model's answers."""

    training: Callable[[], AbstractContextManager]
    published: Callable[[str], AbstractContextManager[nn.Module]]
    untuned: Callable[[], AbstractContextManager[nn.Module]]
    measure: Callable[[nn.Module, str, list[Example], Data, Pulse | Quiet], Evaluation]
    labels: tuple[str, ...] | None
    probes: Callable[[nn.Module, list[Example], int, Callable[[], None]], list[dict]]

    def judge(self, job: Job, base: Base, data: Data, size: int, pulse: Pulse) -> Judge:
        """How the validation split is measured in training, in batches of `size`; raises Failure if it never can be."""
        best.check(job, base.family, data.validation, self.labels)
        return Judge(
            job.spec.metric_for_best_model,
            base,
            lambda model: loss_of(model, base, data.validation, size, pulse)[0],
            lambda model: self.measure(model, "validation", data.validation, data, Quiet(pulse)).metrics,
        )


def of(job: Job, base: Base, pulse: Pulse) -> Kind:
    """The kind of a job on this base; raises Failure for what the two cannot do together."""
    refuse(job, base)
    if base.family == "encoder":
        return _headed(job, base, pulse)
    form = job.dataset.format or job.dataset.task
    if base.family == "encoder-decoder":
        base.model.objective = seq2seq.loss

    def measure(
        model: nn.Module, stage: str, examples: list[Example], data: Data, pulse: Pulse | Quiet
    ) -> Evaluation:
        if job.dataset.task == "pt":
            return likelihood.evaluate(model, base, stage, examples, pulse)
        way = seq2seq.evaluate if base.family == "encoder-decoder" else evaluate.evaluate
        return way(model, base, stage, examples, data.max_new_tokens, form, pulse)

    return Kind(
        training=lambda: methods.training(base, job.base.id, job.spec),
        published=lambda folder: methods.published(base, folder),
        untuned=lambda: nullcontext(base.model),
        measure=measure,
        labels=None,
        probes=lambda model, *asked: probes.written(model, base, *asked),
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
    way = tags.evaluate if tagged else heads.evaluate
    return Kind(
        training=lambda: heads.training(base, job.base.id, job.spec, labels, form),
        published=lambda folder: heads.published(base, job.spec, labels, folder, form),
        untuned=lambda: nullcontext(heads.untrained(base, job.spec, labels, form)[0]),
        measure=lambda model, stage, examples, data, pulse: way(model, base, stage, examples, labels, pulse),
        labels=labels,
        probes=lambda model, *asked: probes.read(model, base, labels, tagged, *asked),
    )


def refuse(job: Job, base: Base) -> None:
    if base.family == "causal":
        return
    task, spec = job.dataset.task or "sft", job.spec
    if base.family == "encoder" and task not in HEADED:
        raise Failure(
            "wrong_family",
            f'The base is an encoder, which gives labels or numbers: it takes a dataset of task {listed(HEADED)}, not "{task}". '
            "Choose a causal base.",
            "base.id",
        )
    if task == "pt":
        raise Failure(
            "wrong_family", "Plain text is learnt by causal models; choose a causal base.", "base.id"
        )
    if spec.method in (*SOFT, "qlora"):
        raise Failure(
            "wrong_family",
            f'Method "{spec.method}" is for causal models; this base is an {base.family}. Use method "lora".',
            "spec.method",
        )
    if spec.frozen_precision == "fp8":
        raise Failure(
            "wrong_family",
            f'frozen_precision "fp8" is for causal models; this base is an {base.family}. Leave it out.',
            "spec.frozen_precision",
        )
    if spec.train_on_prompt:
        raise Failure(
            "wrong_family",
            f"This base is an {base.family}: it does not write its prompts, so they cannot be learnt.",
            "spec.train_on_prompt",
        )
