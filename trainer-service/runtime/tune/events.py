"""The events of a job, one dataclass each; every field is always written, null where it does not apply."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Ready:
    """The base is loaded and the worker takes jobs. Written to the ready file, not to a job's events."""

    base: dict
    device: str
    dtype: str
    threads: int
    pid: int
    seconds: float
    versions: dict


@dataclass(frozen=True)
class Started:
    """The job is accepted and its data read; nothing is computed yet. `steps` is an upper bound (early stopping).

    `cut`: by split, how many examples are `truncated` and how many are `left_out`.
    """

    job: str
    attempt: int
    resumed_from_step: int
    resumed_from: str | None
    steps: int
    epochs: float
    examples: int
    validation_examples: int
    test_examples: int
    truncated_examples: int
    left_out_examples: int
    trainable_parameters: int
    learning_rate: float
    cutoff_len: int
    max_new_tokens: int
    cut: dict


@dataclass(frozen=True)
class Notice:
    """Something the user should know that does not end the job; `code` is stable, `reason` is for people."""

    code: str
    reason: str
    field: str | None = None
    lines: list[int] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """Where the job is. `step`/`steps` count optimizer steps in training and test examples in evaluation."""

    stage: str
    step: int
    steps: int
    loss: float | None = None
    validation_loss: float | None = None
    learning_rate: float | None = None
    grad_norm: float | None = None
    mean_token_accuracy: float | None = None
    tokens_per_second: float | None = None
    trained_tokens: int | None = None
    memory_bytes: int | None = None
    eta_s: float | None = None
    validation_metrics: dict | None = None
    validation_mean_token_accuracy: float | None = None


@dataclass(frozen=True)
class Working:
    """The job goes on, in a stretch that has nothing else to tell; written so that silence means that it hangs."""

    stage: str


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint folder is complete under its final name; `best` means no earlier step validated better."""

    step: int
    folder: str
    sha256: dict[str, str]
    loss: float | None
    validation_loss: float | None
    best: bool


@dataclass(frozen=True)
class Evaluated:
    """The base ("base", before training) or the published adapter ("tuned") has answered the test split."""

    model: str
    split: str
    examples: int
    left_out: int
    metrics: dict
    samples: list[dict]
    seconds: float
    worst: list[dict]


@dataclass(frozen=True)
class Adapter:
    """The job has succeeded: everything named here is complete under its final name.

    `best_metric` is what chose the step that is published; `overfitting_since` the step from which on the model learnt its
    data by heart, null where it did not.
    """

    folder: str
    files: list[dict]
    probes: str
    loss_curve: str
    metrics: dict
    steps: int
    best_step: int
    trained_tokens: int
    final_loss: float | None
    best_validation_loss: float | None
    seconds: float
    best_metric: dict
    overfitting_since: int | None
    training_summary: str


@dataclass(frozen=True)
class Failed:
    """The attempt is over. `code` is stable; `problems` lists every fault of a refused job line.

    `retry`: the machine is at fault and not the job, so that another attempt may succeed; false ends the job.
    """

    code: str
    reason: str
    field: str | None = None
    line: int | None = None
    retry: bool = False
    problems: list[dict] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Cancelled:
    """The job is over because it was asked to be; nothing was saved for it."""

    step: int


@dataclass(frozen=True)
class Paused:
    """The job is over for now and goes on from `folder` (null: nothing to keep yet, start anew)."""

    step: int
    folder: str | None


@dataclass(frozen=True)
class Stopped:
    """The worker was told to end (SIGTERM) and does so; the job goes on elsewhere from `folder`."""

    step: int
    folder: str | None


class Events:
    """Appends events to a file, each as one line in one write, so that a reader never sees half of one.

    Raises OSError when the file cannot be written.
    """

    def __init__(self, path: str):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._close_broken_line()

    def _close_broken_line(self) -> None:
        """A writer killed inside a write may leave half a line; it must not swallow our first one."""
        size = os.fstat(self._fd).st_size
        if size and os.pread(self._fd, 1, size - 1) != b"\n":
            os.write(self._fd, b"\n")

    def emit(self, event: object) -> None:
        values = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
        line = {
            "event": re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower(),
            "time": round(time.time(), 3),
        }
        data = (
            json.dumps(finite(line | values), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
            + b"\n"
        )
        while data:
            data = data[os.write(self._fd, data) :]

    def close(self) -> None:
        os.close(self._fd)


def finite(value: object) -> object:
    """The value with every infinite or undefined number replaced by None, since JSON has no word for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
