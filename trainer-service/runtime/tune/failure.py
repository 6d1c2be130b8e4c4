"""How a job ends early: a failure that is explained, or a stop that was asked for."""

from __future__ import annotations

import errno

from safetensors import SafetensorError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Failure(Exception):
    """The job cannot go on. `reason` is a sentence for people that says what to do; `code` is stable.

    `problems`: each of several mistakes. `retry`: another attempt, later or on another machine, may succeed although nobody changes the job.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        field: str | None = None,
        line: int | None = None,
        retry: bool = False,
        problems: tuple = (),
    ):
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.field = field
        self.line = line
        self.retry = retry
        self.problems = problems


class Stop(Exception):
    """Somebody asked the running job to end: `kind` is "cancelled", "paused" or "stopped" (SIGTERM)."""

    def __init__(self, kind: str, step: int = 0, folder: str | None = None):
        super().__init__(kind)
        self.kind = kind
        self.step = step
        self.folder = folder


def explain(error: BaseException) -> Failure:
    """Turns any exception of a job into a Failure, so that no job ends with a stack trace as its only answer."""
    if isinstance(error, Failure):
        return error
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, MemoryError) or "out of memory" in text.lower() or "can't allocate memory" in text:
        return Failure(
            "out_of_memory",
            f"The machine ran out of memory ({text[:300]}). Lower spec.per_device_train_batch_size (and raise "
            "spec.gradient_accumulation_steps by the same factor) or spec.cutoff_len, or use a larger machine.",
        )
    if isinstance(error, OSError) and error.errno in FULL:
        return Failure(
            "storage_full",
            f"No room to write {error.filename or 'a file'}: {error.strerror}. Free disk space.",
            retry=True,
        )
    if isinstance(error, SafetensorError) and any(f"(os error {n})" in text for n in FULL):
        return Failure("storage_full", f"No room to write a model file: {text}. Free disk space.", retry=True)
    if isinstance(error, (OSError, SafetensorError)):
        return Failure(
            "storage",
            f"A file could not be read or written: {text}. Check the path, its rights and the disk.",
            retry=True,
        )
    return Failure(
        "internal",
        f"{type(error).__name__}: {text[:500]}. This is a defect; the worker's log has the details.",
    )
