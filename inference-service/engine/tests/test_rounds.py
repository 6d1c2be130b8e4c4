"""How the scheduler shares its rounds, seen from inside, where no clock decides the order of things."""

import asyncio
import gc
import threading
import weakref

import pytest
from rounds import PATIENCE_S, job, plain, soon, twin

from engine import adapters as served
from engine.adapters import Adapters
from engine.model import load_base
from engine.scheduler import Scheduler


@pytest.fixture(scope="module")
def base(model):
    return load_base(model, None, "cpu")


def test_answers_of_several_networks_grow_side_by_side(base):
    tokens, most_unsaid = 200, 8
    said, apart, ended = [0, 0, 0], [], asyncio.Event()

    def deliver(which):
        def piece(piece):
            said[which] += len(piece.scores)
            apart.append(max(said) - min(said))
            if sum(said) == 3 * tokens:
                ended.set()

        return piece

    async def scenario():
        scheduler = Scheduler(base.network, 8, 4, 8)
        for which, adapter in enumerate((plain(base), twin(base), twin(base))):
            scheduler.submit(job(base, adapter, deliver(which), tokens, stream=True, logprobs=0))
        scheduler.start()
        try:
            await soon(ended.wait())
        finally:
            await asyncio.to_thread(scheduler.close)

    asyncio.run(scenario())
    # One token a round each; text that ends inside a character is said a few tokens later.
    assert max(apart) <= most_unsaid


def test_an_answer_that_nobody_waits_for_leaves_nothing_behind(base):
    """Neither the job nor its adapter's network, once that is unloaded."""

    async def scenario():
        scheduler, ended = Scheduler(base.network, 8, 4, 8), asyncio.Queue()
        served = twin(base)
        network = weakref.ref(served.network)
        pieces = asyncio.Queue()
        left = job(base, served, pieces.put_nowait, 8000, stream=True)
        scheduler.submit(left)
        scheduler.start()
        try:
            await soon(pieces.get())
            scheduler.cancel(left)
            # It is answered in rounds after the cancelling, so when it is done the other was dropped.
            scheduler.submit(job(base, plain(base), ended.put_nowait, 2))
            await soon(ended.get())
            del served, left
            gc.collect()
            assert network() is None
        finally:
            await asyncio.to_thread(scheduler.close)

    asyncio.run(scenario())


def test_an_answer_grows_while_an_adapter_is_read(base, root, adapter, monkeypatch):
    """The reading is held up until the answer has grown: in each other's way, neither would end."""
    begun, go_on, read = threading.Event(), threading.Event(), served.read_adapter

    def held_up(*arguments):
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return read(*arguments)

    monkeypatch.setattr(served, "read_adapter", held_up)

    async def scenario():
        scheduler = Scheduler(base.network, 8, 4, 8)
        scheduler.start()
        adapters, pieces = Adapters(base, "tiny", [root], 4), asyncio.Queue()
        answer = job(base, plain(base), pieces.put_nowait, 8000, stream=True)
        try:
            loading = asyncio.create_task(adapters.load("one", str(adapter("lora")), False))
            await soon(asyncio.to_thread(begun.wait))
            scheduler.submit(answer)
            for _ in range(50):
                assert not (await soon(pieces.get())).is_last
            assert not loading.done()
            go_on.set()
            await soon(loading)
        finally:
            go_on.set()
            scheduler.cancel(answer)
            await asyncio.to_thread(scheduler.close)
            adapters.close()
        assert [entry.name for entry in adapters.list()] == ["one"]

    asyncio.run(scenario())
