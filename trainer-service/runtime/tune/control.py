"""What the outside asks of a running job: cancel, pause, or the end of the whole worker."""

from __future__ import annotations

import threading

from tune.failure import Stop


class Control:
    """Requests by job id, set by the stdin watcher or a signal handler and read by the job at safe points."""

    def __init__(self):
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._asked: dict[str, str] = {}
        self.ending = False

    def expect(self, job: str) -> None:
        """From now on requests for this job count; a request for any other id is refused as unknown."""
        with self._lock:
            self._known.add(job)

    def ask(self, job: str, kind: str) -> bool:
        """Remembers a request ("cancelled" or "paused"); cancel wins over pause. False: no such job here."""
        with self._lock:
            if job not in self._known:
                return False
            if self._asked.get(job) != "cancelled":
                self._asked[job] = kind
            return True

    def forget(self, job: str) -> None:
        """The job is over: later requests for its id are not for us."""
        with self._lock:
            self._known.discard(job)
            self._asked.pop(job, None)

    def check(self, job: str) -> None:
        """Raises Stop if the job was asked to end. Cheap: called at every token and every batch."""
        if self._asked or self.ending:
            kind = self._asked.get(job) or ("stopped" if self.ending else None)
            if kind:
                raise Stop(kind)
