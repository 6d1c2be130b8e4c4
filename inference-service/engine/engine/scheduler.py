"""One thread that owns the networks and moves every request on, a token at a time."""

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import torch

from engine.batch import Batch, batch_on
from engine.errors import Refused
from engine.job import Job, Piece
from engine.sampling import pick_all

log = logging.getLogger(__name__)

_PROMPT_TOKENS_A_ROUND = 2048


class Scheduler:
    """Continuous batching: a round reads some new prompts, then gives each running request one token.

    Requests start in the order they came. A round visits every network in use, so answers of several
    adapters grow side by side. At most `max_rows` requests and `max_networks` adapter networks run at
    once; at most `max_waiting` wait, and more are refused with 429.

    A request that fails ends alone. When the thread itself fails, or the accelerator under it, `failure`
    says so from then on, every request gets 503, and `on_failure` is called once, on the event loop.
    """

    def __init__(
        self,
        base: Any,
        max_rows: int,
        max_networks: int,
        max_waiting: int,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._base = base
        self._max_rows = max_rows
        self._max_networks = max_networks
        self._max_waiting = max_waiting
        self._on_failure = on_failure
        self._waiting: deque[Job] = deque()
        self._admitted: deque[Job] = deque()
        self._batches: dict[Any, Batch] = {}
        self._unsent: list[tuple[Job, Piece]] = []
        self._changed = threading.Condition()
        self._closing = False
        self._seconds_a_job = 1.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="scheduler", daemon=True)
        self.tokens = 0
        self.failure: str | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def close(self) -> None:
        """Ends the thread after the step it is in; requests that still run get an error."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout=30)

    @property
    def running(self) -> int:
        return sum(len(batch.jobs) for batch in list(self._batches.values()))

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def submit(self, *jobs: Job) -> None:
        """Queues the jobs of a request, all or none; refuses with 429 when the queue is full and 503 when
        nothing works it off."""
        with self._changed:
            self.check()
            if self._closing:
                raise Refused(503, "The engine is shutting down.")
            if len(self._waiting) + len(jobs) > max(self._max_waiting, len(jobs)):
                seconds = self._seconds_a_job * len(self._waiting) / self._max_rows
                raise Refused(
                    429,
                    f"{len(self._waiting)} requests are waiting already. Try again later.",
                    code="queue_full",
                    retry_after=min(60, max(1, math.ceil(seconds))),
                )
            self._waiting.extend(jobs)
            self._changed.notify()

    def check(self) -> None:
        """Refuses with 503 when the thread has failed."""
        if self.failure:
            raise Refused(503, self.failure)

    def cancel(self, job: Job) -> None:
        """Stops work on the job: at once while it waits, before its next token while it runs."""
        with self._changed:
            job.cancelled = True
            if job in self._waiting:
                self._waiting.remove(job)

    def _work(self) -> None:
        try:
            with torch.inference_mode():
                while self._round():
                    pass
        except BaseException as error:
            log.exception("scheduler stopped")
            with self._changed:
                self.failure = f"The engine has stopped working: {type(error).__name__}."
        finally:
            self._end_all()

    def _round(self) -> bool:
        """Moves every request on by a token; False when the thread is to end. A method of its own, so that
        no name of it keeps a job while the thread waits for the next."""
        started = self._admit()
        if started is None:
            return False
        self._admitted.extend(started)
        while self._admitted:
            self._start(self._admitted.popleft())
        for batch in list(self._batches.values()):
            self._step(batch)
        self._send()
        return True

    def _admit(self) -> list[Job] | None:
        """The jobs to start in this round; waits while there is nothing at all to do."""
        with self._changed:
            while not (self._waiting or self._batches or self._closing):
                self._changed.wait()
            if self._closing:
                return None
            rows = self.running
            networks = {network for network in self._batches if network is not self._base}
            started, tokens = [], 0
            while self._waiting and rows + len(started) < self._max_rows:
                job = self._waiting[0]
                needed = networks | {job.adapter.network} - {self._base}
                tokens += len(job.prompt)
                # The first in line is never overtaken, so that a busy adapter cannot starve another.
                if len(needed) > self._max_networks or (started and tokens > _PROMPT_TOKENS_A_ROUND):
                    break
                networks = needed
                started.append(self._waiting.popleft())
            return started

    def _start(self, job: Job) -> None:
        network = job.adapter.network
        batch = self._batches.get(network) or batch_on(network)
        job.begun = time.monotonic()
        try:
            cache, logits = batch.read(job)
            if self._take([job], logits):
                return
        except Exception as error:
            self._fail([job], error, beside=bool(self._batches))
            return
        try:
            batch.join(job, cache)
            self._batches[network] = batch
        except Exception as error:
            self._batches.pop(network, None)
            self._fail(batch.jobs, error)

    def _step(self, batch: Batch) -> None:
        try:
            batch.drop({job for job in batch.jobs if job.cancelled})
            if batch.jobs:
                batch.drop(self._take(batch.jobs, batch.step()))
        except Exception as error:
            self._batches.pop(batch.network, None)
            self._fail(batch.jobs, error)
            return
        if not batch.jobs:
            self._batches.pop(batch.network, None)

    def _take(self, jobs: list[Job], logits: torch.Tensor) -> set[Job]:
        """Chooses one token for each job; returns the jobs that are done."""
        tokens = pick_all(logits, [job.sampler for job in jobs])
        self.tokens += len(tokens)
        done = set()
        for row, (job, token) in enumerate(zip(jobs, tokens, strict=True)):
            piece = job.take(token, logits[row])
            if piece is None:
                continue
            self._unsent.append((job, piece))
            if piece.is_last:
                done.add(job)
                seconds = time.monotonic() - job.begun
                self._seconds_a_job += 0.1 * (seconds - self._seconds_a_job)
        return done

    def _fail(self, jobs: list[Job], error: Exception, beside: bool = False) -> None:
        """Ends these jobs with an error that names no internals; the other jobs go on.

        Of several that ran out of memory together the largest does not fit; the others may come again, as
        may one that found none `beside` others that run.
        """
        log.error("step failed jobs=%d", len(jobs), exc_info=error)
        largest = (
            None if beside else max(jobs, key=lambda job: len(job.prompt) + job.generated, default=None)
        )
        for job in jobs:
            self._unsent.append((job, Piece(error=_refusal(error, job is not largest))))
        if isinstance(error, torch.AcceleratorError):
            raise error  # nothing that runs on the device can succeed any more

    def _send(self) -> None:
        if not self._unsent:
            return
        pieces, self._unsent = self._unsent, []
        self._tell(_deliver, pieces)

    def _tell(self, function: Callable, *arguments: Any) -> None:
        """Calls the function on the event loop."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed: nobody is left to tell
            log.warning("not told at shutdown function=%s", function.__name__)

    def _end_all(self) -> None:
        with self._changed:
            jobs = [*self._admitted, *self._waiting]
            self._admitted.clear()
            self._waiting.clear()
        jobs += [job for batch in self._batches.values() for job in batch.jobs]
        self._batches.clear()
        refusal = Refused(503, self.failure or "The engine is shutting down.")
        self._unsent += [(job, Piece(error=refusal)) for job in jobs]
        self._send()
        if self.failure:
            self._tell(self._on_failure)


def _refusal(error: Exception, fits: bool) -> Refused:
    if not isinstance(error, torch.OutOfMemoryError):
        return Refused(500, "The engine failed on this request.", code="engine_error")
    if fits:
        return Refused(
            503, "Out of memory beside other requests: try again.", code="engine_busy", retry_after=1
        )
    return Refused(503, "Out of memory: send a shorter request.", code="out_of_memory")


def _deliver(pieces: list[tuple[Job, Piece]]) -> None:
    for job, piece in pieces:
        if not job.cancelled:
            job.deliver(piece)
