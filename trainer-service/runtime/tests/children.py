"""Real processes that end at an exact moment of a job, forked from one that has all libraries loaded.

The moment is found inside the process itself, which then sends itself the signal: so a test never has to guess how far
another process has got, on no machine.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest  # noqa: F401  (loaded once, for every child takes its parent's main module)
import torch
import torch.distributed as dist
from running import NEVER, run_job

from tune import base as bases
from tune import curve, events, generate, metrics, parallel, pulse, worker  # noqa: F401
from tune.helpers import local_environment
from tune.parallel import ALONE
from tune.sharded import Shards

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Moment:
    """Kill at a training step: `before` or `after` its event is written, after `half` of it, or at the `file`-th file of the
    first checkpoint from there on (`write`)."""

    kind: str
    step: int
    file: int = 0


@dataclass(frozen=True)
class Place:
    """The `at`-th safe point of a stage; `then` is what happens there: "term" (SIGTERM) or "hang" (SIGTERM, and no end)."""

    stage: str
    at: int
    then: str = "term"


def context():
    """The processes' parent; it is started by the first of them."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["children"])
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    return made


def end(target, *arguments) -> int:
    """The exit status of a child that ran `target`; minus the signal's number where one ended it."""
    child = context().Process(target=target, args=arguments)
    child.start()
    child.join()
    status = child.exitcode
    child.close()
    return status


def run_and_die(base_folder: str, job: dict, moment: Moment | None) -> None:
    """Runs a job up to the moment at which the process kills itself; without one, to its end."""
    torch.set_num_threads(1)
    base = bases.load(base_folder, bases.Place(torch.device("cpu"), torch.float32))
    if moment:
        arm(moment)
    run_job(job, base)


def run_alone(base_folder: str, job: str, ready: str, moment: Moment | None) -> None:
    """Runs the job in a file as torchrun's only process, up to the moment at which that kills itself."""
    if moment:
        arm(moment)
    worker.INTERVAL_S = NEVER
    os._exit(worker.one_job(base_folder, job, ready, ALONE))


def leave_two(told: int | None, rank: int, meet: str) -> None:
    """Ends with the status with which a team of two is left, one of which is told to end."""
    os.environ |= local_environment()
    team = parallel.join(rank, 2, dist.FileStore(meet, 2))
    os._exit(team.leave(rank == told))


def tokens_of_a_batch(base_folder: str, rank: int, meet: str) -> None:
    """Ends with how many tokens a batch of a model has that is spread over two, where a batch of its own has 100 in the first
    and 50 in the second."""
    os.environ |= local_environment()
    team = parallel.join(rank, 2, dist.FileStore(meet, 2))
    base = bases.load(base_folder, bases.Place(torch.device("cpu"), torch.float32))
    network = Shards(base.model, team).network
    bases.Place.batch_tokens = 50 * (2 - rank)
    os._exit(generate.batch_tokens(network, base))


class Forked:
    """A child that runs `target(*arguments)` with a pipe as its standard input and a file for all that it prints; to its
    user it is a `subprocess.Popen`."""

    def __init__(self, target, *arguments, log: Path):
        inlet, outlet = multiprocessing.Pipe(duplex=False)
        self._child = context().Process(target=_piped, args=(inlet, str(log), target, *arguments))
        self._child.start()
        inlet.close()
        self.pid = self._child.pid
        self.stdin = os.fdopen(os.dup(outlet.fileno()), "wb")
        outlet.close()

    def poll(self) -> int | None:
        return self._child.exitcode

    def wait(self, seconds: float | None = None) -> int:
        self._child.join(seconds)
        assert self._child.exitcode is not None, f"it still runs after {seconds} s"
        return self._child.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._child.kill()


def _piped(inlet, log: str, target, *arguments) -> None:
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for here, there in ((inlet.fileno(), 0), (output, 1), (output, 2)):
        os.dup2(here, there)
    inlet.close()
    sys.stdin = os.fdopen(0)
    os._exit(target(*arguments))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(3600)


def arm(moment: Moment) -> None:
    emit, beat = events.Events.emit, pulse.Pulse.beat
    reached, files = False, 0

    def emitting(self: events.Events, event: object) -> None:
        nonlocal reached
        trained = isinstance(event, events.Progress) and event.stage == "training" and event.learning_rate
        here = trained and event.step == moment.step
        reached = reached or bool(here)
        if here and moment.kind == "before":
            die()
        if here and moment.kind == "half":
            os.write(self._fd, b'{"event": "progress", "ti')
            die()
        emit(self, event)
        if here and moment.kind == "after":
            die()

    def beating(self: pulse.Pulse) -> None:
        nonlocal files
        if reached and moment.kind == "write" and self.stage == "checkpoint":
            files += 1
            if files == moment.file:
                die()
        beat(self)

    events.Events.emit, pulse.Pulse.beat = emitting, beating


def work_and_leave(base_folder: str, ready: str, job: dict, place: Place) -> None:
    """The whole worker with one job on its standard input, told to end at the place."""
    seen = 0
    check, beat = pulse.Pulse.check, pulse.Pulse.beat

    def here(self: pulse.Pulse) -> None:
        nonlocal seen
        if self.stage != place.stage:
            return
        seen += 1
        if seen == place.at:
            os.kill(os.getpid(), signal.SIGTERM)
            if place.then == "hang":
                time.sleep(3600)

    def checking(self: pulse.Pulse) -> None:
        here(self)
        check(self)

    def beating(self: pulse.Pulse) -> None:
        if self.stage == "checkpoint":
            here(self)
        beat(self)

    pulse.Pulse.check, pulse.Pulse.beat = checking, beating
    worker.DEADLINE_S = 0.2 if place.then == "hang" else 120  # a slow machine is no hang
    inlet, outlet = os.pipe()
    os.write(outlet, json.dumps(job).encode() + b"\n")
    sys.stdin = os.fdopen(inlet)
    os._exit(worker.main(["--base", base_folder, "--ready", ready, "--threads", "1", "--beat", str(NEVER)]))
