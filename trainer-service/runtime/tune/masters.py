"""AdamW for parameters held in 16 bits."""

from __future__ import annotations

from collections import defaultdict

import torch
from torch.optim.adamw import adamw


class Masters:
    """AdamW on float32 copies of the parameters; each step rounds the copies back into the parameters.

    `state` of a parameter: `master`, and AdamW's `step`, `exp_avg`, `exp_avg_sq`, all float32.
    """

    def __init__(self, groups: list[dict], rate: float, weight_decay: float):
        self.param_groups = [{"lr": rate, **group} for group in groups]
        self.state: dict[torch.nn.Parameter, dict[str, torch.Tensor]] = defaultdict(dict)
        self._decay = weight_decay

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            trained = [p for p in group["params"] if p.grad is not None]
            for p in trained:
                if not self.state[p]:
                    master = p.detach().float().clone()
                    self.state[p] |= {
                        "master": master,
                        "exp_avg": torch.zeros_like(master),
                        "exp_avg_sq": torch.zeros_like(master),
                        "step": torch.zeros((), device=p.device),
                    }
            if not trained:
                continue
            held = [self.state[p] for p in trained]
            adamw(
                [s["master"] for s in held],
                [p.grad.float() for p in trained],
                [s["exp_avg"] for s in held],
                [s["exp_avg_sq"] for s in held],
                [],
                [s["step"] for s in held],
                fused=True,
                amsgrad=False,
                lr=group["lr"],
                beta1=0.9,
                beta2=0.999,
                weight_decay=self._decay,
                eps=1e-8,
                maximize=False,
            )
            for p, state in zip(trained, held, strict=True):
                p.copy_(state["master"])

    def zero_grad(self, set_to_none: bool = True) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None
