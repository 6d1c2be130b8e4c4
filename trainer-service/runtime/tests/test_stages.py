"""Pause and cancel in every stage of a job, at its very safe points."""

from __future__ import annotations

import os

import pytest
from running import named, run_job, snapshot, weights_hash

from tune import probes
from tune.control import Control
from tune.pulse import Pulse

STAGES = [
    ("preparing", 1),
    ("preparing", 30),
    ("base_evaluation", 1),
    ("base_evaluation", 8),
    ("validation", 2),
    ("training", 2),
    ("checkpoint", 1),
    ("evaluation", 1),
    ("evaluation", 8),
    ("probes", 2),
]


@pytest.fixture
def asking(monkeypatch):
    """`asking(job, kind, stage, at)`: a control that is asked at the n-th safe point of a stage."""

    def arm(job: dict, kind: str, stage: str, at: int) -> Control:
        control, left, probing = Control(), at, False
        check, beat, written = Pulse.check, Pulse.beat, probes.written

        def here(pulse: Pulse) -> None:
            nonlocal left
            left -= ("probes" if probing else pulse.stage) == stage
            if left == 0:
                control.ask(job["job"], kind)

        def checking(self: Pulse) -> None:
            here(self)
            check(self)

        def beating(self: Pulse) -> None:
            if self.stage == "checkpoint":
                here(self)
            beat(self)

        def probed(*given):
            nonlocal probing
            probing = True
            return written(*given)

        monkeypatch.setattr(Pulse, "check", checking)
        monkeypatch.setattr(Pulse, "beat", beating)
        monkeypatch.setattr(probes, "written", probed)
        return control

    return arm


@pytest.fixture(scope="module")
def whole(tmp_path_factory, make_job, base) -> list[dict]:
    return run_job(make_job(tmp_path_factory.mktemp("whole"), name="whole"), base)


@pytest.mark.parametrize(("stage", "at"), STAGES)
def test_a_job_is_paused_in_every_stage_and_goes_on_to_the_same_adapter(
    stage, at, whole, asking, job_line, base, monkeypatch
):
    shape, job = snapshot(base.model), job_line()
    seen = run_job(job, base, asking(job, "paused", stage, at))
    monkeypatch.undo()
    assert seen[-1]["event"] == "paused" and snapshot(base.model) == shape
    again = run_job(job_line(attempt=2, resume=seen[-1]["folder"]), base)
    assert again[0]["resumed_from_step"] == seen[-1]["step"]
    assert weights_hash(again[-1]) == weights_hash(whole[-1])
    assert again[-1]["metrics"] == whole[-1]["metrics"]
    assert named(again, "evaluated")[1]["worst"] == named(whole, "evaluated")[1]["worst"]


@pytest.mark.parametrize(("stage", "at"), STAGES)
def test_a_job_is_cancelled_in_every_stage_and_publishes_nothing(
    stage, at, asking, job_line, base, monkeypatch
):
    shape, job = snapshot(base.model), job_line()
    seen = run_job(job, base, asking(job, "cancelled", stage, at))
    monkeypatch.undo()
    assert seen[-1]["event"] == "cancelled" and snapshot(base.model) == shape
    assert not os.path.exists(os.path.join(job["workdir"], "adapter"))
    assert run_job(job_line(name="next", num_train_epochs=1), base)[-1]["event"] == "adapter"
