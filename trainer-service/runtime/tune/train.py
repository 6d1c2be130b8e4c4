"""The training loop: an optimizer on the trainable weights, validation, early stopping, checkpoints, exact resume."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn

from tune import checkpoint, events, flat, optimizers, sharded
from tune.base import Base
from tune.best import Judge
from tune.checkpoint import Checkpoint, State, Tensors
from tune.course import Course, Flight, Step
from tune.data import Example
from tune.failure import Stop
from tune.flat import copies
from tune.objective import gradients, judge_by_loss, not_finite
from tune.parallel import ALONE, Team
from tune.peak import memory
from tune.plan import Plan
from tune.pulse import Pulse
from tune.saver import Saved, Saver
from tune.spec import Spec

log = logging.getLogger("tune")
SMALLER = (
    "The machine ran out of memory at step {step}. The step is done again with at most {room} tokens at a time and its "
    "layers computed anew; the training is slower from here on, its results are the same."
)


@dataclass(frozen=True)
class Run:
    """What the loop needs besides the model: where it saves and reports, and how it learns that it should end. `keep`: how
    many of its checkpoints stay, the last written (None: all)."""

    workdir: str
    fingerprint: str
    pulse: Pulse
    judge: Judge | None = None
    team: Team = ALONE
    keep: int | None = None

    def saver(self, base: Base) -> Saver:
        """What writes the checkpoints of this training: on a GPU beside it."""
        beside = base.place.device.type == "cuda"
        beat = (lambda: None) if beside else self.pulse.beat

        def tell(saved: Saved) -> None:
            self.pulse.emit(
                events.Checkpoint(
                    saved.step, saved.folder, saved.sha256, saved.loss, saved.validation_loss, saved.best
                )
            )
            if self.keep:
                checkpoint.prune(self.workdir, self.keep, saved.folder)

        return Saver(lambda made: checkpoint.write(self.workdir, made, self.fingerprint, beat), tell, beside)


def train(
    model: nn.Module,
    base: Base,
    spec: Spec,
    plan: Plan,
    examples: list[Example],
    validation: list[Example],
    resume: Checkpoint | None,
    state: State,
    run: Run,
    saver: Saver | None = None,
) -> Tensors:
    """Trains the model's trainable weights to the plan's end or early stopping; returns the best weights.

    The last checkpoint may still be on its way to the disk in the caller's `saver`; without one it is written.

    Best is what run.judge (null: the validation loss) says, after at least one step, or, without validation, the last step. Resumed from a
    checkpoint, which is empty afterwards, every later step computes what it would have computed without the stop. On a GPU that runs out of memory
    the step is done again with every layer computed anew, then with half the tokens at a time, and notices say so. Raises Stop (after
    saving, unless cancelled) and Failure("non_finite_loss"). Leaves the last weights in the model, all trainable as before.
    """
    pulse, team = run.pulse, run.team
    inner = model.get_base_model()
    spread = sharded.Shards(inner, team) if sharded.shards(spec, team) else None
    inner = spread.network if spread else inner
    weights = {name: p for name, p in inner.named_parameters() if p.requires_grad}
    weights = spread.weights if spread else weights
    optimizer = optimizers.make(spec, inner, weights, plan.learning_rate)
    best = restored(resume, weights, optimizer, spread, team) if resume else {}
    if not spread:
        team.same(weights.values())
    model.train()
    rng = checkpoint.random_states()

    judge = run.judge or judge_by_loss(base, validation, plan.batch_size, team.steady(pulse))
    beside = base.place.device.type == "cuda"

    def snapshot() -> Callable[[], None]:
        """Copies what a checkpoint holds; what is given saves it, once the numbers of all steps up to it are known."""
        pulse.stage = "checkpoint"
        trained, packed = weights, optimizers.pack(optimizer, weights)
        if spread:
            trained, packed = spread.whole(), spread.whole(packed)
        held = flat.frozen if beside and not spread else dict
        adapter, moments = held(trained), held(packed)
        kept = held(best) if best else adapter
        made, drawn = torch.cuda.Event() if beside else None, rng
        if made:
            made.record()

        def save() -> None:
            if not team.first:
                return
            lists = ("losses", "validation_losses", "validation_values")
            at = replace(state, **{name: list(getattr(state, name)) for name in lists})
            if made:
                made.synchronize()
            is_best = state.best_step == state.step or not validation
            saver.save(Checkpoint(at, adapter, moments, drawn, kept), is_best)

        return save

    own, saver = saver is None, saver or run.saver(base)

    def report(loss: float | None, validation_loss: float | None, **numbers: object) -> None:
        pulse.emit(
            events.Progress(
                "training",
                state.step,
                plan.steps,
                loss,
                validation_loss,
                **numbers,
                trained_tokens=state.trained_tokens,
                memory_bytes=memory(base),
                eta_s=plan.seconds_left(state),
            )
        )

    taken: dict[int, Callable[[], None]] = {}

    def settle(done: Step, took: float) -> None:
        """Reports a step whose numbers have come back from the device."""
        loss, accuracy, norm = done.numbers()
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise not_finite(done.step + 1, loss, norm, done.rate)
        state.stepped(loss, done.tokens, took)
        report(
            loss,
            None,
            learning_rate=done.rate,
            grad_norm=norm,
            mean_token_accuracy=accuracy,
            tokens_per_second=round(done.tokens / took, 1),
        )
        if state.step in taken:
            taken.pop(state.step)()

    course = Course(inner, base, spec, plan, examples, state.step, team)
    began, saved = state.step, None
    flight = Flight(1 if base.place.device.type == "cuda" else 0, settle)
    try:
        while not state.finished:
            step = state.step + len(flight)
            last = step == plan.steps
            validates = validation and (last or step % plan.eval_steps == 0) and state.evaluated_step < step
            saves = step and (last or step % plan.save_steps == 0)
            if last or validates or (saves and not beside):
                flight.land()
            if validates:
                pulse.stage = "validation"
                since = time.perf_counter()
                with torch.compiler.set_stance("force_eager"):
                    found = team.judged(judge(inner))
                state.validation_seconds += time.perf_counter() - since
                if state.validated(found.loss, found.value, judge.greater, found.covered):
                    best = spread.whole() if spread else copies(weights)
                report(
                    state.loss,
                    found.loss,
                    validation_metrics=found.metrics,
                    validation_mean_token_accuracy=found.accuracy,
                )
                flight.restart()
            early = spec.early_stopping_steps and state.stale_evaluations >= spec.early_stopping_steps
            state.finished = bool(last or early)
            if state.finished and not state.best_step:
                state.best_step = state.step
            already = resume and step == began and not state.finished
            if (saves or (step and state.finished)) and not already:
                if flight:
                    taken[step] = snapshot()
                else:
                    snapshot()()
                    flight.restart()
                saved = step
            if state.finished:
                break
            saver.poll()
            team.check(pulse)
            rng = checkpoint.random_states()
            rate = plan.rate(step)
            optimizers.prepare(optimizer, rate, step)
            group = course.next()
            weight, tokens = team.total(sum(b.weight for b in group), sum(b.tokens for b in group))
            if spread:
                group = sharded.filled(group, team, base.pad_id, base.place.device)
            if not team.first:
                torch.manual_seed((spec.seed * 1_000_003 + step) * team.size + team.rank)
            check = pulse.check if team.size == 1 else pulse.beat
            numbers = None
            try:
                numbers = gradients(inner, base, group, weight, check, course.speed.compiled, course.pool)
            except torch.OutOfMemoryError as error:
                if course.smallest or spread:
                    raise
                log.info("out of memory at step %d: %s", step + 1, error)
            (short,) = team.total(numbers is None)
            if short:  # out here the error, and with it what the step had made, is gone
                optimizer.zero_grad(set_to_none=True)
                del group
                course.shrink(step)
                checkpoint.restore_random_states(rng)
                pulse.emit(
                    events.Notice("smaller_batches", SMALLER.format(step=step + 1, room=course.speed.room))
                )
                continue
            if spread:
                spread.hand_over()
                numbers = team.sum_up((), numbers)
                norm = spread.clip(spec.max_grad_norm or math.inf)
            else:
                numbers = team.sum_up(weights.values(), numbers)
                norm = torch.nn.utils.clip_grad_norm_(weights.values(), spec.max_grad_norm or math.inf)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            rng = checkpoint.random_states()
            flight.add(Step.of(step, rate, int(tokens), numbers, norm))
    except Stop as stop:
        optimizer.zero_grad(set_to_none=True)
        flight.land()
        if stop.kind == "cancelled" or not state.step:
            saver.wait()
            raise Stop(stop.kind, state.step) from None
        saver.wait()
        # Alike in all processes, as a snapshot of spread weights needs every one.
        if saved != state.step:
            snapshot()()
            saver.wait()
        raise Stop(stop.kind, state.step, saver.last.folder if saver.last else None) from None
    else:
        if own:
            saver.wait()
    finally:
        for parameter in weights.values():
            parameter.requires_grad_(True)
        course.close()
        if own:
            saver.close()
    return best or (spread.whole() if spread else copies(weights))


def restored(
    resume: Checkpoint,
    weights: Tensors,
    optimizer: optimizers.Optimizer,
    spread: sharded.Shards | None,
    team: Team,
) -> Tensors:
    """Puts a checkpoint's weights, its optimizer's state and its random states in place. Returns the best weights of a step
    that was chosen, else none.

    Takes all tensors out of the checkpoint: its holders live as long as the training, which copies what it needs.
    """
    with torch.no_grad():
        held = spread.part_of(resume.adapter) if spread else resume.adapter
        for name, parameter in weights.items():
            parameter.copy_(held[name])
    packed = spread.part_of(resume.optimizer) if spread else resume.optimizer
    optimizers.unpack(optimizer, weights, packed)
    checkpoint.restore_random_states(resume.rng)
    best = resume.best if resume.state.best_step else {}
    best = copies(best) if team.first or not spread else dict.fromkeys(best, torch.empty(0))
    for tensors in (resume.adapter, resume.optimizer, resume.rng, resume.best):
        tensors.clear()
    return best
