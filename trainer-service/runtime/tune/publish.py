"""The end of a job: what was saved is evaluated and probed, described by its card, and renamed into place."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from peft import PeftModel
from torch import nn

from tune import adapter, curve, events, lora
from tune.base import Base
from tune.card import Facts, card
from tune.checkpoint import State
from tune.evaluate import Evaluation
from tune.job import Job
from tune.kinds import Kind
from tune.measures import loss_unit
from tune.overfit import overfitting_since
from tune.plan import Plan
from tune.prepare import Data
from tune.pulse import Pulse
from tune.summary import best_metric, summary, template_hash
from tune.versions import versions


@dataclass(frozen=True)
class Task:
    """A job with all that is fixed before its first step."""

    job: Job
    base: Base
    kind: Kind
    data: Data
    plan: Plan
    trainable: int
    pulse: Pulse


def publish(
    task: Task,
    model: PeftModel,
    state: State,
    before: Evaluation | None,
    aside: str,
) -> events.Adapter:
    """Evaluates and probes the saved adapter as stock PEFT loaded it, writes the card, renames into place. Meanwhile the loss
    curve is drawn."""
    job = task.job
    with ThreadPoolExecutor(1, "curve") as beside:
        drawn = beside.submit(draw, task, state)
        before, after = measured(task, model, before)
        task.pulse.emit(events.Progress("saving", state.step, task.plan.steps))
        probes = os.path.join(job.workdir, "probes.json")
        examples = [*task.data.test, *task.data.validation, *task.data.train.examples]
        asked = task.kind.probes(model, examples, job.spec.probes, task.pulse.check)
        adapter.write_json(probes, asked)
        task.pulse.check()
        loss_curve = drawn.result()
    metrics = {"base": before.metrics if before else {}, "tuned": after.metrics if after else {}}
    folder = os.path.join(job.workdir, "adapter")
    known = facts(task, state, metrics)
    files = adapter.publish(aside, folder, card(job, state, known), summary(job, state, known))
    return events.Adapter(
        folder=folder,
        files=files,
        probes=probes,
        loss_curve=loss_curve,
        metrics=metrics,
        steps=state.step,
        best_step=state.best_step,
        trained_tokens=state.trained_tokens,
        final_loss=state.loss,
        best_validation_loss=state.best_loss,
        seconds=round(state.seconds, 3),
        best_metric=best_metric(job, state),
        overfitting_since=known.overfitting_since,
        training_summary=os.path.join(folder, adapter.SUMMARY),
    )


def measured(
    task: Task, model: PeftModel, before: Evaluation | None
) -> tuple[Evaluation | None, Evaluation | None]:
    """The test split as the base and as the tuned model answer it, unless it is empty. A base that was not measured `before`
    the training is now."""
    data, pulse = task.data, task.pulse
    if not data.test:
        return before, None
    if before:
        after = tested(task, model, "evaluation")
    else:
        before, after = (_whole(task, side) for side in task.kind.both(model, data, pulse))
        pulse.emit(before.event("base"))
    after = after.beside(before)
    pulse.emit(after.event("tuned"))
    return before, after


def tested(task: Task, model: nn.Module, stage: str) -> Evaluation:
    """The model on the test split."""
    return _whole(task, task.kind.measure(model, stage, task.data.test, task.data, task.pulse))


def _whole(task: Task, found: Evaluation) -> Evaluation:
    """Counts the examples that were left out for their length as well."""
    return replace(found, left_out=found.left_out + task.data.cut["test"]["left_out"])


def draw(task: Task, state: State) -> str:
    """The loss curve's file."""
    job = task.job
    svg = os.path.join(job.workdir, "loss.svg")
    unit = loss_unit(job.dataset.task, task.base.family, job.spec.train_on_prompt)
    curve.draw(svg, f"{job.base.id} · {job.job}", unit, state)
    return svg


def facts(task: Task, state: State, metrics: dict[str, dict]) -> Facts:
    """What the card says besides the job itself, and what was chosen where the job left it open."""
    base, data = task.base, task.data
    chosen = {
        "lora_alpha": lora.alpha(task.job.spec),
        "num_train_epochs": task.plan.epochs,
        "learning_rate": task.plan.learning_rate,
        "per_device_train_batch_size": task.plan.batch_size,
        "cutoff_len": data.cutoff,
        "max_new_tokens": data.max_new_tokens,
    }
    return Facts(
        base_sha256=base.sha256,
        device=base.place.device.type,
        dtype=str(base.place.dtype).removeprefix("torch."),
        data={name: file | data.cut[name] for name, file in data.files.items()},
        chosen=chosen,
        trainable_parameters=task.trainable,
        base_metrics=metrics["base"],
        tuned_metrics=metrics["tuned"],
        versions=versions(),
        family=base.family,
        labels=task.kind.labels,
        template=template_hash(base),
        stop_ids=tuple(sorted(base.stop_ids)),
        overfitting_since=overfitting_since(state),
    )
