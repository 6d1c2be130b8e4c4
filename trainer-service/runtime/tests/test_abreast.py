"""Packs of a step that are computed at the same time change no result, and the same one comes out every time."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from running import named, run_job, weights_hash
from test_pack import examples

from tune import abreast, methods
from tune.batch import into_packs
from tune.course import Course
from tune.plan import Plan
from tune.spec import Spec


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_a_job_on_two_threads_is_the_job_on_one_and_gives_the_same_bytes_again(make_job, base, tmp_path):
    before = torch.get_num_threads()
    seen = []
    try:
        for attempt, threads in enumerate((1, 2, 2), 1):
            torch.set_num_threads(threads)
            seen.append(run_job(make_job(tmp_path, attempt, f"job-{attempt}", num_train_epochs=2), base))
    finally:
        torch.set_num_threads(before)
    one, two, again = (
        [e["loss"] for e in named(run, "progress") if e.get("learning_rate") is not None] for run in seen
    )
    assert len(one) > 4 and two == pytest.approx(one, abs=1e-4) and again == two
    hashes = [weights_hash(named(run, "adapter")[-1]) for run in seen]
    assert hashes[1] == hashes[2]


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(
    ("spec", "packs"), [(Spec(), 2), (Spec(lora_dropout=0.1), 1), (Spec(method="dora"), 1)]
)
def test_packs_are_side_by_side_where_all_layers_are_in_halves(spec, packs, base):
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
