"""Packs of a step that are computed at the same time change no result, and the same one comes out every time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from running import named, run_job, snapshot, weights_hash
from test_halves import SHAPE, other
from test_pack import examples
from transformers import LlamaConfig, LlamaForCausalLM

from tune import abreast, methods, objective
from tune.batch import into_packs
from tune.control import Control
from tune.course import Course
from tune.failure import Stop
from tune.plan import Plan
from tune.spec import Spec
from tune.speed import ROOM, Speed, by_threads, laid_out, packs_of


def test_a_job_on_two_threads_is_the_job_on_one_and_gives_the_same_bytes_again(job_line, base, use_threads):
    seen = []
    for attempt, threads in enumerate((1, 2, 2), 1):
        use_threads(threads)
        seen.append(run_job(job_line(attempt, f"job-{attempt}", num_train_epochs=2), base))
    one, two, again = (
        [e["loss"] for e in named(run, "progress") if e.get("learning_rate") is not None] for run in seen
    )
    assert len(one) > 4 and two == pytest.approx(one, abs=1e-4) and again == two
    hashes = [weights_hash(named(run, "adapter")[-1]) for run in seen]
    assert hashes[1] == hashes[2]


@pytest.mark.parametrize(
    ("spec", "packs"), [(Spec(), 2), (Spec(lora_dropout=0.1), 1), (Spec(method="dora"), 1)]
)
def test_packs_are_side_by_side_where_all_layers_are_in_halves(spec, packs, base, use_threads):
    use_threads(2)
    spec = replace(spec, per_device_train_batch_size=8)
    rows = examples()
    with methods.training(base, "tiny", spec) as model:
        course = Course(model.get_base_model(), base, spec, Plan.of(spec, len(rows), 1e-3), rows, 0)
        group = course.next()
        course.close()
    assert len(group) == packs and (course.pool is None) == (packs == 1)
    assert sum(pack.tokens for pack in group) == sum(len(e.ids) for e in rows)
    assert sum(pack.weight for pack in group) == sum(e.weights[1:].sum() for e in rows)
    if packs > 1:
        assert {(pack.ids.shape[1] % 64, len(pack.labels) % 64) for pack in group} == {(0, 0)}


def test_packs_come_in_a_multiple_of_what_runs_side_by_side():
    lengths = [9, 8, 7, 6, 5]
    assert [len(into_packs(lengths, [0, 1, 2, 3, 4], room, 2)) for room in (100, 17, 12)] == [2, 4, 4]
    assert into_packs(lengths, [3], 100, 2) == [[3]]


@pytest.mark.parametrize(("room", "sizes"), [(4096, 2), (256, 2), (120, 4), (40, 6)])
def test_packs_that_are_computed_at_the_same_time_share_the_room(room, sizes, base):
    rows = examples()
    packs = packs_of(rows, [[*range(8)]], base, Speed(True, room, abreast=2))
    assert len(packs) == sizes
    assert max(pack.tokens for pack in packs) <= max(room // 2, 51)


ROPES = {
    "default": ({}, 2),
    "linear": ({"rope_type": "linear", "factor": 2.0}, 2),
    "dynamic": ({"rope_type": "dynamic", "factor": 2.0}, 1),
    "longrope": (
        {
            "rope_type": "longrope",
            "factor": 2.0,
            "short_factor": [1.0] * 4,
            "long_factor": [2.0] * 4,
            "original_max_position_embeddings": 256,
        },
        1,
    ),
}


@pytest.mark.parametrize("name", ROPES)
def test_packs_that_would_share_a_rotation_of_their_own_come_one_after_another(name, base, use_threads):
    use_threads(2)
    rope, abreast = ROPES[name]
    shape = SHAPE | {"rope_parameters": {"rope_theta": 10000.0, **rope}} if rope else SHAPE
    held = other(base, lambda: LlamaForCausalLM(LlamaConfig(**shape)))
    with methods.training(held, "tiny", Spec()) as model:
        inner = model.get_base_model()
        with laid_out(inner, held, Speed(True, 1000)):
            assert by_threads(inner, Speed(True, 1000)).abreast == abreast


@pytest.mark.parametrize("safe_point", [1, 3, 4])
def test_a_pause_between_the_packs_of_a_step_goes_on_to_the_same_bytes(
    safe_point, job_line, base, monkeypatch, use_threads
):
    use_threads(2)
    monkeypatch.setitem(ROOM, "cpu", (300,))
    whole = run_job(job_line(name="whole"), base)
    control, steps = Control(), []

    def watched(model, base, group, weight, check, pool):
        steps.append([])

        def at_safe_point():
            steps[-1].append(len(group))
            if len(steps) == 2 and len(steps[-1]) == safe_point:
                control.ask("ftjob-test", "paused")
            check()

        return together(model, base, group, weight, at_safe_point, pool)

    together = objective._abreast
    monkeypatch.setattr(objective, "_abreast", watched)
    paused = run_job(job_line(), base, control)[-1]
    assert (paused["event"], paused["step"]) == ("paused", 1)
    assert steps == [[4] * 4, [4] * safe_point]
    monkeypatch.setattr(objective, "_abreast", together)
    again = run_job(job_line(attempt=2, resume=paused["folder"]), base)
    assert again[0]["resumed_from_step"] == 1
    assert weights_hash(again[-1]) == weights_hash(whole[-1])


def test_after_a_pause_no_other_pack_of_the_step_begins(base, use_threads):
    use_threads(2)
    layout, held, begun = Speed(True, 120, abreast=2), threading.Event(), []
    group = packs_of(examples(), [[*range(8)]], base, layout)
    assert len(group) == 4

    def check():
        raise Stop("paused")

    with methods.training(base, "tiny", Spec()) as model, laid_out(model.get_base_model(), base, layout):
        inner = model.get_base_model()
        handle = inner.model.register_forward_pre_hook(lambda *_: begun.append(held.wait(60)))
        with abreast.threads(2) as pool:
            with pytest.raises(Stop):
                objective.gradients(inner, base, group, 1.0, check, pool=pool)
            held.set()
        handle.remove()
        assert len(begun) <= 2
        assert all(p.grad is None for p in inner.parameters())


class NoSecond(ThreadPoolExecutor):
    """Cannot start a second thread."""

    def submit(self, *task):
        if self._threads:
            raise RuntimeError("can't start new thread")
        return super().submit(*task)


def test_a_thread_that_cannot_be_started_ends_the_others_and_leaves_the_model_as_it_was(
    base, monkeypatch, use_threads
):
    use_threads(2)
    monkeypatch.setattr(abreast, "ThreadPoolExecutor", NoSecond)
    before, rows = threading.active_count(), examples()
    with methods.training(base, "tiny", Spec()) as model:
        inner, made = model.get_base_model(), Plan.of(Spec(), len(rows), 1e-3)
        shape = snapshot(inner)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            Course(inner, base, Spec(), made, rows, 0)
        assert snapshot(inner) == shape
    assert (torch.get_num_threads(), threading.active_count()) == (2, before)


def test_each_thread_computes_alone_and_the_others_as_before():
    before = torch.get_num_threads()
    with abreast.threads(1) as pool:
        assert pool is None
    with abreast.threads(2) as pool:
        assert list(pool.map(lambda _: torch.get_num_threads(), range(4))) == [1] * 4
    assert torch.get_num_threads() == before


def test_what_a_thread_raises_comes_out():
    with pytest.raises(ZeroDivisionError), abreast.threads(2) as pool:
        list(pool.map(lambda n: 1 / n, [1, 0]))
