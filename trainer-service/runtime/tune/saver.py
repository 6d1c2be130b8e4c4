"""Checkpoints written beside the training on a GPU, which goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tune.checkpoint import Checkpoint

Written = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Saved:
    """A complete checkpoint: the step, its folder and hashes, what the event says of it."""

    step: int
    folder: str
    sha256: dict[str, str]
    loss: float | None
    validation_loss: float | None
    best: bool


class Saver:
    """Writes one checkpoint at a time by `write(checkpoint)` and calls `saved` for each that is complete, in order.

    With `beside` a thread writes; the checkpoint's tensors must then be copies, and `saved` is called by `poll`, `wait` or
    the next `save`, on the caller's thread. What `write` raises comes out of the same calls.
    """

    def __init__(self, write: Callable[[Checkpoint], Written], saved: Callable[[Saved], None], beside: bool):
        self._write, self._saved = write, saved
        self._pool = ThreadPoolExecutor(1, "saver") if beside else None
        self._running: tuple[Future, Callable[[Written], Saved]] | None = None
        self.last: Saved | None = None

    def save(self, checkpoint: Checkpoint, best: bool) -> None:
        self.wait()
        state = checkpoint.state
        step, loss, validation_loss = state.step, state.loss, state.validation_loss

        def about(written: Written) -> Saved:
            return Saved(step, *written, loss, validation_loss, best)

        if self._pool:
            self._running = self._pool.submit(self._write, checkpoint), about
        else:
            self._tell(about(self._write(checkpoint)))

    def poll(self) -> None:
        """Tells of a checkpoint that has become complete, without waiting for one."""
        if self._running and self._running[0].done():
            self.wait()

    def wait(self) -> None:
        if self._running:
            (future, about), self._running = self._running, None
            self._tell(about(future.result()))

    def _tell(self, saved: Saved) -> None:
        self.last = saved
        self._saved(saved)

    def close(self) -> None:
        """Lets a write that runs come to its end; what it made is not told of any more."""
        if self._pool:
            self._pool.shutdown(wait=True)
