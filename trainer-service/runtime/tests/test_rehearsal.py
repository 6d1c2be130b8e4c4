"""What is done beside a job: a worker's rehearsal before its first, a checkpoint that is still written at its end."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from running import run_job

from tune import rehearsal
from tune.base import Place
from tune.checkpoint import Checkpoint, State
from tune.failure import Stop
from tune.run import told
from tune.saver import Saver
from tune.train import Run


@pytest.mark.parametrize("waits", [True, False])
def test_a_new_worker_rehearses_only_while_no_job_waits(waits, monkeypatch):
    rehearsed = []
    monkeypatch.setattr(rehearsal, "PATIENCE_S", 0.0)
    monkeypatch.setattr(rehearsal, "rehearse", rehearsed.append)
    on_gpu = SimpleNamespace(place=Place(torch.device("cuda"), torch.bfloat16))
    rehearsal.rehearse_when_idle(on_gpu, lambda: not waits)
    assert bool(rehearsed) != waits


def test_a_rehearsal_that_fails_leaves_the_worker_as_it_is(base, monkeypatch):
    def fails(*given: object) -> None:
        raise RuntimeError("no such kernel")

    before = {name: weight.clone() for name, weight in base.model.state_dict().items()}
    monkeypatch.setattr(rehearsal, "train", fails)
    rehearsal.rehearse(replace(base, place=Place(torch.device("cuda"), torch.float32)))
    assert all(torch.equal(weight, before[name]) for name, weight in base.model.state_dict().items())
    assert not hasattr(base.model, "peft_config")


@pytest.mark.parametrize("end", [None, Stop("paused"), OSError("disk full")])
def test_a_checkpoint_that_is_being_written_is_told_of_before_a_job_ends_stops_or_fails(end):
    seen = []
    saver = Saver(lambda made: (f"step-{made.state.step}", {}), seen.append, True)
    try:
        with told(saver):
            saver.save(Checkpoint(State(step=3), {}, {}, {}, {}), True)
            if end:
                raise end
    except (Stop, OSError) as raised:
        assert raised is end
    finally:
        saver.close()
    assert [saved.step for saved in seen] == [3]


def test_the_last_checkpoint_is_told_of_before_the_test_rows_are_answered(job_line, base, monkeypatch):
    made, on_gpu = Run.saver, replace(base, place=Place(torch.device("cuda"), torch.float32))
    monkeypatch.setattr(Run, "saver", lambda loop, _: made(loop, on_gpu))
    seen = [(e["event"], e.get("stage")) for e in run_job(job_line(save_steps=1000), base)]
    assert seen.index(("checkpoint", None)) < seen.index(("progress", "evaluation"))
