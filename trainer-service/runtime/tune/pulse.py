"""What a job does at its safe points: it ends if it was asked to, and says that it still works."""

from __future__ import annotations

import time
from collections.abc import Callable

from tune import events

INTERVAL_S = 20.0


class Pulse:
    """Passes a job's events on; between two of them it says `working` whenever `interval` seconds went by in silence.

    The job itself has to come by (`check` or `beat`): a thread of its own would go on saying so for a job that hangs.
    """

    def __init__(
        self, emit: Callable[[object], None], asked: Callable[[], None], interval: float = INTERVAL_S
    ):
        self._emit = emit
        self._asked = asked
        self._interval = interval
        self._said = time.monotonic()
        self.stage = "preparing"

    def emit(self, event: object) -> None:
        if isinstance(event, events.Progress):
            self.stage = event.stage
        self._emit(event)
        self._said = time.monotonic()

    def check(self) -> None:
        """Raises Stop if the job was asked to end, else beats. Cheap: called at every token, example and batch."""
        self._asked()
        self.beat()

    def beat(self) -> None:
        """Says `working` if it is time, and nothing else: for what must not be broken off, such as a checkpoint."""
        if time.monotonic() - self._said >= self._interval:
            self.emit(events.Working(self.stage))
