"""One job from its data to its adapter: evaluate the base, train, save, evaluate what was saved, publish."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from dataclasses import asdict, dataclass

from peft import PeftModel
from torch import nn

from tune import adapter, checkpoint, curve, events, lora
from tune.base import Base
from tune.card import Facts, card
from tune.checkpoint import State
from tune.evaluate import Evaluation, evaluate
from tune.failure import Stop
from tune.job import Job
from tune.plan import Plan
from tune.prepare import Data, cuts, fingerprint, prepare
from tune.pulse import Pulse
from tune.train import Run, train


@dataclass(frozen=True)
class Task:
    """A job with all that is fixed before its first step."""

    job: Job
    base: Base
    data: Data
    plan: Plan
    trainable: int
    pulse: Pulse


def run(job: Job, base: Base, pulse: Pulse) -> events.Adapter:
    """Runs the job and returns its adapter event (not yet emitted). Raises Failure and Stop; the base stays clean."""
    try:
        data = prepare(job, base, pulse)
    except Stop as stop:
        raise Stop(stop.kind, 0, job.resume) from None
    plan = Plan.of(job.spec, len(data.train.examples), lora.learning_rate(job.spec, base))
    training = fingerprint(job, base, data)
    resume, folder, refused = None, None, []
    if job.resume:
        resume, folder, refused = checkpoint.find(job.resume, training, job.resume_sha256, pulse.beat)
    state = resume.state if resume else State()
    with lora.training(base, job.base.id, job.spec) as model:
        trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    task = Task(job, base, data, plan, trainable, pulse)
    pulse.emit(started(task, state, folder))
    if refused:
        then = f"Training goes on from {os.path.basename(folder)}." if folder else "Training starts over."
        pulse.emit(events.Notice("checkpoint_refused", f"{'; '.join(refused)}. {then}", "resume"))
    for notice in cuts(data):
        pulse.emit(notice)
    try:
        pulse.check()
        if data.test and not state.base_evaluation:
            state.base_evaluation = asdict(answer_test(task, base.model, "base_evaluation"))
        before = Evaluation(**state.base_evaluation) if state.base_evaluation else None
        if before:
            pulse.emit(events.Evaluated("base", "test", **asdict(before)))
        with lora.training(base, job.base.id, job.spec) as model:
            loop = Run(job.workdir, training, pulse)
            best = train(
                model, base, job.spec, plan, data.train.examples, data.validation, resume, state, loop
            )
            written = os.path.join(job.workdir, "checkpoints", f"step-{state.step:08d}")
            folder = written if os.path.isdir(written) else folder
            pulse.emit(events.Progress("saving", state.step, plan.steps))
            aside = os.path.join(job.workdir, "adapter.part")
            adapter.save(model, best, aside)
        pulse.beat()
        with lora.published(base, aside) as model:
            return publish(task, model, state, before, aside)
    except Stop as stop:
        raise Stop(stop.kind, state.step, stop.folder or folder) from None


def started(task: Task, state: State, resumed_from: str | None) -> events.Started:
    data, spec = task.data, task.job.spec
    return events.Started(
        job=task.job.job,
        attempt=task.job.attempt,
        resumed_from_step=state.step,
        resumed_from=resumed_from,
        steps=task.plan.steps,
        epochs=spec.num_train_epochs,
        examples=len(data.train.examples),
        validation_examples=len(data.validation),
        test_examples=len(data.test),
        truncated_examples=len(data.train.truncated),
        left_out_examples=len(data.train.left_out),
        trainable_parameters=task.trainable,
        learning_rate=task.plan.learning_rate,
        cutoff_len=data.cutoff,
        max_new_tokens=data.max_new_tokens,
    )


def answer_test(task: Task, model: nn.Module, stage: str) -> Evaluation:
    """The model's evaluation on the test split, the same for the base and for the tuned model."""
    data, form = task.data, task.job.dataset.format
    return evaluate(model, task.base, stage, data.test, data.max_new_tokens, form, task.pulse)


def publish(
    task: Task, model: PeftModel, state: State, before: Evaluation | None, aside: str
) -> events.Adapter:
    """Evaluates and probes the saved adapter as stock PEFT loaded it, writes card and curve, renames into place."""
    job, base, data, pulse = task.job, task.base, task.data, task.pulse
    after = None
    if data.test:
        after = answer_test(task, model, "evaluation")
        pulse.emit(events.Evaluated("tuned", "test", **asdict(after)))
    pulse.emit(events.Progress("saving", state.step, task.plan.steps))
    probes = os.path.join(job.workdir, "probes.json")
    examples = [*data.test, *data.validation, *data.train.examples]
    adapter.write_json(probes, adapter.probes(model, base, examples, job.spec.probes, pulse.check))
    pulse.check()
    svg = os.path.join(job.workdir, "loss.svg")
    curve.draw(svg, f"{job.base.id} · {job.job}", state)
    metrics = {"base": before.metrics if before else {}, "tuned": after.metrics if after else {}}
    folder = os.path.join(job.workdir, "adapter")
    files = adapter.publish(aside, folder, card(job, state, facts(task, metrics)))
    return events.Adapter(
        folder=folder,
        files=files,
        probes=probes,
        loss_curve=svg,
        metrics=metrics,
        steps=state.step,
        best_step=state.best_step,
        trained_tokens=state.trained_tokens,
        final_loss=state.loss,
        best_validation_loss=state.best_loss,
        seconds=round(state.seconds, 3),
    )


def facts(task: Task, metrics: dict[str, dict]) -> Facts:
    """What the card says besides the job itself, and what was chosen where the job left it open."""
    base, data = task.base, task.data
    chosen = {
        "lora_alpha": lora.alpha(task.job.spec),
        "learning_rate": task.plan.learning_rate,
        "per_device_train_batch_size": task.plan.batch_size,
        "cutoff_len": data.cutoff,
        "max_new_tokens": data.max_new_tokens,
    }
    return Facts(
        base_sha256=base.sha256,
        device=base.place.device.type,
        dtype=str(base.place.dtype).removeprefix("torch."),
        data=data.files,
        chosen=chosen,
        trainable_parameters=task.trainable,
        base_metrics=metrics["base"],
        tuned_metrics=metrics["tuned"],
        truncated=len(data.train.truncated),
        left_out=len(data.train.left_out),
        versions=versions(),
    )


def versions() -> dict[str, str]:
    """What the numbers of a run depend on."""
    names = ("torch", "transformers", "peft", "safetensors", "sacrebleu", "rouge-score")
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in names}
