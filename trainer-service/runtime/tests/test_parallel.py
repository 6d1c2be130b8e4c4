"""Several processes that train one model: the same losses as one, one adapter, and no half-dead team."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from children import Moment, end, leave_two, run_alone, tokens_of_a_batch
from conftest import chat, read_events, write_lines
from running import Spread, named, run_job
from safetensors.torch import load_file
from test_worker import PATIENCE_S, RUNTIME, Worker

from tune import base as bases
from tune import generate, smaller
from tune.control import Control
from tune.data import Example
from tune.failure import Stop
from tune.helpers import local_environment
from tune.parallel import Team
from tune.pulse import Pulse


def losses(seen: list[dict]) -> list[float]:
    return [e["loss"] for e in named(seen, "progress") if e.get("learning_rate") is not None]


def until(worker: Worker, job: dict, kind: str) -> list[dict]:
    """The job's events once one of this kind is there, or the worker is gone."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        gone = worker.process.poll() is not None
        seen = read_events(job["events"])
        if gone or named(seen, kind):
            return seen
        time.sleep(0.05)
    raise AssertionError(f"no {kind} event within {PATIENCE_S} s")


@pytest.fixture(scope="module")
def team(base_folder, tmp_path_factory):
    """One for all tests that leave it as it was."""
    worker = Worker(base_folder, tmp_path_factory.mktemp("team"), "--gpus", "2")
    yield worker
    worker.close()


@pytest.fixture
def forked_team(base_folder, tmp_path):
    """The same, its worker forked."""
    worker = Worker(base_folder, tmp_path, "--gpus", "2", forked=True)
    yield worker
    worker.close()


class UntilAStep(Control):
    """Pauses a job once it has reported a step."""

    def __init__(self, events: str):
        super().__init__()
        self._events = events

    def check(self, job: str) -> None:
        if losses(read_events(self._events)):
            raise Stop("paused")


def helper(worker: Worker) -> int:
    """The process id of the worker's one helper."""
    return int(Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text().split()[0])


def test_two_processes_train_to_the_losses_of_one(team, base, job_line):
    alone = run_job(job_line(name="alone", optim="adamw"), base)
    job = job_line(name="together", optim="adamw")
    team.send(job)
    together = until(team, job, "adapter")
    assert together[-1]["event"] == "adapter", together[-1]
    assert losses(together) == pytest.approx(losses(alone), abs=1e-4)
    assert together[-1]["trained_tokens"] == alone[-1]["trained_tokens"]
    tuned = [named(seen, "evaluated")[-1]["metrics"]["loss"] for seen in (alone, together)]
    assert tuned[1] == pytest.approx(tuned[0], abs=1e-3)


@pytest.mark.parametrize("method", [{}, {"method": "full", "learning_rate": 1e-3}])
def test_a_stop_of_two_is_gone_on_from_by_one(method, forked_team, base, job_line):
    more = {"num_train_epochs": 8, "save_steps": 1} | method
    alone = run_job(job_line(name="alone", **more), base)
    job = job_line(name="together", **more)
    forked_team.send(job)
    until(forked_team, job, "checkpoint")
    forked_team.process.send_signal(signal.SIGTERM)
    assert forked_team.process.wait(PATIENCE_S) == 0, "its helper has ended"
    seen = read_events(job["events"])
    point = named(seen, "checkpoint")[-1]
    rest = run_job(job_line(attempt=2, name="together", resume=point["folder"], **more), base)
    first = [x for x in losses(seen)][: point["step"]]
    assert first + losses(rest) == pytest.approx(losses(alone), abs=1e-4)


def test_a_second_job_finds_the_team_ready(team, job_line):
    for name in ("one", "two"):
        job = job_line(name=name)
        team.send(job)
        assert until(team, job, "adapter")[-1]["event"] == "adapter"


def test_a_killed_helper_ends_the_worker_and_the_next_attempt_goes_on(forked_team, base, job_line):
    job = job_line(num_train_epochs=2000, save_steps=1, eval_steps=1000)
    forked_team.send(job)
    until(forked_team, job, "checkpoint")
    os.kill(helper(forked_team), signal.SIGKILL)
    assert forked_team.process.wait(PATIENCE_S) == 70
    point = named(read_events(job["events"]), "checkpoint")[-1]
    again = job | {"attempt": 2, "resume": point["folder"], "events": job["events"] + "2"}
    rest = run_job(again, base, UntilAStep(again["events"]))
    assert rest[0]["resumed_from_step"] == point["step"]
    assert rest[-1]["event"] == "paused" and losses(rest)


def test_helpers_end_with_their_worker(forked_team, job_line):
    job = job_line()
    forked_team.send(job)
    until(forked_team, job, "started")
    other = helper(forked_team)
    forked_team.process.kill()
    forked_team.process.wait()
    end = time.monotonic() + PATIENCE_S
    while runs(other):
        assert time.monotonic() < end
        time.sleep(0.05)


def runs(process: int) -> bool:
    """Whether there is such a process that has not ended; it may do so at any moment."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_step_is_split_evenly_and_whole():
    lengths = [50, 10, 40, 30, 20, 10]
    parts = Team(0, 3).split(range(6), lengths)
    assert sorted(i for part in parts for i in part) == list(range(6))
    assert max(sum(lengths[i] for i in part) for part in parts) <= 60
    assert Team(0, 3).split([4], lengths) == [[4], [], []]


def test_torchrun_starts_a_team_for_one_job(base_folder, tmp_path, job_line):
    job = job_line(save_steps=1)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    names = ["--standalone", "--nproc-per-node", "2", "-m", "tune.rank", "--base", base_folder]
    names += ["--job", str(file), "--ready", str(tmp_path / "ready.jsonl")]
    environment = dict(os.environ) | {"OMP_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", *names],
        cwd=RUNTIME,
        env=environment,
        check=True,
        timeout=PATIENCE_S,
        capture_output=True,
    )
    seen = read_events(job["events"])
    assert seen[-1]["event"] == "adapter"
    saved = [e["step"] for e in named(seen, "checkpoint")]
    assert saved == [1, 2, 3, 4, 5, 6] and checkpoints(job) == ["step-00000005", "step-00000006"]


def two_machines(base_folder: str, folder: Path) -> list[subprocess.Popen]:
    """torchrun as on two machines with one process each; they meet at the first as the pods of the indexed Job do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=static", "--master-addr=127.0.0.1"]
    names += [f"--master-port={port}"]
    job = ["-m", "tune.rank", "--base", base_folder, "--job", str(folder / "job.json")]
    job += ["--ready", str(folder / "ready.jsonl")]
    return [
        subprocess.Popen(
            [sys.executable, "-m", "torch.distributed.run", *names, f"--node-rank={n}", *job],
            cwd=RUNTIME,
            env=local_environment() | {"OMP_NUM_THREADS": "1"},
        )
        for n in range(2)
    ]


def test_no_machine_is_done_when_one_is_told_to_end_and_all_go_on_when_started_again(
    base_folder, tmp_path, job_line
):
    job = job_line(num_train_epochs=40, save_steps=1000, validation=False, test=False)
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    machines = two_machines(base_folder, tmp_path)
    try:
        end = time.monotonic() + PATIENCE_S
        while not losses(read_events(job["events"])):
            assert time.monotonic() < end
            time.sleep(0.05)
        machines[0].send_signal(signal.SIGTERM)
        assert all(machine.wait(PATIENCE_S) for machine in machines)
        before = read_events(job["events"])
        assert before[-1]["event"] == "stopped" and before[-1]["step"] > 0
        machines = two_machines(base_folder, tmp_path)
        assert [machine.wait(PATIENCE_S) for machine in machines] == [0, 0]
    finally:
        for machine in machines:
            machine.kill()
            machine.wait()
    after = read_events(job["events"])[len(before) :]
    assert after[0]["resumed_from_step"] == before[-1]["step"]
    assert after[-1]["event"] == "adapter"


@pytest.mark.parametrize(("told", "status"), [(None, 0), (0, 70), (1, 70)])
def test_a_team_is_left_by_all_alike(told, status, tmp_path):
    meet = str(tmp_path / "meet")
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda rank: end(leave_two, told, rank, meet), range(2))
        assert list(ends) == [status, status]


def checkpoints(job: dict) -> list[str]:
    return sorted(os.listdir(Path(job["workdir"], "checkpoints")))


def test_a_run_that_is_started_again_goes_on_from_its_newest_checkpoint(base_folder, tmp_path, job_line):
    job = job_line(num_train_epochs=4, save_steps=2)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    ready = str(tmp_path / "ready.jsonl")
    assert end(run_alone, base_folder, str(file), ready, Moment("after", 5)) == -signal.SIGKILL
    before = read_events(job["events"])
    Path(job["workdir"], "checkpoints", "step-99999999.part").mkdir()
    assert end(run_alone, base_folder, str(file), ready, None) == 0
    after = read_events(job["events"])[len(before) :]
    assert after[0]["resumed_from_step"] == named(before, "checkpoint")[-1]["step"] == 4
    assert after[-1]["event"] == "adapter"
    assert checkpoints(job) == ["step-00000010", "step-00000012"], "nothing half written either"


def test_a_full_fine_tune_spread_over_two_has_the_losses_of_one_and_plain_weights(team, base, job_line):
    more = {"method": "full", "learning_rate": 1e-3, "save_steps": 2}
    alone = run_job(job_line(name="alone", **more), base)
    job = job_line(name="together", **more)
    team.send(job)
    together = until(team, job, "adapter")
    assert together[-1]["event"] == "adapter", together[-1]
    assert losses(together) == pytest.approx(losses(alone), abs=1e-4)
    ours, theirs = (
        load_file(Path(seen[-1]["folder"], "adapter_model.safetensors")) for seen in (together, alone)
    )
    assert ours.keys() == theirs.keys()
    assert all((ours[name] - theirs[name]).abs().max() < 5e-4 for name in ours)


@pytest.mark.parametrize(("model", "task"), [("bert", "regression"), ("t5", "sft")])
def test_a_spread_training_has_the_losses_of_one_where_a_process_has_no_example(
    model, task, held, tmp_path, job_line
):
    folder = shutil.copytree(held(model)[0], tmp_path / model)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {name: 0.0 for name in config if "dropout" in name and config[name]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    base = bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))
    rows = [chat(f"{'+' * (n + 1)}", str(n % 4 + 1)) for n in range(6)]
    paths = {"train": write_lines(tmp_path / "train.jsonl", rows), "task": task}
    spec = {"method": "full", "learning_rate": 1e-3, "per_device_train_batch_size": 1, "num_train_epochs": 1}
    more = {"folder_of_base": str(folder), "validation": False, "test": False} | spec
    alone = run_job(job_line(name="alone", **more) | {"dataset": paths}, base)
    worker = Worker(str(folder), tmp_path, "--gpus", "2", forked=True)
    try:
        job = job_line(name="together", **more) | {"dataset": paths}
        worker.send(job)
        together = until(worker, job, "adapter")
    finally:
        worker.close()
    assert together[-1]["event"] == "adapter", together[-1]
    assert losses(together) == pytest.approx(losses(alone), abs=1e-4)
    assert [e["mean_token_accuracy"] for e in named(together, "progress")] == [
        e["mean_token_accuracy"] for e in named(alone, "progress")
    ]


def test_batches_of_a_spread_model_are_as_large_as_the_smallest_of_its_processes(base_folder, tmp_path):
    meet = str(tmp_path / "meet")
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda rank: end(tokens_of_a_batch, base_folder, rank, meet), range(2))
        assert list(ends) == [50, 50]


def test_no_process_alone_goes_on_with_smaller_batches_of_a_spread_model(base, monkeypatch):
    def short(*given: object, **named: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(base.model, "forward", short)
    monkeypatch.setattr(smaller, "mean_loss", short)
    examples = [Example(1, np.arange(4), np.ones(4, np.float32), [0, 1], [], "", False) for _ in range(2)]
    said: list[object] = []
    pulse = Pulse(said.append, lambda: None)
    prompts = [[1, 2], [3, 4]]
    evaluations = [
        lambda: smaller.loss_of(base.model, base, examples, 2, pulse),
        lambda: smaller.in_batches(base.model, [2, 2], 2, short, pulse),
        lambda: generate.greedy_all(base.model, base, prompts, 2, said.append, said.append),
    ]
    for spread in (False, True):
        if spread:
            monkeypatch.setattr(base.model, "spread_over", Spread(), raising=False)
        for evaluation in evaluations:
            said.clear()
            with pytest.raises(torch.OutOfMemoryError):
                evaluation()
            assert bool(said) != spread


def test_an_optimizer_that_cannot_be_spread_is_refused_and_the_team_ends(forked_team, job_line):
    job = job_line(name="refused", method="full", optim="adamw_8bit")
    forked_team.send(job)
    refused = until(forked_team, job, "failed")[-1]
    assert (refused["code"], refused["field"]) == ("not_available", "spec.optim")
    assert "cannot be spread over several GPUs; use adamw" in refused["reason"]
    assert forked_team.process.wait(PATIENCE_S) == 70


def test_a_spread_training_is_gone_on_from_by_one_and_by_two(team, base, job_line):
    more = {"method": "full", "learning_rate": 1e-3, "save_steps": 2}
    job = job_line(name="together", **more)
    team.send(job)
    whole = until(team, job, "adapter")
    point = named(whole, "checkpoint")[0]
    alone = run_job(job_line(attempt=2, name="together", resume=point["folder"], **more), base)
    assert losses(alone) == pytest.approx(losses(whole)[point["step"] :], abs=1e-4)
    again = job_line(attempt=3, name="together", resume=point["folder"], **more)
    team.send(again)
    two = until(team, again, "adapter")
    assert two[0]["resumed_from_step"] == point["step"]
    assert losses(two) == pytest.approx(losses(whole)[point["step"] :], abs=1e-4)
