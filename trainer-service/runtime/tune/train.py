"""The training loop: an optimizer on the trainable weights, validation, early stopping, checkpoints, exact resume."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from tune import checkpoint, events, optimizers
from tune.base import Base
from tune.batch import Batch, batches, by_length, collate
from tune.checkpoint import Checkpoint, State, Tensors
from tune.data import Example
from tune.failure import Failure, Stop
from tune.job import Spec
from tune.loss import answer_loss
from tune.plan import Plan
from tune.pulse import Pulse


@dataclass(frozen=True)
class Run:
    """What the loop needs besides the model: where it saves and reports, and how it learns that it should end."""

    workdir: str
    fingerprint: str
    pulse: Pulse


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
) -> Tensors:
    """Trains the model's trainable weights to the plan's end or early stopping; returns the best weights.

    Best is the lowest validation loss after at least one step or, without validation, the last step. Resumed from a
    checkpoint, every later step computes what it would have computed without the stop. Raises Stop (after saving,
    unless cancelled) and Failure("non_finite_loss"). Leaves the last weights in the model.
    """
    pulse = run.pulse
    inner = model.get_base_model()
    weights = {name: p for name, p in inner.named_parameters() if p.requires_grad}
    optimizer = optimizers.make(spec, inner, weights, plan.learning_rate)
    best: Tensors = {}
    saved: tuple[int, str] | None = None
    if resume:
        with torch.no_grad():
            for name, parameter in weights.items():
                parameter.copy_(resume.adapter[name])
        optimizers.unpack(optimizer, weights, resume.optimizer)
        checkpoint.restore_random_states(resume.rng)
        best = resume.best
    model.train()
    rng = checkpoint.random_states()

    def save() -> str:
        nonlocal saved
        pulse.stage = "checkpoint"
        kept = best or {name: p.detach() for name, p in weights.items()}
        packed = optimizers.pack(optimizer, weights)
        folder, hashes = checkpoint.write(
            run.workdir, Checkpoint(state, weights, packed, rng, kept), run.fingerprint, pulse.beat
        )
        saved = (state.step, folder)
        is_best = state.best_step == state.step or not validation
        pulse.emit(events.Checkpoint(state.step, folder, hashes, state.loss, state.validation_loss, is_best))
        return folder

    def report(loss: float | None, validation_loss: float | None, **numbers: float) -> None:
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
            )
        )

    try:
        while not state.finished:
            last = state.step == plan.steps
            due = last or state.step % plan.eval_steps == 0
            if validation and due and state.evaluated_step < state.step:
                pulse.stage = "validation"
                loss, _ = mean_loss(inner, base, validation, plan.batch_size, pulse.check)
                if state.validated(loss):
                    best = copies(weights)
                report(state.loss, loss)
            early = spec.early_stopping_steps and state.stale_evaluations >= spec.early_stopping_steps
            state.finished = bool(last or early)
            if state.finished and not validation:
                state.best_step = state.step
            due = state.finished or state.step % plan.save_steps == 0
            already = resume and state.step == resume.state.step and not state.finished
            if state.step and due and not already:
                save()
            if state.finished:
                break
            pulse.check()
            began = time.perf_counter()
            rng = checkpoint.random_states()
            group = step_batches(examples, spec, plan, state.step, base)
            rate = plan.rate(state.step)
            optimizers.prepare(optimizer, rate, state.step)
            loss, accuracy = gradients(inner, base, group, pulse.check)
            norm = float(torch.nn.utils.clip_grad_norm_(weights.values(), spec.max_grad_norm or math.inf))
            if not math.isfinite(loss) or not math.isfinite(norm):
                raise not_finite(state.step + 1, loss, norm, rate)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            tokens, took = sum(batch.tokens for batch in group), time.perf_counter() - began
            state.stepped(loss, tokens, took)
            rng = checkpoint.random_states()
            report(
                loss,
                None,
                learning_rate=rate,
                grad_norm=norm,
                mean_token_accuracy=accuracy,
                tokens_per_second=round(tokens / took, 1),
                eta_s=round((plan.steps - state.step) * state.seconds / state.step, 1),
            )
    except Stop as stop:
        optimizer.zero_grad(set_to_none=True)
        if stop.kind == "cancelled" or not state.step:
            raise Stop(stop.kind, state.step) from None
        raise Stop(stop.kind, state.step, saved[1] if saved and saved[0] == state.step else save()) from None
    return best or copies(weights)


def copies(weights: Tensors) -> Tensors:
    return {name: weight.detach().clone() for name, weight in weights.items()}


def not_finite(step: int, loss: float, norm: float, rate: float) -> Failure:
    return Failure(
        "non_finite_loss",
        f"The loss or its gradient is not finite at step {step} (loss {loss}, gradient norm {norm}, learning rate "
        f"{rate:g}). Lower spec.learning_rate, or check the base model for damaged weights.",
    )


def step_batches(examples: list[Example], spec: Spec, plan: Plan, step: int, base: Base) -> list[Batch]:
    """The batches whose gradients make optimizer step 0, 1, …; a function of the seed and the step alone."""
    epoch, within = divmod(step, plan.steps_per_epoch)
    order = batches([len(e.ids) for e in examples], plan.batch_size, spec.seed, epoch)
    first = within * spec.gradient_accumulation_steps
    group = order[first : first + spec.gradient_accumulation_steps]
    return [collate([examples[i] for i in members], base.pad_id, base.place.device) for members in group]


def gradients(
    model: nn.Module, base: Base, group: list[Batch], check: Callable[[], None]
) -> tuple[float, float]:
    """Adds up the gradients of the mean loss over all loss tokens of the group, however it is cut into batches.

    Returns that mean loss and the share of loss tokens predicted right.
    """
    weight = sum(float(batch.weights[:, 1:].sum()) for batch in group)
    total, tokens, correct = 0.0, 0, 0
    for batch in group:
        check()
        loss = answer_loss(model, batch, base.fused_head)
        (loss.total / weight).backward()
        total += loss.total.item()
        tokens += loss.tokens
        correct += loss.correct
    return total / weight, correct / tokens


@torch.no_grad()
def mean_loss(
    model: nn.Module, base: Base, examples: list[Example], size: int, check: Callable[[], None]
) -> tuple[float, int]:
    """The mean loss over all loss tokens of the examples, without dropout, and the number of those tokens."""
    was_training = model.training
    model.eval()
    total, weight, tokens = 0.0, 0.0, 0
    try:
        for members in by_length([len(e.ids) for e in examples], size):
            check()
            loss = answer_loss(
                model,
                collate([examples[i] for i in members], base.pad_id, base.place.device),
                base.fused_head,
            )
            total += loss.total.item()
            weight += loss.weight
            tokens += loss.tokens
    finally:
        model.train(was_training)
    return total / weight, tokens


def memory(base: Base) -> int:
    """The most memory this worker has held so far: on the GPU where there is one, else its resident set. Bytes."""
    if base.place.device.type == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
