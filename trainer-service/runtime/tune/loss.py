"""Cross-entropy at the assistant's tokens only, through a frozen output layer."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from tune.batch import Batch, Pack
from tune.products import product

CHUNK = 1 << 20
CUDA_CHUNK = 1 << 29
MeanLoss = tuple[float, int, float]
"""A mean loss, the number of its tokens, and the share of them that has the best logit."""


@dataclass(frozen=True)
class Loss:
    """Sums over a batch: `total` carries the gradient; divide by `weight` for the mean. `correct` is on the device; not a
    number where nothing is right or wrong."""

    total: torch.Tensor
    weight: float
    tokens: int
    correct: torch.Tensor


def rows(vocabulary: int, device: torch.device) -> int:
    """How many places' logits are held at once: on a GPU enough to fill its matrix units, elsewhere what a cache holds."""
    if device.type == "cuda":
        return 1 << max(0, (CUDA_CHUNK // vocabulary).bit_length() - 1)
    return max(1, CHUNK // vocabulary)


def _slope(logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Weighted sum of the cross-entropies, how many labels have the best logit, and the sum's gradient by the logits.

    Written for the compiler, which makes two passes over the logits of it.
    """
    values = logits.float()
    highest = values.amax(-1, keepdim=True)
    sums = (values - highest).exp().sum(-1, keepdim=True)
    picked = values.gather(1, labels[:, None])
    total = ((sums.log() + highest - picked).squeeze(1) * weights).sum()
    correct = ((picked == highest).squeeze(1) & (weights > 0)).sum()
    at = torch.arange(logits.shape[1], device=logits.device)
    share = (values - highest).exp() / sums - (at == labels[:, None]).float()
    return total, correct, (share * weights[:, None]).to(logits.dtype)


def _slope_in_place(
    logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """The same, eagerly, with the logits' own memory."""
    dtype, label, scale = logits.dtype, labels[:, None], weights[:, None]
    logits = logits.float()
    highest = logits.amax(-1, keepdim=True)
    picked = logits.gather(1, label)
    correct = ((picked == highest) & (scale > 0)).sum()
    picked = picked - highest
    sums = logits.sub_(highest).exp_().sum(-1, keepdim=True)
    total = ((sums.log() - picked) * scale).sum()
    return total, correct, logits.mul_(scale / sums).scatter_add_(1, label, -scale).to(dtype)


@functools.cache
def _compiled_slope():
    return torch.compile(_slope, dynamic=False)


class HeadLoss(torch.autograd.Function):
    """Weighted sum of cross-entropies of `hidden @ head.T` ([tokens, width] and [vocabulary, width]), a chunk at a time.

    The head is frozen, so the gradient of `hidden` is known as soon as the logits are; it is made in the same pass and
    no logits are kept. Returns (sum, number of tokens of weight above 0 whose label has the best logit). `compiled` is for
    a number of tokens that is a multiple of `rows`.
    """

    @staticmethod
    def forward(ctx, hidden, head, labels, weights, compiled=False):
        grad = torch.empty_like(hidden) if hidden.requires_grad else None
        total = hidden.new_zeros((), dtype=torch.float32)
        correct = torch.zeros((), dtype=torch.int64, device=hidden.device)
        step = rows(head.shape[0], hidden.device)
        slope_of = _compiled_slope() if compiled else _slope_in_place
        for at in range(0, len(labels), step):
            here = slice(at, at + step)
            part, right, slope = slope_of(product(hidden[here], head), labels[here], weights[here])
            total += part
            correct += right
            if grad is not None:
                grad[here] = product(slope, head.t())
        if grad is not None:
            ctx.save_for_backward(grad)
        ctx.mark_non_differentiable(correct)
        return total, correct

    @staticmethod
    def backward(ctx, slope, _):
        (grad,) = ctx.saved_tensors
        return grad * slope.to(grad.dtype), None, None, None, None


def head_loss(
    head: nn.Module, hidden: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, compiled: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """`HeadLoss` of an output layer; one that has an adapter inside makes its logits itself."""
    if not hasattr(head, "base_layer"):
        return HeadLoss.apply(hidden, head.weight, labels, weights, compiled)
    logits = head(hidden).float()
    total = (functional.cross_entropy(logits, labels, reduction="none") * weights).sum()
    return total, ((logits.argmax(-1) == labels) & (weights > 0)).sum()


class Rows(torch.autograd.Function):
    """`hidden[index]`, where an index may come twice only at weight 0, so that the gradient needs no sums."""

    @staticmethod
    def forward(ctx, hidden, index, weights):
        ctx.save_for_backward(index, weights)
        ctx.count = len(hidden)
        return hidden[index]

    @staticmethod
    def backward(ctx, slope):
        index, weights = ctx.saved_tensors
        places = torch.where(weights > 0, index, ctx.count)
        whole = slope.new_zeros(ctx.count + 1, slope.shape[1])
        return whole.index_copy_(0, places, slope)[: ctx.count], None, None


class Answers:
    """The places of a pack that have a loss. A last layer may pick them, since nothing else of what it gives is used."""

    def __init__(self, pack: Pack):
        self._pack, self._picked = pack, False

    def take(self) -> tuple[torch.Tensor, int]:
        """The places, of which so many have a loss, in rising order, and the others only fill up. Whoever takes them gives
        no other rows on."""
        self._picked = True
        return self._pack.index, self._pack.answers

    def pick(self, hidden: torch.Tensor) -> torch.Tensor:
        """[tokens, width] at those places; as it is once they have been picked."""
        if self._picked:
            return hidden
        self._picked = True
        return Rows.apply(hidden, self._pack.index, self._pack.weights)


def answer_loss(model: nn.Module, batch: Batch | Pack, fused_head: bool, compiled: bool = False) -> Loss:
    """The loss of a causal language model (with or without LoRA inside) on a batch or a pack.

    With `fused_head` the output layer runs on the assistant's tokens only; without it (an output layer that does more
    than one product) the model makes all logits by itself. A pack needs a fused head and the attention "packed". A model
    that is not causal brings its own `objective`.
    """
    objective = getattr(model, "objective", None)
    if objective:
        return objective(model, batch)
    if isinstance(batch, Pack):
        answers = Answers(batch)
        # Compiled layers are given tensors alone.
        more = {} if batch.ids.is_cuda or compiled else {"pack_answers": answers}
        hidden = model.get_decoder()(
            input_ids=batch.ids,
            position_ids=batch.positions,
            use_cache=False,
            pack_starts=batch.starts,
            pack_sizes=batch.sizes,
            **more,
        ).last_hidden_state[0]
        head, hidden = model.get_output_embeddings(), answers.pick(hidden)
        total, correct = head_loss(head, hidden, batch.labels, batch.weights, compiled)
        return Loss(total, batch.weight, batch.answers, correct)
    wanted = batch.weights[:, 1:] > 0
    labels = batch.ids[:, 1:][wanted]
    weights = batch.weights[:, 1:][wanted]
    if fused_head:
        hidden = model.get_decoder()(input_ids=batch.ids, use_cache=False).last_hidden_state[:, :-1][wanted]
        total, correct = head_loss(model.get_output_embeddings(), hidden, labels, weights)
    else:
        logits = model(input_ids=batch.ids, use_cache=False).logits[:, :-1][wanted].float()
        total = (functional.cross_entropy(logits, labels, reduction="none") * weights).sum()
        correct = (logits.argmax(-1) == labels).sum()
    return Loss(total, float(weights.sum()), len(labels), correct)
