"""Runs the scheduler in this process: base network, jobs, and networks that fail on demand."""

import asyncio
from collections.abc import Callable

import torch

from engine.job import Job, Piece
from engine.peft_folder import Adapter
from engine.sampling import Sampler, Sampling
from engine.text import TextStream

PATIENCE_S = 300


class Failing(torch.nn.Module):
    """The base network until its n-th call, which raises."""

    def __init__(self, network, calls: int, error: Exception):
        super().__init__()
        self.network = network
        self.config = network.config
        self.device = network.device
        self.calls = calls
        self.error = error

    def forward(self, **inputs):
        self.calls -= 1
        if self.calls < 0:
            raise self.error
        return self.network(**inputs)


def failing(base, calls: int, error: Exception) -> Adapter:
    return Adapter(Failing(base.network, calls, error), None, "LORA")


def twin(base) -> Adapter:
    """A network of its own that answers as the base."""
    return failing(base, 10**9, RuntimeError("never"))


def plain(base) -> Adapter:
    return Adapter(base.network, None, "BASE")


def job(
    base, adapter: Adapter, deliver: Callable[[Piece], None], tokens: int = 20, prompt: int = 3, **more
) -> Job:
    """A greedy request of `prompt` tokens that is answered with `tokens` tokens."""
    asked = list(range(5, 5 + prompt))
    sampler = Sampler(Sampling(temperature=0), asked)
    return Job(adapter, asked, sampler, TextStream(base.decode), tokens, frozenset(), deliver, **more)


async def soon(awaitable):
    """Waits as long as a very slow machine may need, so that only what never comes fails."""
    return await asyncio.wait_for(awaitable, PATIENCE_S)
