"""What a training lowers: the mean loss over the loss tokens of examples, with its gradients in a step, without in an
evaluation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

import torch
from torch import nn

from tune import speed
from tune.base import Base
from tune.batch import Batch, Pack
from tune.best import Judge
from tune.data import Example
from tune.failure import Failure
from tune.loss import Loss, answer_loss
from tune.pulse import Pulse
from tune.weights import as_trained


def judge_by_loss(base: Base, validation: list[Example], size: int, pulse: Pulse) -> Judge:
    return Judge(
        "loss", base, lambda model: mean_loss(model, base, validation, size, pulse.check), lambda *_: {}
    )


def not_finite(step: int, loss: float, norm: float, rate: float) -> Failure:
    return Failure(
        "non_finite_loss",
        f"The loss or its gradient is not finite at step {step} (loss {loss}, gradient norm {norm}, learning rate "
        f"{rate:g}). Lower spec.learning_rate, or check the base model for damaged weights.",
    )


def gradients(
    model: nn.Module,
    base: Base,
    group: list[Batch | Pack],
    weight: float,
    check: Callable[[], None],
    compiled: bool = False,
    pool: Executor | None = None,
) -> torch.Tensor:
    """Adds up the gradients of the mean loss over the loss tokens of a step, however these are cut into batches and groups.

    `weight`: of all loss tokens of the step. `pool`: threads for batches at the same time; the sums are the same whichever
    is done first. Returns (the group's share of that mean loss, how many of its loss tokens have
    the best logit at their label, how many loss tokens it has), still on the device.
    """
    zero = torch.zeros((), dtype=torch.float64, device=base.place.device)
    total, correct, tokens = zero, zero, 0
    if pool and len(group) > 1:
        losses = _abreast(model, base, group, weight, check, pool)
    else:
        losses = (_backward(model, base, batch, weight, check, compiled) for batch in group)
    for loss in losses:
        total = total + loss.total.detach().double()
        correct = correct + loss.correct
        tokens += loss.tokens
    return torch.stack([total / weight, correct.double(), zero + tokens])


def _backward(
    model: nn.Module,
    base: Base,
    batch: Batch | Pack,
    weight: float,
    check: Callable[[], None],
    compiled: bool,
) -> Loss:
    check()
    loss = answer_loss(model, batch, base.fused_head, compiled)
    (loss.total / weight).backward()
    return loss


def _abreast(
    model: nn.Module,
    base: Base,
    group: list[Batch | Pack],
    weight: float,
    check: Callable[[], None],
    pool: Executor,
) -> list[Loss]:
    """The losses of all batches, their gradients added up in the group's order.

    What `check` or a batch raises comes out with the sums half made and, while batches that had begun run to their end, no
    other begins; these read the weights alone.
    """
    trained = [p for p in model.parameters() if p.requires_grad]

    def one(batch: Batch | Pack) -> tuple[Loss, tuple[torch.Tensor | None, ...]]:
        loss = answer_loss(model, batch, base.fused_head)
        return loss, torch.autograd.grad(loss.total / weight, trained, allow_unused=True)

    losses, coming = [], deque(pool.submit(one, batch) for batch in group)
    try:
        while coming:
            check()
            loss, slopes = coming.popleft().result()
            losses.append(loss)
            for parameter, slope in zip(trained, slopes, strict=True):
                if slope is not None:
                    held = parameter.grad
                    # In the weight's own layout, which a fused optimizer takes for granted.
                    parameter.grad = slope.contiguous() if held is None else held.add_(slope)
    finally:
        for future in coming:
            future.cancel()
    return losses


@torch.no_grad()
def mean_loss(
    model: nn.Module, base: Base, examples: list[Example], size: int, check: Callable[[], None]
) -> tuple[float, int, float]:
    """The mean loss over all loss tokens of the examples, without dropout, the number of those tokens, and the share of them
    that has the best logit.

    In packs where the model takes them, else in padded batches of `size`.
    """
    was_training = model.training
    model.eval()
    base = as_trained(base)
    total, weight, tokens, correct = 0.0, 0.0, 0, 0.0
    layout = speed.plain(base)
    try:
        with speed.evaluated(model, base, layout):
            for members in layout.cut([e.tokens for e in examples], size):
                check()
                for batch in speed.packs_of(examples, [members], base, layout):
                    loss = answer_loss(model, batch.to(base.place.device), base.fused_head)
                    total += loss.total.item()
                    weight += loss.weight
                    tokens += loss.tokens
                    correct += loss.correct.item()
    finally:
        model.train(was_training)
    return total / weight, tokens, correct / tokens
