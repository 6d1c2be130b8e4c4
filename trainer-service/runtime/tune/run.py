"""One job from its data to its adapter: evaluate the base unless it can be done beside the tuned model, train, save, publish."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace

from tune import adapter, checkpoint, events, kinds, methods, peak, recheck, sharded, speed
from tune.base import Base
from tune.checkpoint import State
from tune.evaluate import Evaluation
from tune.failure import Stop
from tune.job import Job
from tune.parallel import ALONE, Team
from tune.plan import Plan
from tune.prepare import Data, cuts, fingerprint, prepare
from tune.publish import Task, publish, tested
from tune.pulse import Pulse
from tune.rates import learning_rate
from tune.saver import Saver
from tune.train import Run, train
from tune.weights import as_trained, count_trained


def run(job: Job, base: Base, pulse: Pulse, team: Team = ALONE) -> events.Adapter:
    """Runs the job and returns its adapter event (not yet emitted). Raises Failure and Stop; the base stays clean.

    The team's other processes help to train.
    """
    peak.begin(base)
    base = methods.room(base, job.spec)
    helped = team if helps(job) else ALONE
    sharded.check(job.spec, helped)
    spread = sharded.shards(job.spec, helped)
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
    with ExitStack() as stack:
        model = stack.enter_context(kind.training())
        trainable = count_trained(model)
        learner = as_trained(base)
        plan = plan_of(job, learner, data, state, trainable, helped)
        state.batch_size = plan.batch_size
        judge = kind.judge(job, learner, data, plan.batch_size, helped.steady(pulse))
        task = Task(job, base, kind, data, plan, trainable, pulse)
        pulse.emit(started(task, state, folder))
        if refused:
            then = f"Training goes on from {os.path.basename(folder)}." if folder else "Training starts over."
            pulse.emit(events.Notice("checkpoint_refused", f"{'; '.join(refused)}. {then}", "resume"))
        for notice in [*cuts(data), *kind.notices(job, base, data)]:
            pulse.emit(notice)
        try:
            pulse.check()
            if data.test and not state.base_evaluation and not kind.together(model):
                stack.close()
                with kind.untuned() as untuned:
                    state.base_evaluation = asdict(tested(task, untuned, "base_evaluation"))
                model = stack.enter_context(kind.training())
            before = Evaluation(**state.base_evaluation) if state.base_evaluation else None
            if before:
                pulse.emit(before.event("base"))
            helped.tell(Asked(job, folder, state.batch_size))
            loop = Run(job.workdir, training, pulse, judge, helped, job.save_total_limit)
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
                pulse.emit(events.Progress("saving", state.step, plan.steps))
                aside = os.path.join(job.workdir, "adapter.part")
                adapter.save(model, best, aside)
                held = (
                    None if spread else recheck.loss(model.get_base_model(), learner, job.spec, data, pulse)
                )
                stack.close()
                if data.test:
                    saver.wait()
                pulse.beat()
                with kind.published(aside) as tuned:
                    recheck.same(held, tuned, base, job.spec, data, pulse)
                    return publish(task, tuned, state, before, aside)
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
        learner = as_trained(base)
        plan = plan_of(job, learner, data, state, count_trained(model), team)
        judge = kind.judge(job, learner, data, plan.batch_size, pulse)
        loop = Run(job.workdir, training, pulse, judge, team)
        train(model, learner, job.spec, plan, data.train.examples, data.validation, resume, state, loop)


def plan_of(job: Job, base: Base, data: Data, state: State, trained: int, team: Team = ALONE) -> Plan:
    """The plan of a new training of so many weights or, since a batch that was fitted to a GPU decides the order of data, of
    the same again."""
    spec = replace(job.spec, per_device_train_batch_size=state.batch_size) if state.batch_size else job.spec
    lengths = [e.tokens for e in data.train.examples]
    rate = learning_rate(job.spec, base.model.config)
    fit = team.size * speed.fit(base, lengths, job.spec, trained)
    return Plan.of(spec, len(lengths), rate, max(lengths), fit)


def started(task: Task, state: State, resumed_from: str | None) -> events.Started:
    data = task.data
    return events.Started(
        job=task.job.job,
        attempt=task.job.attempt,
        resumed_from_step=state.step,
        resumed_from=resumed_from,
        steps=task.plan.steps,
        epochs=task.plan.epochs,
        examples=len(data.train.examples),
        validation_examples=len(data.validation),
        test_examples=len(data.test),
        truncated_examples=len(data.train.truncated),
        left_out_examples=len(data.train.left_out),
        cut=data.cut,
        trainable_parameters=task.trainable,
        learning_rate=task.plan.learning_rate,
        cutoff_len=data.cutoff,
        max_new_tokens=data.max_new_tokens,
    )
