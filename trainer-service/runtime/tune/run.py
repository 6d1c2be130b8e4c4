"""One job from its data to its adapter: evaluate the base, train, save, evaluate what was saved, publish."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace

from peft import PeftModel

from tune import adapter, checkpoint, curve, events, kinds, lora, methods, sharded, speed
from tune.base import Base
from tune.card import Facts, card
from tune.checkpoint import State
from tune.evaluate import Evaluation
from tune.failure import Stop
from tune.job import Job
from tune.kinds import Kind
from tune.overfit import overfitting_since
from tune.parallel import ALONE, Team
from tune.plan import Plan, epochs
from tune.prepare import Data, cuts, fingerprint, prepare
from tune.pulse import Pulse
from tune.rates import learning_rate
from tune.saver import Saver
from tune.summary import best_metric, summary, template_hash
from tune.train import Run, train
from tune.weights import count_trained, trains_head


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


def run(job: Job, base: Base, pulse: Pulse, team: Team = ALONE) -> events.Adapter:
    """Runs the job and returns its adapter event (not yet emitted). Raises Failure and Stop; the base stays clean.

    The team's other processes help to train.
    """
    base = methods.room(base, job.spec)
    helped = team if helps(job) else ALONE
    sharded.check(job.spec, helped)
    methods.check(base, job.spec)
    try:
        kind = kinds.of(job, base, pulse)
        data = prepare(job, base, pulse)
    except Stop as stop:
        raise Stop(stop.kind, 0, job.resume) from None
    training = fingerprint(job, base, data)
    resume, folder, refused = None, None, []
    if job.resume:
        resume, folder, refused = checkpoint.find(job.resume, training, job.resume_sha256, pulse.beat)
    state = resume.state if resume else State()
    speed.packs(base)
    with ExitStack() as stack, ThreadPoolExecutor(1, "curve") as beside:
        model = stack.enter_context(kind.training())
        trainable = count_trained(model)
        learner = replace(base, fused_head=base.fused_head and not trains_head(base.model))
        plan = plan_of(job, learner, data, state, trainable, team)
        state.batch_size = plan.batch_size
        judge = kind.judge(job, learner, data, plan.batch_size, helped.steady(pulse))
        task = Task(job, base, kind, data, plan, trainable, pulse)
        pulse.emit(started(task, state, folder))
        if refused:
            then = f"Training goes on from {os.path.basename(folder)}." if folder else "Training starts over."
            pulse.emit(events.Notice("checkpoint_refused", f"{'; '.join(refused)}. {then}", "resume"))
        for notice in cuts(data):
            pulse.emit(notice)
        try:
            pulse.check()
            if data.test and not state.base_evaluation:
                stack.close()
                with kind.untuned() as untuned:
                    measured = kind.measure(untuned, "base_evaluation", data.test, data, pulse)
                    state.base_evaluation = asdict(measured)
                model = stack.enter_context(kind.training())
            before = Evaluation(**state.base_evaluation) if state.base_evaluation else None
            if before:
                pulse.emit(before.event("base"))
            helped.tell(Asked(job, folder, state.batch_size))
            loop = Run(job.workdir, training, pulse, judge, helped)
            with closing(loop.saver(base)) as saver, told(saver):
                best = train(
                    model,
                    learner,
                    job.spec,
                    plan,
                    data.train.examples,
                    data.validation,
                    resume,
                    state,
                    loop,
                    saver,
                )
                drawn = beside.submit(draw, job, state)
                pulse.emit(events.Progress("saving", state.step, plan.steps))
                aside = os.path.join(job.workdir, "adapter.part")
                adapter.save(model, best, aside)
                stack.close()
                if data.test:
                    saver.wait()
                pulse.beat()
                with kind.published(aside) as tuned:
                    return publish(task, tuned, state, before, aside, drawn)
        except Stop as stop:
            written = os.path.join(job.workdir, "checkpoints", f"step-{state.step:08d}")
            folder = stop.folder or (written if os.path.isdir(written) else folder)
            raise Stop(stop.kind, state.step, folder) from None


@contextmanager
def told(saver: Saver) -> Iterator[None]:
    """A checkpoint that is being written while the adapter is made is told of before the job's last event, whatever that is:
    another attempt may go on from it."""
    try:
        yield
    except Stop:
        saver.wait()
        raise
    except Exception:
        with suppress(Exception):
            saver.wait()
        raise
    saver.wait()


def draw(job: Job, state: State) -> str:
    """The loss curve's file."""
    svg = os.path.join(job.workdir, "loss.svg")
    curve.draw(svg, f"{job.base.id} · {job.job}", state)
    return svg


@dataclass(frozen=True)
class Asked:
    """What the others of a team need to train with the first: the job, the checkpoint that it starts from, the batch."""

    job: Job
    resume: str | None
    batch_size: int


def helps(job: Job) -> bool:
    """Whether several processes keep the same weights by the same gradients. GaLore's and BAdam's choices are each
    process's own, so these train on one GPU."""
    return not (job.spec.use_galore or job.spec.use_badam)


def follow(asked: Asked, base: Base, team: Team) -> None:
    """The part of another process of the team in a training: its data, its share of every step, nothing else."""
    job = asked.job
    pulse = Pulse(lambda event: None, lambda: None)
    base = methods.room(base, job.spec)
    kind = kinds.of(job, base, pulse)
    data = prepare(job, base, pulse)
    training = fingerprint(job, base, data)
    resume = checkpoint.read(asked.resume, training, None, pulse.beat) if asked.resume else None
    state = resume.state if resume else State()
    state.batch_size = asked.batch_size
    with kind.training() as model:
        learner = replace(base, fused_head=base.fused_head and not trains_head(base.model))
        plan = plan_of(job, learner, data, state, count_trained(model), team)
        judge = kind.judge(job, learner, data, plan.batch_size, pulse)
        loop = Run(job.workdir, training, pulse, judge, team)
        train(model, learner, job.spec, plan, data.train.examples, data.validation, resume, state, loop)


def plan_of(job: Job, base: Base, data: Data, state: State, trained: int, team: Team = ALONE) -> Plan:
    """The plan of a new training of so many weights or, since a batch that was fitted to a GPU decides the order of data, of
    the same again."""
    spec = replace(job.spec, per_device_train_batch_size=state.batch_size) if state.batch_size else job.spec
    lengths = [len(e.ids) for e in data.train.examples]
    rate = learning_rate(job.spec, base.model.config)
    fit = team.size * speed.fit(base, lengths, job.spec, trained)
    return Plan.of(spec, len(lengths), rate, max(lengths), fit)


def started(task: Task, state: State, resumed_from: str | None) -> events.Started:
    data, spec = task.data, task.job.spec
    return events.Started(
        job=task.job.job,
        attempt=task.job.attempt,
        resumed_from_step=state.step,
        resumed_from=resumed_from,
        steps=task.plan.steps,
        epochs=epochs(spec, len(data.train.examples)),
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


def publish(
    task: Task,
    model: PeftModel,
    state: State,
    before: Evaluation | None,
    aside: str,
    drawn: Future[str],
) -> events.Adapter:
    """Evaluates and probes the saved adapter as stock PEFT loaded it, writes the card, renames into place."""
    job, data, pulse = task.job, task.data, task.pulse
    after = None
    if data.test:
        after = task.kind.measure(model, "evaluation", data.test, data, pulse).beside(before)
        pulse.emit(after.event("tuned"))
    pulse.emit(events.Progress("saving", state.step, task.plan.steps))
    probes = os.path.join(job.workdir, "probes.json")
    examples = [*data.test, *data.validation, *data.train.examples]
    adapter.write_json(probes, task.kind.probes(model, examples, job.spec.probes, pulse.check))
    pulse.check()
    metrics = {"base": before.metrics if before else {}, "tuned": after.metrics if after else {}}
    folder = os.path.join(job.workdir, "adapter")
    known = facts(task, state, metrics)
    files = adapter.publish(aside, folder, card(job, state, known), summary(job, state, known))
    return events.Adapter(
        folder=folder,
        files=files,
        probes=probes,
        loss_curve=drawn.result(),
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


def facts(task: Task, state: State, metrics: dict[str, dict]) -> Facts:
    """What the card says besides the job itself, and what was chosen where the job left it open."""
    base, data = task.base, task.data
    chosen = {
        "lora_alpha": lora.alpha(task.job.spec),
        "num_train_epochs": epochs(task.job.spec, len(data.train.examples)),
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
        family=base.family,
        labels=task.kind.labels,
        template=template_hash(base),
        overfitting_since=overfitting_since(state),
    )


@functools.cache
def versions() -> dict[str, str]:
    """What the numbers of a run depend on."""
    names = (
        "torch",
        "transformers",
        "peft",
        "safetensors",
        "tokenizers",
        "numpy",
        "sacrebleu",
        "rouge-score",
        "scikit-learn",
        "seqeval",
    )
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in names}
