"""Cross-entropy at the assistant's tokens only, through a frozen output layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from tune.batch import Batch

CHUNK = 1 << 25


@dataclass(frozen=True)
class Loss:
    """Sums over a batch: `total` carries the gradient; divide by `weight` for the mean."""

    total: torch.Tensor
    weight: float
    tokens: int
    correct: int


class HeadLoss(torch.autograd.Function):
    """Weighted sum of cross-entropies of `hidden @ head.T` ([tokens, width] and [vocabulary, width]), a chunk at a time.

    The head is frozen, so the gradient of `hidden` is known as soon as the logits are; it is made in the same pass and
    no logits are kept. Returns (sum, number of tokens whose best logit is the label).
    """

    @staticmethod
    def forward(ctx, hidden, head, labels, weights):
        grad = torch.empty_like(hidden) if hidden.requires_grad else None
        total = hidden.new_zeros((), dtype=torch.float32)
        correct = torch.zeros((), dtype=torch.int64, device=hidden.device)
        rows = max(1, CHUNK // head.shape[0])
        for at in range(0, len(labels), rows):
            here = slice(at, at + rows)
            logits = (hidden[here] @ head.T).float()
            label = labels[here, None]
            highest, best = logits.max(-1, keepdim=True)
            correct += (best == label).sum()
            picked = logits.sub_(highest).gather(1, label)
            sums = logits.exp_().sum(-1, keepdim=True)
            total += ((sums.log() - picked).squeeze(1) * weights[here]).sum()
            if grad is not None:
                scale = weights[here, None]
                slope = logits.mul_(scale / sums).scatter_add_(1, label, -scale)
                grad[here] = slope.to(head.dtype) @ head
        if grad is not None:
            ctx.save_for_backward(grad)
        ctx.mark_non_differentiable(correct)
        return total, correct

    @staticmethod
    def backward(ctx, slope, _):
        (grad,) = ctx.saved_tensors
        return grad * slope.to(grad.dtype), None, None, None


def answer_loss(model: nn.Module, batch: Batch, fused_head: bool) -> Loss:
    """The loss of a causal language model (with or without LoRA inside) on a batch.

    With `fused_head` the output layer runs on the assistant's tokens only; without it (an output layer that does more
    than one product) the model makes all logits by itself. A model that is not causal brings its own `objective`.
    """
    objective = getattr(model, "objective", None)
    if objective:
        return objective(model, batch)
    wanted = batch.weights[:, 1:] > 0
    labels = batch.ids[:, 1:][wanted]
    weights = batch.weights[:, 1:][wanted]
    if fused_head:
        hidden = model.get_decoder()(input_ids=batch.ids, use_cache=False).last_hidden_state[:, :-1][wanted]
        total, correct = HeadLoss.apply(hidden, model.get_output_embeddings().weight, labels, weights)
    else:
        logits = model(input_ids=batch.ids, use_cache=False).logits[:, :-1][wanted].float()
        total = (functional.cross_entropy(logits, labels, reduction="none") * weights).sum()
        correct = (logits.argmax(-1) == labels).sum()
    return Loss(total, float(weights.sum()), len(labels), int(correct))
