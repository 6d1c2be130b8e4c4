"""BAdam: Adam on one block of layers at a time.

Luo et al. 2024, "BAdam: A Memory Efficient Full Parameter Optimization Method for Large Language Models", algorithm 1. A
block is one layer; parameters outside the layers belong to none and stay as they are. Each block is trained for
`badam_switch_interval` steps, then its moments are dropped and the next one's turn comes.
"""

from __future__ import annotations

import random

import torch
from torch import nn

from tune.galore import adam
from tune.layers import stacks
from tune.spec import Spec


class BAdam:
    """AdamW on the active block. Only its parameters ask for gradients, and only they have a state.

    `state` of a parameter: `step` (within the block's turn), `exp_avg`, `exp_avg_sq` and, for a parameter in 16 bits,
    `master`.
    """

    def __init__(self, model: nn.Module, weights: dict[str, nn.Parameter], spec: Spec, rate: float):
        self.param_groups = [{"params": list(weights.values()), "lr": rate, "rate_factor": 1.0}]
        self.state: dict[nn.Parameter, dict[str, torch.Tensor]] = {}
        self._spec = spec
        self._blocks = [
            block
            for stack, layers in stacks(model)
            for i in range(len(layers))
            if (block := [p for name, p in weights.items() if name.startswith(f"{stack}.{i}.")])
        ]

    def active(self, count: int) -> int:
        """The index of the block whose turn it is at step 0, 1, … of the optimizer."""
        cycle, turn = divmod(count // self._spec.badam_switch_interval, len(self._blocks))
        if self._spec.badam_switch_mode == "random":
            order = list(range(len(self._blocks)))
            random.Random(f"{self._spec.seed}:{cycle}").shuffle(order)
            return order[turn]
        return turn if self._spec.badam_switch_mode == "ascending" else len(self._blocks) - 1 - turn

    def prepare(self, count: int) -> None:
        """Gives step `count` its block; to be called before the gradients are made. Other blocks' moments are dropped."""
        block = self._blocks[self.active(count)]
        chosen = {id(p) for p in block}
        for p in self.param_groups[0]["params"]:
            p.requires_grad_(id(p) in chosen)
        for p in [p for p in self.state if id(p) not in chosen]:
            del self.state[p]

    @torch.no_grad()
    def step(self) -> None:
        rate = self.param_groups[0]["lr"]
        for p in self.param_groups[0]["params"]:
            if p.grad is None:
                continue
            grad = p.grad.float()
            state = self.state.setdefault(p, {})
            if not state:
                state |= {"step": torch.tensor(0)}
                state |= {"exp_avg": torch.zeros_like(grad), "exp_avg_sq": torch.zeros_like(grad)}
                if p.dtype != torch.float32:
                    state["master"] = p.float()
            state["step"] += 1
            update = adam(state, grad, int(state["step"]))
            value = state.get("master", p)
            value.mul_(1 - rate * self._spec.weight_decay).sub_(update, alpha=rate)
            if value is not p:
                p.copy_(value)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for p in self.param_groups[0]["params"]:
            p.grad = None
