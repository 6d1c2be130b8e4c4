"""The optimizer that a specification asks for, and its state as named tensors.

What the training loop needs of each: `param_groups`, `step`, `zero_grad` as torch's have them, and a `rate_factor` in
every group, by which the schedule's rate is multiplied.
"""

from __future__ import annotations

import torch
from torch import nn

from tune.badam import BAdam
from tune.checkpoint import Tensors
from tune.galore import GaLore, projected
from tune.masters import Masters
from tune.spec import Spec

Optimizer = torch.optim.Optimizer | Masters | BAdam


def make(spec: Spec, model: nn.Module, weights: dict[str, nn.Parameter], rate: float) -> Optimizer:
    """AdamW (fused) unless the specification names another; with LoRA+ the B matrices learn faster by its ratio.

    Parameters in 16 bits are held a second time in float32 for the updates, which would otherwise round to nothing.
    """
    groups = [{"params": list(weights.values()), "rate_factor": 1.0}]
    if spec.loraplus_lr_ratio:
        faster = [p for name, p in weights.items() if "lora_B" in name or "lora_embedding_B" in name]
        chosen = {id(p) for p in faster}
        others = [p for p in weights.values() if id(p) not in chosen]
        groups = [
            {"params": others, "rate_factor": 1.0},
            {"params": faster, "rate_factor": spec.loraplus_lr_ratio},
        ]
    if spec.use_galore:
        return GaLore(weights, projected(spec, model, weights), spec, rate)
    if spec.use_badam:
        return BAdam(model, weights, spec, rate)
    if spec.optim == "adamw_8bit":
        import bitsandbytes as bnb

        return bnb.optim.AdamW8bit(groups, lr=rate, weight_decay=spec.weight_decay)
    if any(p.dtype in (torch.bfloat16, torch.float16) for p in weights.values()):
        return Masters(groups, rate, spec.weight_decay)
    return torch.optim.AdamW(groups, lr=rate, weight_decay=spec.weight_decay, fused=True)


def prepare(optimizer: Optimizer, rate: float, step: int) -> None:
    """Readies the optimizer for step 0, 1, … at this learning rate, before its gradients are made."""
    if isinstance(optimizer, BAdam):
        optimizer.prepare(step)
    for group in optimizer.param_groups:
        group["lr"] = rate * group["rate_factor"]


def pack(optimizer: Optimizer, weights: dict[str, nn.Parameter]) -> Tensors:
    """The optimizer's state, not copied, under `parameter|entry`; empty before the first step. A number is packed as a tensor."""
    packed: Tensors = {}
    for name, parameter in weights.items():
        for key, value in optimizer.state.get(parameter, {}).items():
            if isinstance(value, torch.Tensor):
                packed[f"{name}|{key}"] = value
            else:
                packed[f"{name}|{key}|number"] = torch.tensor(value)
    return packed


def unpack(optimizer: Optimizer, weights: dict[str, nn.Parameter], packed: Tensors) -> None:
    """Puts copies of a packed state back."""
    for name, parameter in weights.items():
        optimizer.state.pop(parameter, None)
        for key, value in packed.items():
            owner, _, entry = key.removesuffix("|number").rpartition("|")
            if owner == name:
                number = key.endswith("|number")
                stored = value.item() if number else value.to(parameter.device, copy=True)
                optimizer.state.setdefault(parameter, {})[entry] = stored
