"""A network that fails takes down its own requests and nothing else."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import Refused
from engine.job import Job
from engine.model import load_base
from engine.peft_folder import Adapter
from engine.sampling import Sampler, Sampling
from engine.scheduler import Scheduler
from engine.text import TextStream


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


@pytest.fixture(scope="module")
def base(model: Path):
    return load_base(model, None, "cpu")


async def run(base, adapters: list[Adapter]):
    """What each of these adapters answers when they run side by side: the last piece of each."""
    scheduler = Scheduler(base.network, 8, 4, 8)
    scheduler.start()
    queues = [asyncio.Queue() for _ in adapters]
    for adapter, queue in zip(adapters, queues, strict=True):
        sampler = Sampler(Sampling(temperature=0), [5, 6, 7])
        text = TextStream(base.decode)
        scheduler.submit(Job(adapter, [5, 6, 7], sampler, text, 20, frozenset(), queue.put_nowait))
    try:
        return [await asyncio.wait_for(queue.get(), 20) for queue in queues]
    finally:
        await asyncio.to_thread(scheduler.close)


@pytest.mark.parametrize("calls", [0, 1, 7])
def test_a_step_that_raises_ends_its_own_requests_only(base, calls):
    good = Adapter(base.network, None, "BASE")
    bad = Adapter(Failing(base.network, calls, RuntimeError("secret detail")), None, "LORA")
    fine, failed, also = asyncio.run(run(base, [good, bad, good]))
    assert fine.finish == also.finish == "length"
    assert fine.text == also.text
    assert failed.error.status == 500
    assert "secret" not in failed.error.message


def test_out_of_memory_is_said(base):
    bad = Adapter(Failing(base.network, 3, torch.OutOfMemoryError("CUDA")), None, "LORA")
    [failed] = asyncio.run(run(base, [bad]))
    assert (failed.error.status, failed.error.code) == (503, "out_of_memory")


def test_a_dead_scheduler_says_so_and_refuses(base):
    good = Adapter(base.network, None, "BASE")

    async def scenario():
        scheduler = Scheduler(base.network, 8, 4, 8)
        scheduler._step = lambda batch: (_ for _ in ()).throw(KeyError("loop"))
        scheduler.start()
        queue = asyncio.Queue()
        job = Job(
            good,
            [5],
            Sampler(Sampling(temperature=0), [5]),
            TextStream(base.decode),
            20,
            frozenset(),
            queue.put_nowait,
        )
        scheduler.submit(job)
        piece = await asyncio.wait_for(queue.get(), 20)
        assert piece.error.status == 503
        assert "KeyError" in scheduler.failure
        with pytest.raises(Refused) as refused:
            scheduler.submit(replace(job))
        assert refused.value.status == 503
        scheduler.close()

    asyncio.run(scenario())
