"""The resident worker: loads one base model, then runs the jobs that arrive on standard input, one after another."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import asdict

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Threads that wait by spinning take the cores from whatever else runs on the machine: six times slower was seen.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch

from tune import base as bases
from tune import checkpoint, events, parallel, run
from tune.base import Base
from tune.control import Control
from tune.failure import Failure, Stop, explain
from tune.helpers import Helpers
from tune.job import Job, JobRefused, parse
from tune.parallel import ALONE, Team
from tune.pulse import INTERVAL_S, Pulse
from tune.rehearsal import rehearse_when_idle
from tune.versions import versions

log = logging.getLogger("tune")
DEADLINE_S = 40
TORCHRUN_DEADLINE_S = 25
"""torchrun kills its processes 30 s after it has told them to end."""
KEPT = 2


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 end of input or SIGTERM, 2 the base cannot be loaded, 70 another process of its team is lost or a job
    left the base in pieces, 74 events cannot be written."""
    options = read_arguments(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    control, lines = Control(), queue.SimpleQueue()
    end_on_sigterm(control)
    threading.Thread(target=watch, args=(sys.stdin.buffer, control, lines), name="stdin", daemon=True).start()
    worker_events = events.Events(os.path.abspath(options.ready))
    began = time.perf_counter()
    keep_compiled(options.ready)
    size = parallel.wanted(options.gpus)
    helpers = Helpers(os.path.abspath(options.base), size, options.threads) if size > 1 else None
    try:
        base = bases.load(os.path.abspath(options.base), bases.place())
    except Failure as failure:
        log.error("%s", failure.reason)
        worker_events.emit(failed(failure))
        return 2
    torch.set_num_threads(options.threads or bases.threads(base))
    team = helpers.join() if helpers else ALONE
    worker_events.emit(ready(base, torch.get_num_threads(), time.perf_counter() - began))
    threading.Thread(target=warm, name="warm", daemon=True).start()
    rehearse_when_idle(base, lambda: lines.empty() and not control.ending)
    gc.freeze()  # or every job looks through all that is loaded for garbage: 0.3 s
    while line := next_line(lines, control):
        done = work(line, base, control, worker_events, options.beat, team)
        if done != 0:
            return done
    if helpers:
        helpers.close(team)
    return 0


def one_job(folder: str, job: str, ready_file: str, team: Team) -> int:
    """Runs the one job in a file as the first process of a team that was started from outside, then ends the team.

    A job that names no checkpoint goes on from the newest that its folder has: it was started before. Nobody else takes
    older ones away, so of these the newest two stay unless the job says how many: the last may turn out damaged.
    Returns a status that all of the team end with (`Team.leave`), or that of `work` if they may be left waiting.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    control = Control()
    end_on_sigterm(control, TORCHRUN_DEADLINE_S)
    worker_events = events.Events(os.path.abspath(ready_file))
    keep_compiled(ready_file)
    began = time.perf_counter()
    base = bases.load(os.path.abspath(folder), bases.place())
    torch.set_num_threads(bases.threads(base))
    worker_events.emit(ready(base, torch.get_num_threads(), time.perf_counter() - began))
    with open(job, "rb") as file:
        line = file.read()
    with contextlib.suppress(ValueError, KeyError, TypeError):
        raw = json.loads(line)
        control.expect(raw["job"])
        if raw.get("save_total_limit") is None:
            raw["save_total_limit"] = KEPT
        if raw.get("resume") is None and (newest := checkpoint.newest(raw["workdir"])):
            raw |= {"resume": newest, "resume_sha256": None}
        line = json.dumps(raw).encode()
    done = work(line, base, control, worker_events, INTERVAL_S, team)
    if done != 0:
        return done
    team.tell(None)
    return team.leave(control.ending)


def keep_compiled(ready_file: str) -> None:
    """What is compiled stays on disk beside the worker's own files, so that the next worker need not compile it."""
    folder = os.path.join(os.path.dirname(os.path.abspath(ready_file)), "compiled")
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", folder)
    os.environ.setdefault("TRITON_CACHE_DIR", os.path.join(folder, "triton"))


def next_line(lines: queue.SimpleQueue, control: Control) -> bytes | None:
    """The next job's line, waiting for it; None when the worker is to end.

    It looks up twice a second, because a system may hand the signal to another thread and leave this one asleep.
    """
    while not control.ending:
        with contextlib.suppress(queue.Empty):
            return lines.get(timeout=0.5)
    return None


def warm() -> None:
    """Loads what a job needs only at its end while the worker waits for its first; a failure shows when it is used."""
    for module in ("matplotlib.backends.backend_svg", "rouge_score.rouge_scorer", "sacrebleu.metrics"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tune.worker", description=__doc__)
    parser.add_argument("--base", required=True, help="folder of the base model")
    parser.add_argument("--ready", required=True, help="file for the worker's own events: ready, or failed")
    parser.add_argument(
        "--gpus",
        help='GPUs that train a job together, or "all" (default: TRAINER_GPUS of the environment, or 1)',
    )
    parser.add_argument("--threads", type=int, help="CPU threads (default: all; 2 at most for a small base)")
    parser.add_argument(
        "--beat", type=float, default=INTERVAL_S, help="seconds of silence after which a job says it works"
    )
    return parser.parse_args(arguments)


def end_on_sigterm(control: Control, seconds: float | None = None) -> None:
    """SIGTERM lets the running job save itself; whatever happens, the process is gone within 45 s, or after so
    many seconds."""

    def on_term(signum: int, frame: object) -> None:
        if not control.ending:
            control.ending = True
            timer = threading.Timer(seconds or DEADLINE_S, os._exit, [143])
            timer.daemon = True
            timer.start()

    signal.signal(signal.SIGTERM, on_term)
    signal.signal(signal.SIGINT, on_term)


def watch(stdin: object, control: Control, lines: queue.SimpleQueue) -> None:
    """Passes jobs on and requests to `control`; at the end of input the parent is gone and so is this process."""
    for line in stdin:
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            raw = None
        asked = [
            (kind, raw[name])
            for name, kind in (("cancel", "cancelled"), ("pause", "paused"))
            if isinstance(raw, dict) and name in raw
        ]
        if asked:
            for kind, job in asked:
                if not control.ask(str(job), kind):
                    log.info("ignored: job %s is not here, so it cannot be %s", job, kind)
            continue
        if isinstance(raw, dict) and isinstance(raw.get("job"), str):
            control.expect(raw["job"])
        lines.put(line)
    os._exit(0)


def work(
    line: bytes,
    base: Base,
    control: Control,
    worker_events: events.Events,
    beat: float,
    team: Team = ALONE,
) -> int:
    """Runs one job line to its last event. Returns 0 or the status to end with: 74 where events cannot be written, 70 after a
    failed job where others trained with this process, since they may be left waiting in it, and after one that the base did
    not come out of whole."""
    name = None
    try:
        try:
            job = parse(line)
        except JobRefused as refusal:
            name = refusal.job
            refuse(refusal, worker_events)
            return 0
        name = job.job
        own = events.Events(job.events)
        try:
            last = outcome(job, base, own, control, beat, team)
            own.emit(last)
        finally:
            own.close()
        waiting = team.size > 1 and isinstance(last, events.Failed)
        return 70 if waiting or not base.whole else 0
    except OSError:
        log.exception("the events of job %s cannot be written", name)
        return 74
    finally:
        if name:
            control.forget(name)


def refuse(refusal: JobRefused, worker_events: events.Events) -> None:
    """Answers a line that is no job: in its events file if it names one, else in the worker's own."""
    first = refusal.problems[0]
    more = f" (and {len(refusal.problems) - 1} more)" if len(refusal.problems) > 1 else ""
    listed = [asdict(problem) for problem in refusal.problems]
    reason = f"{first.field or 'job'}: {first.reason}{more}"
    event = events.Failed("invalid_job", reason, first.field or None, problems=listed)
    log.error("job refused: %s", refusal)
    if refusal.events is None:
        worker_events.emit(event)
        return
    own = events.Events(refusal.events)
    own.emit(event)
    own.close()


def outcome(
    job: Job,
    base: Base,
    own: events.Events,
    control: Control,
    beat: float = INTERVAL_S,
    team: Team = ALONE,
) -> object:
    """Runs the job and returns its last event, whatever happens."""
    log.info("job %s attempt %d", job.job, job.attempt)
    try:
        if os.path.realpath(job.base.folder) != os.path.realpath(base.folder):
            raise Failure(
                "wrong_base",
                f"This worker holds the base in {base.folder}; the job asks for {job.base.folder}.",
                "base.folder",
            )
        os.makedirs(job.workdir, exist_ok=True)
        return run.run(job, base, Pulse(own.emit, lambda: control.check(job.job), beat), team)
    except Stop as stop:
        log.info("job %s %s at step %d", job.job, stop.kind, stop.step)
        if stop.kind == "cancelled":
            return events.Cancelled(stop.step)
        return (events.Paused if stop.kind == "paused" else events.Stopped)(stop.step, stop.folder)
    except Exception as error:
        log.exception("job %s failed", job.job)
        return failed(explain(error))
    finally:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def failed(failure: Failure) -> events.Failed:
    listed = [asdict(problem) for problem in failure.problems]
    return events.Failed(failure.code, failure.reason, failure.field, failure.line, failure.retry, listed)


def ready(base: Base, threads: int, seconds: float) -> events.Ready:
    about = {
        "folder": base.folder,
        "sha256": base.sha256,
        "parameters": base.parameters,
        "max_positions": base.max_positions,
    }
    dtype = str(base.place.dtype).removeprefix("torch.")
    return events.Ready(
        about, base.place.device.type, dtype, threads, os.getpid(), round(seconds, 3), versions()
    )


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The stdin thread sits in a blocking read, which an orderly interpreter shutdown would trip over.
    os._exit(status)
