"""A full fine-tune whose weights, gradients and optimizer state lie spread over the processes of a team (FSDP2).

Each process holds a part of every weight and gathers a layer's while it is computed. What leaves the training is whole again.
"""

from __future__ import annotations

import copy

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from tune.batch import Batch
from tune.checkpoint import Tensors
from tune.failure import Failure
from tune.parallel import ALONE, Team
from tune.recompute import decoder_layers
from tune.spec import Spec


def shards(spec: Spec, team: Team) -> bool:
    return team.size > 1 and spec.method == "full"


def check(spec: Spec, team: Team) -> None:
    """Raises Failure for what cannot be spread: the 8-bit optimizer's scales belong to blocks of a whole weight."""
    if shards(spec, team) and spec.optim == "adamw_8bit":
        raise Failure(
            "not_available", "adamw_8bit cannot be spread over several GPUs; use adamw.", "spec.optim"
        )


class Shards:
    """A copy of a network, spread over the team. `network` computes as the whole one; `weights` are this process's parts of
    its trainable weights, by name, for the optimizer."""

    def __init__(self, whole: nn.Module, team: Team):
        self._team = team
        self.network = copy.deepcopy(whole)
        for layer in decoder_layers(self.network):
            fully_shard(layer)
        for module in self.network.modules():
            if getattr(module, "gives_number", False):
                # Its weights are float32, and a group has one type.
                fully_shard(module)
        fully_shard(self.network)
        self.network.spread_over = team
        self._spread = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        self.weights = {n: nn.Parameter(p.to_local().detach()) for n, p in self._spread.items()}

    def hand_over(self) -> None:
        """Gives each part the sum of its gradients; the framework's is the mean."""
        for name, whole in self._spread.items():
            self.weights[name].grad = None if whole.grad is None else whole.grad.to_local() * self._team.size
            whole.grad = None

    def clip(self, most: float) -> torch.Tensor:
        """Scales all gradients so that their norm together is `most` at most; returns the norm before."""
        grads = [p.grad for p in self.weights.values() if p.grad is not None]
        squares = torch.stack([g.float().pow(2).sum() for g in grads]).sum()
        dist.all_reduce(squares)
        norm = squares.sqrt()
        torch._foreach_mul_(grads, (most / (norm + 1e-6)).clamp(max=1.0).to(grads[0].dtype))
        return norm

    def whole(self, parts: Tensors | None = None) -> Tensors:
        """Weights, or an optimizer's packed state, whole and on the CPU of the first process; empty tensors in the
        others. All processes have to call it."""
        parts = self.weights if parts is None else parts
        made: Tensors = {}
        for name, part in parts.items():
            spread = self._spread[name.partition("|")[0]]
            if part.shape == spread.to_local().shape and part.dim():
                around = {"shape": spread.shape, "stride": spread.stride()}
                full = DTensor.from_local(part.detach(), spread.device_mesh, spread.placements, **around)
                part = full.full_tensor()
            made[name] = part.detach().cpu().clone() if self._team.first else torch.empty(0)
        return made

    def part_of(self, whole: Tensors) -> Tensors:
        """This process's parts of whole tensors, by the names of `whole`'s result."""
        parts = {}
        for name, value in whole.items():
            spread = self._spread[name.partition("|")[0]]
            if value.shape == spread.shape and value.dim():
                device = spread.to_local().device
                full = value.to(device)
                value = distribute_tensor(
                    full, spread.device_mesh, spread.placements, src_data_rank=None
                ).to_local()
            parts[name] = value
        return parts


def team_of(model: nn.Module) -> Team:
    """The processes that a network is spread over, which all have to call it equally often; ALONE for a whole one."""
    return getattr(model, "spread_over", ALONE)


def filled(group: list[Batch], team: Team, pad_id: int, device: torch.device) -> list[Batch]:
    """The group with batches of no loss up to the largest group of the team, as every pass needs every process."""
    most = torch.tensor(len(group))
    dist.all_reduce(most, dist.ReduceOp.MAX, group=team.control)
    ids = torch.full((1, 2), pad_id, device=device)
    nothing = Batch(ids, torch.zeros(1, 2, device=device), 0)
    return [*group, *[nothing] * (int(most) - len(group))]
