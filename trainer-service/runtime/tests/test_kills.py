"""A run is never lost: killed at random steps, or told to end in the middle of anything, it goes on to the same end."""

from __future__ import annotations

import os
import random
import time

import pytest
from children import Moment, Place, end, run_and_die, work_and_leave
from conftest import read_events
from running import named

KILLS = 20
# A checkpoint beats after each of these, before it is renamed into place.
FILES = 5
# Two processes with one thread each repeat each other's float32 arithmetic; observed difference: 0.
TOLERANCE = 1e-5
SPEC = {"num_train_epochs": 22, "save_steps": 3, "eval_steps": 6, "lora_dropout": 0.1, "probes": 1}
STEPS = 66


def trained(seen: list[dict]) -> list[tuple[int, float]]:
    progress = [e for e in named(seen, "progress") if e["stage"] == "training"]
    return [(e["step"], e["loss"]) for e in progress if e["learning_rate"] is not None]


def validated(seen: list[dict]) -> dict[int, float]:
    progress = [e for e in named(seen, "progress") if e["validation_loss"] is not None]
    return {e["step"]: e["validation_loss"] for e in progress}


def readable(path: str) -> list[dict]:
    """The events of a file whose writer may have been killed inside a line."""
    with open(path, "rb") as file:
        return [] if not file.read(1) else read_events(path)


def farthest(differences: list[float]) -> float:
    return max(differences, default=0.0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, make_job, base_folder) -> list[dict]:
    """The events of the run that is never killed."""
    job = make_job(tmp_path_factory.mktemp("whole"), name="whole", **SPEC)
    assert end(run_and_die, base_folder, job, None) == 0
    seen = read_events(job["events"])
    assert seen[-1]["event"] == "adapter" and len(trained(seen)) == STEPS
    return seen


def test_a_run_killed_at_twenty_random_steps_has_the_loss_curve_of_one_never_killed(
    whole, job_line, base_folder
):
    seed = int(os.environ.get("TUNE_SEED", time.time()))
    print(f"TUNE_SEED={seed}")
    dice = random.Random(seed)
    moments = [
        Moment(dice.choice(("before", "after", "half", "write")), step, dice.randint(1, FILES))
        for step in sorted(dice.randint(1, STEPS) for _ in range(KILLS))
    ]
    attempts, resume = [], None
    for attempt, moment in enumerate([*moments, None], 1):
        job = job_line(attempt=attempt, name="killed", resume=resume, **SPEC)
        status = end(run_and_die, base_folder, job, moment)
        assert status == (-9 if moment else 0), moment
        seen = read_events(job["events"])
        attempts.append(seen)
        points = named(seen, "checkpoint")
        resume = points[-1]["folder"] if points else resume
    assert attempts[-1][-1]["event"] == "adapter"

    expected, losses = dict(trained(whole)), []
    for n, seen in enumerate(attempts):
        began = seen[0]["resumed_from_step"]
        steps = [step for step, _ in trained(seen)]
        assert steps == list(range(began + 1, began + 1 + len(steps))), "none lost, none twice"
        assert not named(seen, "notice"), "no checkpoint was damaged by a kill"
        until = attempts[n + 1][0]["resumed_from_step"] if n + 1 < len(attempts) else STEPS
        if n:
            saved = (moments[n - 1].step - 1) // SPEC["save_steps"] * SPEC["save_steps"]
            assert began == saved, "from the last checkpoint that was complete"
        losses += [(step, loss) for step, loss in trained(seen) if step <= until]
    assert [step for step, _ in losses] == list(range(1, STEPS + 1))
    every = [pair for seen in attempts for pair in trained(seen)]
    off = farthest([abs(loss - expected[step]) for step, loss in every])
    right = validated(whole)
    off = max(off, farthest([abs(v - right[s]) for seen in attempts for s, v in validated(seen).items()]))
    print(f"{KILLS} kills, {len(every)} steps computed for {STEPS}; greatest difference of a loss: {off}")
    assert off <= TOLERANCE
    ours, theirs = attempts[-1][-1], whole[-1]
    for name in ("best_step", "steps", "trained_tokens", "overfitting_since"):
        assert ours[name] == theirs[name]
    assert ours["metrics"]["tuned"]["loss"] == pytest.approx(
        theirs["metrics"]["tuned"]["loss"], abs=TOLERANCE
    )


PLACES = [
    Place("preparing", 5),
    Place("base_evaluation", 3),
    Place("training", 30),
    Place("validation", 4),
    Place("checkpoint", 2),
    Place("checkpoint", 9),
    Place("evaluation", 3),
    Place("saving", 1),
    Place("saving", 5),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.stage}-{place.at}")
def test_sigterm_anywhere_leaves_by_itself_with_all_that_was_done(
    place, whole, job_line, base_folder, tmp_path
):
    job = job_line(**SPEC)
    assert end(work_and_leave, base_folder, str(tmp_path / "ready"), job, place) == 0, "143 is the deadline's"
    seen = read_events(job["events"])
    stopped = seen[-1]
    assert stopped["event"] == "stopped"
    done = trained(seen)
    assert stopped["step"] == (done[-1][0] if done else 0)
    assert (stopped["folder"] is None) == (not done)
    if place.stage == "checkpoint":
        assert stopped["folder"] == named(seen, "checkpoint")[-1]["folder"]
    again = job_line(attempt=2, resume=stopped["folder"], **SPEC)
    assert end(run_and_die, base_folder, again, None) == 0
    rest = read_events(again["events"])
    assert rest[-1]["event"] == "adapter" and rest[0]["resumed_from_step"] == stopped["step"]
    assert not named(rest, "notice")
    losses = [*done, *trained(rest)]
    assert [step for step, _ in losses] == list(range(1, STEPS + 1))
    expected = dict(trained(whole))
    assert farthest([abs(loss - expected[step]) for step, loss in losses]) <= TOLERANCE


def test_a_worker_that_hangs_is_gone_at_its_deadline_and_its_checkpoints_stand(
    whole, job_line, base_folder, tmp_path
):
    job = job_line(**SPEC)
    place = Place("evaluation", 2, "hang")
    assert end(work_and_leave, base_folder, str(tmp_path / "ready"), job, place) == 143
    seen = read_events(job["events"])
    assert "stopped" not in {e["event"] for e in seen}
    point = named(seen, "checkpoint")[-1]
    again = job_line(attempt=2, resume=point["folder"], **SPEC)
    assert end(run_and_die, base_folder, again, None) == 0
    assert read_events(again["events"])[-1]["best_step"] == whole[-1]["best_step"]
