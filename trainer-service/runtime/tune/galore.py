"""GaLore: Adam in a low-rank picture of each gradient.

Zhao et al. 2024, "GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection", algorithm 2. The gradient G of
a matrix is projected by its leading singular vectors, Adam runs on the projection, and its update is projected back and
scaled. The vectors are taken anew every `galore_update_interval` steps; the moments go on.
"""

from __future__ import annotations

import re

import torch
from torch import nn

from tune.failure import Failure
from tune.layers import LINEAR, stacks
from tune.spec import Spec

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
EXACT, MORE, TURNS = 1024, 16, 4


def projected(spec: Spec, model: nn.Module, weights: dict[str, nn.Parameter]) -> set[str]:
    """The names of the trained matrices that galore_target means: all linear modules of the layers, or the named."""
    linear = {
        name + ".weight"
        for stack, layers in stacks(model)
        for name, module in layers.named_modules(prefix=stack)
        if isinstance(module, LINEAR)
    }
    chosen = linear & set(weights)
    if spec.galore_target.strip() == "all":
        return chosen
    names = [name for name in re.split(r"[,\s]+", spec.galore_target) if name]
    for name in names:
        if not any(_is(key, name) for key in chosen):
            known = ", ".join(sorted({key.removesuffix(".weight").rpartition(".")[2] for key in chosen}))
            raise Failure(
                "unknown_module",
                f'No trained linear module is named "{name}"; there are: {known}.',
                "spec.galore_target",
            )
    return {key for key in chosen if any(_is(key, name) for name in names)}


def _is(key: str, name: str) -> bool:
    return f".{key.removesuffix('.weight')}".endswith("." + name)


class GaLore:
    """AdamW; on the `low` matrices in the low-rank picture, on all others as it is.

    `state` of a parameter: `step`, `exp_avg`, `exp_avg_sq` in the picture's shape, `basis` (singular vectors,
    orthonormal columns) and, for a parameter in 16 bits, `master`.
    """

    def __init__(self, weights: dict[str, nn.Parameter], low: set[str], spec: Spec, rate: float):
        self.param_groups = [{"params": list(weights.values()), "lr": rate, "rate_factor": 1.0}]
        self.state: dict[nn.Parameter, dict[str, torch.Tensor]] = {}
        self._low = {id(p) for name, p in weights.items() if name in low and p.dim() == 2}
        self._spec = spec

    @torch.no_grad()
    def step(self) -> None:
        rate = self.param_groups[0]["lr"]
        for p in self.param_groups[0]["params"]:
            if p.grad is None:
                continue
            state = self.state.setdefault(p, {})
            grad = p.grad.float()
            low = id(p) in self._low and min(p.shape) > self._spec.galore_rank
            step = int(state["step"]) if state else 0
            if low:
                if step % self._spec.galore_update_interval == 0:
                    state["basis"] = self._basis(grad)
                grad = self._down(grad, state["basis"])
            if not step:
                state |= {"exp_avg": torch.zeros_like(grad), "exp_avg_sq": torch.zeros_like(grad)}
                if p.dtype != torch.float32:
                    state["master"] = p.float()
            state["step"] = torch.tensor(step + 1)
            update = adam(state, grad, step + 1)
            if low:
                update = self._spec.galore_scale * self._up(update, state["basis"], p.shape)
            value = state.get("master", p)
            value.mul_(1 - rate * self._spec.weight_decay).sub_(update, alpha=rate)
            if value is not p:
                p.copy_(value)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for p in self.param_groups[0]["params"]:
            p.grad = None

    def _right(self, shape: torch.Size) -> bool:
        kind = self._spec.galore_proj_type
        tall = shape[0] >= shape[1]
        return {"std": tall, "reverse_std": not tall, "right": True, "left": False}[kind]

    def _basis(self, grad: torch.Tensor) -> torch.Tensor:
        rank = self._spec.galore_rank
        if min(grad.shape) > EXACT:
            return leading(grad if self._right(grad.shape) else grad.T, rank)
        left, _, right = torch.linalg.svd(grad, full_matrices=False)
        return (right[:rank].T if self._right(grad.shape) else left[:, :rank]).contiguous()

    def _down(self, grad: torch.Tensor, basis: torch.Tensor) -> torch.Tensor:
        return grad @ basis if self._right(grad.shape) else basis.T @ grad

    def _up(self, update: torch.Tensor, basis: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        return update @ basis.T if self._right(shape) else basis @ update


def leading(matrix: torch.Tensor, rank: int) -> torch.Tensor:
    """The first `rank` right singular vectors of a large matrix, as columns, by subspace iteration from a fixed start.

    Halko, Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4: a whole decomposition takes seconds
    for each matrix of a large model.
    """
    dice = torch.Generator(matrix.device).manual_seed(0)
    count = min(rank + MORE, *matrix.shape)
    basis = torch.randn(matrix.shape[1], count, generator=dice, device=matrix.device)
    for _ in range(TURNS):
        basis = torch.linalg.qr(matrix.T @ torch.linalg.qr(matrix @ basis).Q).Q
    _, _, turned = torch.linalg.svd(matrix @ basis, full_matrices=False)
    return (basis @ turned[:rank].T).contiguous()


def adam(state: dict[str, torch.Tensor], grad: torch.Tensor, step: int) -> torch.Tensor:
    """Adam's update for the `step`-th gradient; advances the moments in `state`."""
    mean, square = state["exp_avg"], state["exp_avg_sq"]
    mean.lerp_(grad, 1 - BETA1)
    square.mul_(BETA2).addcmul_(grad, grad, value=1 - BETA2)
    bias1, bias2 = 1 - BETA1**step, 1 - BETA2**step
    return (mean / bias1) / ((square / bias2).sqrt() + EPS)
