"""The worker as its parent sees it: a real process, its standard input, its signals, its event files."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from children import Forked
from conftest import read_events
from running import NEVER

from tune.worker import main as work

RUNTIME = Path(__file__).parent.parent
# Two processes with the same number of threads repeat each other's float32 arithmetic; observed difference: 0.
TOLERANCE = 1e-5
# So long that a job is never over before the test has done to it what it wants to.
LONG = {"num_train_epochs": 10_000, "save_steps": 5, "eval_steps": 5}
# What a very slow or busy machine may need for anything at all: only a defect is ever waited for so long.
PATIENCE_S = 300


class Worker:
    """A worker in a process of its own: by its command, or `forked` from one that has all libraries loaded."""

    def __init__(self, base_folder: str, folder: Path, *more: str, forked: bool = False):
        self.ready = folder / f"ready-{random.randrange(10**9)}.jsonl"
        names = ["--base", base_folder, "--ready", str(self.ready), "--threads", "1"]
        names += ["--beat", str(NEVER), *more]
        log = folder / "worker.log"
        if forked:
            self.process = Forked(work, names, log=log)
            return
        command = [sys.executable, "-m", "tune.worker", *names]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=RUNTIME
            )

    def send(self, *values: object) -> None:
        """All lines in one piece, so that none is read before the others are there."""
        lines = [value if isinstance(value, str) else json.dumps(value) for value in values]
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())
        self.process.stdin.flush()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()


@pytest.fixture
def start(base_folder, tmp_path):
    workers = []

    def begin() -> Worker:
        workers.append(Worker(base_folder, tmp_path, forked=True))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.close()


@pytest.fixture(scope="module")
def lasting(base_folder, tmp_path_factory):
    """One worker for all tests that leave it running, started as a service starts it."""
    worker = Worker(base_folder, tmp_path_factory.mktemp("worker"))
    yield worker
    worker.close()


def wait_for(path: str, wanted, seconds: float = PATIENCE_S) -> dict:
    """The first event that `wanted` accepts; fails with what was seen instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for event in read_events(path):
            if wanted(event):
                return event
        time.sleep(0.01)
    raise AssertionError(f"not seen within {seconds} s in {[e['event'] for e in read_events(path)]}")


def is_last(event: dict) -> bool:
    return event["event"] in ("adapter", "failed", "cancelled", "paused", "stopped")


def training_losses(seen: list[dict]) -> dict[int, float]:
    return {
        e["step"]: e["loss"]
        for e in seen
        if e["event"] == "progress" and e["stage"] == "training" and e["learning_rate"]
    }


def at_step(step: int):
    return lambda e: e["event"] == "progress" and e["stage"] == "training" and e["step"] >= step


def test_a_worker_says_it_is_ready_and_runs_one_job_after_another(lasting, job_line):
    worker = lasting
    first, second = job_line(name="first"), job_line(name="second", num_train_epochs=1)
    worker.send(first)
    worker.send(second)
    ready = wait_for(str(worker.ready), lambda e: e["event"] == "ready")
    assert (
        ready["pid"] == worker.process.pid
        and ready["dtype"] == "float32"
        and "config.json" in ready["base"]["sha256"]
    )
    assert wait_for(second["events"], is_last)["event"] == "adapter"
    assert read_events(first["events"])[-1]["event"] == "adapter"
    assert worker.process.poll() is None


def test_bad_lines_are_answered_and_the_worker_stays(lasting, job_line):
    worker = lasting
    worker.send("this is no job")
    worker.send("[1]")
    bad = job_line(name="bad", lora_rnk=8, learning_rate="fast", lora_rank=0)
    worker.send(bad)
    good = job_line(name="good", num_train_epochs=1)
    worker.send(good)
    assert wait_for(good["events"], is_last)["event"] == "adapter"
    own = [e for e in read_events(str(worker.ready)) if e["event"] == "failed"]
    assert [e["problems"][0]["code"] for e in own] == ["not_json", "wrong_type"]
    (refusal,) = read_events(bad["events"])
    assert refusal["code"] == "invalid_job"
    assert {p["field"]: p["code"] for p in refusal["problems"]} == {
        "spec.lora_rnk": "unknown_name",
        "spec.learning_rate": "bad_value",
        "spec.lora_rank": "bad_value",
    }


def test_cancel_ends_the_job_and_the_next_one_starts(lasting, job_line):
    worker = lasting
    job, waiting, after = (
        job_line(name="long", **LONG),
        job_line(name="waiting"),
        job_line(name="after", num_train_epochs=1),
    )
    for each in (job, waiting, after):
        worker.send(each)
    wait_for(job["events"], at_step(3))
    worker.send({"cancel": "waiting"})
    worker.send({"cancel": "unheard-of"})
    worker.send({"cancel": "long"})
    ended = wait_for(job["events"], is_last)
    assert ended["event"] == "cancelled" and ended["step"] >= 3
    last = wait_for(waiting["events"], is_last)
    assert (last["event"], last["step"]) == ("cancelled", 0)
    assert wait_for(after["events"], is_last)["event"] == "adapter"


def test_jobs_cancelled_and_paused_while_the_base_is_loading_end_before_any_work(start, job_line):
    worker = start()
    cancelled, paused = job_line(name="cancelled"), job_line(name="paused")
    worker.send(cancelled, paused, {"cancel": "cancelled"}, {"pause": "paused"})
    for job, event in ((cancelled, "cancelled"), (paused, "paused")):
        last = wait_for(job["events"], is_last)
        assert (last["event"], last["step"]) == (event, 0)
        assert [e["event"] for e in read_events(job["events"])] == [event]
    again = job_line(name="paused", attempt=2, num_train_epochs=1)
    worker.send(again)
    assert wait_for(again["events"], is_last)["event"] == "adapter"


def test_pause_leaves_a_checkpoint_to_go_on_from_in_the_same_worker(lasting, job_line):
    worker = lasting
    job = job_line(**LONG)
    worker.send(job)
    wait_for(job["events"], at_step(7))
    worker.send({"pause": job["job"]})
    paused = wait_for(job["events"], is_last)
    assert paused["event"] == "paused" and os.path.isfile(os.path.join(paused["folder"], "manifest.json"))
    again = job_line(attempt=2, resume=paused["folder"], **LONG)
    worker.send(again)
    wait_for(again["events"], at_step(paused["step"] + 2))
    seen = read_events(again["events"])
    assert seen[0]["resumed_from_step"] == paused["step"]
    assert min(training_losses(seen)) == paused["step"] + 1
    worker.send({"cancel": job["job"]})
    wait_for(again["events"], is_last)


def test_sigterm_saves_the_job_and_ends_the_worker(start, job_line):
    worker = start()
    job = job_line(**LONG)
    worker.send(job)
    wait_for(job["events"], at_step(3))
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(PATIENCE_S) == 0
    seen = read_events(job["events"])
    stopped = seen[-1]
    assert (
        stopped["event"] == "stopped"
        and stopped["folder"] == [e for e in seen if e["event"] == "checkpoint"][-1]["folder"]
    )
    assert stopped["step"] == max(training_losses(seen))


def test_the_end_of_input_ends_the_worker_at_once_even_in_a_job(start, job_line):
    worker = start()
    job = job_line(**LONG)
    worker.send(job)
    wait_for(job["events"], at_step(3))
    worker.process.stdin.close()
    assert worker.process.wait(PATIENCE_S) == 0
    assert not any(is_last(e) for e in read_events(job["events"]))


def test_a_worker_killed_at_any_moment_resumes_to_the_same_end(start, job_line):
    seed = int(os.environ.get("TUNE_SEED", time.time()))
    print(f"TUNE_SEED={seed}")
    dice = random.Random(seed)
    spec = {"num_train_epochs": 8, "save_steps": 3, "lora_dropout": 0.1}
    worker, *spare = (start() for _ in range(4))
    whole = job_line(name="whole", **spec)
    worker.send(whole)
    assert wait_for(whole["events"], is_last)["event"] == "adapter"
    expected = training_losses(read_events(whole["events"]))

    attempt, resume = 1, None
    for _ in range(3):
        job = job_line(name="killed", attempt=attempt, resume=resume, **spec)
        worker.send(job)
        started = wait_for(job["events"], lambda e: e["event"] == "started")
        reached = at_step(started["resumed_from_step"] + dice.randint(1, 8))
        # A worker that was faster than this test has ended the job; then the kill hits an idle one.
        wait_for(job["events"], lambda e, reached=reached: reached(e) or is_last(e))
        time.sleep(dice.random() * 0.02)
        worker.process.send_signal(signal.SIGKILL)
        worker.process.wait()
        points = [e for e in read_events(job["events"]) if e["event"] == "checkpoint"]
        resume = points[-1]["folder"] if points else resume
        attempt += 1
        worker = spare.pop()
    job = job_line(name="killed", attempt=attempt, resume=resume, **spec)
    worker.send(job)
    assert wait_for(job["events"], is_last)["event"] == "adapter"
    seen = read_events(job["events"])
    assert seen[0]["resumed_from"] == resume
    losses = training_losses(seen)
    assert sorted(losses) == list(range(seen[0]["resumed_from_step"] + 1, 25))
    assert all(abs(loss - expected[step]) <= TOLERANCE for step, loss in losses.items())
    a, b = read_events(whole["events"])[-1], seen[-1]
    assert (
        b["best_step"] == a["best_step"]
        and abs(b["best_validation_loss"] - a["best_validation_loss"]) <= TOLERANCE
    )
    assert b["trained_tokens"] == a["trained_tokens"]


def test_a_base_that_cannot_be_loaded_is_explained(tmp_path):
    worker = Worker(str(tmp_path), tmp_path, forked=True)
    try:
        assert worker.process.wait(PATIENCE_S) == 2
        (event,) = read_events(str(worker.ready))
        assert event["code"] == "base_unreadable" and "config.json" in event["reason"]
        assert event["retry"], "another machine may have it"
    finally:
        worker.close()


def test_a_full_disk_is_explained_and_ends_only_the_job(lasting, job_line):
    """A limit on file size stands for a full disk: the checkpoint's write fails in the kernel."""
    import resource

    worker = lasting
    wait_for(str(worker.ready), lambda e: e["event"] == "ready")
    job = job_line(lora_rank=64)
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    worker.send(job)
    last = wait_for(job["events"], is_last)
    assert last["code"] == "storage_full" and last["retry"]
    resource.prlimit(
        worker.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )
    again = job_line(name="again", num_train_epochs=1)
    worker.send(again)
    assert wait_for(again["events"], is_last)["event"] == "adapter"


def test_events_that_cannot_be_written_end_the_worker(start, job_line):
    worker = start()
    worker.send(job_line() | {"events": "/dev/full"})
    assert worker.process.wait(PATIENCE_S) == 74


def test_sigterm_ends_an_idle_worker(lasting):
    """The last test of this file, since it ends the worker that the others share."""
    wait_for(str(lasting.ready), lambda e: e["event"] == "ready")
    lasting.process.send_signal(signal.SIGTERM)
    assert lasting.process.wait(PATIENCE_S) == 0
