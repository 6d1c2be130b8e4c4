"""Events: the golden samples have the fields of the code, real events have the shape of the golden samples."""

from __future__ import annotations

import dataclasses
import errno
import inspect
import json
import math
import os
from pathlib import Path

import pytest
import torch
from conftest import read_events
from running import run_job
from safetensors import SafetensorError
from test_run import StopAt

from tune import events
from tune.events import Events
from tune.failure import Failure, explain

GOLDEN = Path(__file__).parent / "golden"
KINDS = {c.__name__.lower(): c for _, c in inspect.getmembers(events, dataclasses.is_dataclass)}


def golden() -> list[dict]:
    return [json.loads(line) for line in (GOLDEN / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def shape(value: object) -> object:
    """What of a value is contract: field names and JSON types; null fits anything."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return type(value).__name__
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return {key: shape(item) for key, item in value.items()}


def fits(value: object, sample: object) -> bool:
    if value in ("NoneType", []) or sample in ("NoneType", []):
        return True
    if isinstance(value, list) and isinstance(sample, list):
        return fits(value[0], sample[0])
    if isinstance(value, dict) and isinstance(sample, dict):
        return value.keys() == sample.keys() and all(fits(value[k], sample[k]) for k in value)
    return value == sample


FREE = ("base", "metrics", "versions", "validation_metrics")


def test_there_is_a_golden_sample_of_every_event_with_exactly_its_fields():
    seen = set()
    for event in golden():
        fields = [f.name for f in dataclasses.fields(KINDS[event["event"]])]
        assert list(event) == ["event", "time", *fields]
        seen.add(event["event"])
    assert seen == set(KINDS)


def test_real_events_have_the_shape_of_the_golden_samples(job_line, base):
    real = run_job(job_line(cutoff_len=90), base, beat=0)
    real += run_job(
        job_line(name="cancelled"), base, StopAt("cancelled", job_line(name="cancelled"), "training", 3)
    )
    real += run_job(job_line(name="paused"), base, StopAt("paused", job_line(name="paused"), "training", 3))
    real += run_job(job_line(name="failed", cutoff_len=16), base)
    assert {e["event"] for e in real} == set(KINDS) - {"ready", "stopped"}
    for event in real:
        candidates = [
            shape({k: v for k, v in g.items() if k not in FREE})
            for g in golden()
            if g["event"] == event["event"]
        ]
        assert any(fits(shape({k: v for k, v in event.items() if k not in FREE}), c) for c in candidates), (
            event
        )


def test_the_metrics_of_the_golden_samples_are_those_of_a_real_run(job_line, base):
    real = [e for e in run_job(job_line(), base) if e["event"] == "evaluated"]
    sample = next(e for e in golden() if e["event"] == "evaluated")
    assert all(list(e["metrics"]) == list(sample["metrics"]) for e in real)


def test_numbers_json_has_no_word_for_become_null_and_text_stays_text(tmp_path):
    own = Events(str(tmp_path / "deep" / "events.jsonl"))
    own.emit(events.Progress("training", 1, 2, math.nan, math.inf))
    own.emit(events.Failed("x", "引用\n\u2028 \ud800"))
    own.close()
    lines = (tmp_path / "deep" / "events.jsonl").read_bytes().split(b"\n")
    assert len(lines) == 3 and lines[2] == b""
    first, second = read_events(str(tmp_path / "deep" / "events.jsonl"))
    assert first["loss"] is None and first["validation_loss"] is None
    assert second["reason"] == "引用\n\u2028 ?"


def test_half_a_line_of_a_killed_writer_does_not_swallow_the_next_event(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event": "progr')
    own = Events(str(path))
    own.emit(events.Cancelled(1))
    own.close()
    assert json.loads(path.read_text().split("\n")[1])["event"] == "cancelled"


def real_allocation_error() -> BaseException:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)
    return caught.value


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (Failure("chat_template", "x"), "chat_template", False),
        (MemoryError(), "out_of_memory", False),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "out_of_memory", False),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x"), "storage_full", True),
        (OSError(errno.EIO, os.strerror(errno.EIO), "/x"), "storage", True),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "storage", True),
        (SafetensorError("I/O error: No space left on device (os error 28)"), "storage_full", True),
        (ZeroDivisionError("division by zero"), "internal", False),
    ],
)
def test_every_error_has_a_code_and_a_sentence_and_only_those_of_the_storage_are_worth_a_retry(
    error, code, retry
):
    failure = explain(error)
    assert (failure.code, failure.retry) == (code, retry) and failure.reason


def test_an_allocation_that_fails_is_out_of_memory():
    assert explain(real_allocation_error()).code == "out_of_memory"
