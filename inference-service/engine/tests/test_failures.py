"""A network that fails ends its own requests and nothing else; a scheduler that fails ends the engine."""

import asyncio
import json
import sys

import httpx
import process
import pytest
import torch
from rounds import failing, job, plain, soon, twin

from engine.adapters import Adapters
from engine.app import create_app
from engine.model import load_base
from engine.peft_folder import Adapter
from engine.reading import Reader
from engine.scheduler import Scheduler

BROKEN_ENGINE = """
from engine.__main__ import main
from engine.scheduler import Scheduler

def broken(self, batch):
    raise KeyError("loop")

Scheduler._step = broken
main()
"""


@pytest.fixture(scope="module")
def base(model):
    return load_base(model, None, "cpu")


async def run(scheduler: Scheduler, base, adapters: list[Adapter], prompt: list[int] | None = None):
    """What each of these adapters answers when they run side by side: the last piece of each."""
    queues = [asyncio.Queue() for _ in adapters]
    for adapter, queue, length in zip(adapters, queues, prompt or [3] * len(adapters), strict=True):
        scheduler.submit(job(base, adapter, queue.put_nowait, prompt=length))
    scheduler.start()
    try:
        answers = [await soon(queue.get()) for queue in queues]
    finally:
        await asyncio.to_thread(scheduler.close)
    assert all(queue.empty() for queue in queues), "nothing comes after a last piece"
    return answers


@pytest.mark.parametrize("calls", [0, 1, 7])
def test_a_step_that_raises_ends_its_own_requests_only(base, calls):
    bad = failing(base, calls, RuntimeError("secret detail"))
    scheduler = Scheduler(base.network, 8, 4, 8)
    fine, failed, also = asyncio.run(run(scheduler, base, [plain(base), bad, plain(base)]))
    assert fine.finish == also.finish == "length"
    assert fine.text == also.text
    assert failed.error.status == 500
    assert "secret" not in failed.error.message
    assert scheduler.failure is None


def test_out_of_memory_is_said(base):
    bad = failing(base, 3, torch.OutOfMemoryError("CUDA"))
    [failed] = asyncio.run(run(Scheduler(base.network, 8, 4, 8), base, [bad]))
    assert (failed.error.status, failed.error.code) == (503, "out_of_memory")


def test_those_who_run_out_of_memory_beside_a_larger_one_may_come_again(base):
    bad = failing(base, 5, torch.OutOfMemoryError("CUDA"))
    answers = asyncio.run(run(Scheduler(base.network, 8, 4, 8), base, [bad] * 3, [3, 9, 3]))
    assert [answer.error.code for answer in answers] == ["engine_busy", "out_of_memory", "engine_busy"]
    assert {answer.error.status for answer in answers} == {503}


def test_one_that_finds_no_memory_beside_others_may_come_again(base):
    bad = failing(base, 0, torch.OutOfMemoryError("CUDA"))
    fine, failed = asyncio.run(run(Scheduler(base.network, 8, 4, 8), base, [plain(base), bad]))
    assert fine.finish == "length"
    assert failed.error.code == "engine_busy"


@pytest.mark.parametrize("calls", [0, 3])
def test_an_accelerator_that_failed_ends_everything(base, calls):
    """After such an error every later step fails as well: only a new process helps. A request that was to
    begin in the same round is told as well."""
    bad = failing(base, calls, torch.AcceleratorError("CUDA error: an illegal memory access"))
    ends = []
    scheduler = Scheduler(base.network, 8, 4, 8, lambda: ends.append(1))
    failed, other = asyncio.run(run(scheduler, base, [bad, twin(base)]))
    assert failed.error.status == 500 and other.error.status == 503
    assert "AcceleratorError" in scheduler.failure and ends == [1]


def test_a_dead_scheduler_is_said_at_every_door(base, root):
    async def scenario():
        dead = asyncio.Event()
        scheduler = Scheduler(base.network, 8, 4, 8, dead.set)
        scheduler._step = lambda batch: (_ for _ in ()).throw(KeyError("loop"))
        adapters = Adapters(base, "tiny", [root], 4)
        app = create_app(base, "tiny", 0, adapters, scheduler, Reader(base, adapters, 4))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://engine", timeout=None) as client:
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/v1/models")).status_code == 200
            scheduler.start()
            ask = {"model": "tiny", "prompt": "A", "max_tokens": 20}
            begun = await soon(client.post("/v1/completions", json=ask))
            await soon(dead.wait())
            later = await soon(client.post("/v1/completions", json=ask))
            answers = [begun, later, await client.get("/health"), await client.get("/v1/models")]
        scheduler.close()
        return answers

    for answer in asyncio.run(scenario()):
        assert answer.status_code == 503
        assert "KeyError" in answer.json()["error"]["message"]


def test_an_engine_whose_scheduler_died_ends_with_a_status_of_its_own(model):
    engine = process.start(model, program=[sys.executable, "-c", BROKEN_ENGINE])
    try:
        ask = {"model": "tiny", "prompt": "A", "max_tokens": 20, "stream": True}
        with httpx.stream("POST", f"{engine.url}/v1/completions", json=ask, timeout=None) as answer:
            lines = [line for line in answer.iter_lines() if line]
        assert lines[-1] == "data: [DONE]"
        assert "KeyError" in json.loads(lines[-2][6:])["error"]["message"]
        assert engine.process.wait(process.PATIENCE_S) == 70
        assert "engine ends: The engine has stopped working: KeyError." in engine.log.read_text()
    finally:
        engine.kill()
