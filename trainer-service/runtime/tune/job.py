"""A training job as it arrives on standard input: parsed and checked whole before anything is loaded."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class Base:
    """The base model a job is for: its public id and the folder it lies in."""

    id: str
    folder: str


@dataclass(frozen=True)
class Dataset:
    """Paths of the three splits (OpenAI chat JSONL); `format` "exam" adds the metric `well_formed`."""

    train: str
    validation: str | None = None
    test: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class Spec:
    """The training specification, under LLaMA-Factory's names. None means "chosen from the model and the data"."""

    method: str = "lora"
    lora_rank: int = 8
    lora_alpha: int | None = None
    lora_dropout: float = 0.0
    lora_target: str = "all"
    learning_rate: float | None = None
    num_train_epochs: float = 3.0
    per_device_train_batch_size: int | None = None
    gradient_accumulation_steps: int = 1
    lr_scheduler_type: str = "cosine"
    warmup_ratio: float = 0.05
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    cutoff_len: int = 2048
    seed: int = 42
    early_stopping_steps: int | None = None
    eval_steps: int | None = None
    save_steps: int | None = None
    max_new_tokens: int | None = None
    probes: int = 4


@dataclass(frozen=True)
class Job:
    """One attempt at one job. All paths are absolute; `resume` is a checkpoint folder of this worker's making."""

    job: str
    attempt: int
    workdir: str
    events: str
    base: Base
    dataset: Dataset
    spec: Spec = field(default_factory=Spec)
    resume: str | None = None
    resume_sha256: dict[str, str] | None = None


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a job line: the field's path, a code, and what would be right."""

    field: str
    code: str
    reason: str


class JobRefused(Exception):
    """The line is no job we can run. Carries every problem found, and the events path if that one was usable."""

    def __init__(self, problems: list[Problem], job: str | None, events: str | None):
        super().__init__("; ".join(f"{p.field}: {p.reason}" for p in problems))
        self.problems = problems
        self.job = job
        self.events = events


Check = Callable[[object], str | None]


def _whole(low: int, high: int) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return f"a whole number from {low} to {high}"

    return check


def _number(low: float, high: float, above: bool = False) -> Check:
    def check(value: object) -> str | None:
        right = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if right and low <= value <= high and not (above and value == low):
            return None
        return f"a number {'above' if above else 'from'} {low:g} {'up to' if above else 'to'} {high:g}"

    return check


def _choice(*names: str) -> Check:
    return lambda value: (
        None if value in names and isinstance(value, str) else "one of " + ", ".join(f'"{n}"' for n in names)
    )


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def _path(value: object) -> str | None:
    return (
        None if isinstance(value, str) and os.path.isabs(value) and "\0" not in value else "an absolute path"
    )


def _object(value: object) -> str | None:
    return None if isinstance(value, dict) else "an object"


def _targets(value: object) -> str | None:
    right = isinstance(value, str) and re.fullmatch(r"\s*\w[\w.]*(\s*,\s*\w[\w.]*)*\s*", value)
    return None if right else '"all", or names of linear modules separated by commas, such as "q_proj,v_proj"'


def _hashes(value: object) -> str | None:
    right = isinstance(value, dict) and all(re.fullmatch(r"[0-9a-f]{64}", str(h)) for h in value.values())
    return (
        None
        if right
        else "an object of file name to sha256 in lower-case hex, as the checkpoint event gave it"
    )


_JOB: dict[str, Check] = {
    "job": _text,
    "attempt": _whole(1, 2**31 - 1),
    "workdir": _path,
    "events": _path,
    "base": _object,
    "dataset": _object,
    "spec": _object,
    "resume": _path,
    "resume_sha256": _hashes,
}
_BASE: dict[str, Check] = {"id": _text, "folder": _path}
_DATASET: dict[str, Check] = {"train": _path, "validation": _path, "test": _path, "format": _choice("exam")}
_SPEC: dict[str, Check] = {
    "method": _choice("lora"),
    "lora_rank": _whole(1, 1024),
    "lora_alpha": _whole(1, 65536),
    "lora_dropout": _number(0, 0.9),
    "lora_target": _targets,
    "learning_rate": _number(0, 1, above=True),
    "num_train_epochs": _number(0, 10_000, above=True),
    "per_device_train_batch_size": _whole(1, 4096),
    "gradient_accumulation_steps": _whole(1, 4096),
    "lr_scheduler_type": _choice("linear", "cosine", "constant"),
    "warmup_ratio": _number(0, 1),
    "weight_decay": _number(0, 1),
    "max_grad_norm": _number(0, 1e6),
    "cutoff_len": _whole(8, 2**20),
    "seed": _whole(0, 2**63 - 1),
    "early_stopping_steps": _whole(1, 10_000),
    "eval_steps": _whole(1, 10**9),
    "save_steps": _whole(1, 10**9),
    "max_new_tokens": _whole(1, 32768),
    "probes": _whole(0, 32),
}


def parse(line: str | bytes) -> Job:
    """The job on one line of JSON; raises JobRefused with every problem of it, not the first only."""
    try:
        raw = json.loads(line, parse_constant=lambda name: name)
    except (ValueError, RecursionError) as error:
        raise JobRefused([Problem("", "not_json", f"the line is not JSON: {error}")], None, None) from None
    if not isinstance(raw, dict):
        raise JobRefused([Problem("", "wrong_type", "the line must be one JSON object")], None, None)
    problems: list[Problem] = []
    top = _take(raw, "", _JOB, {"job", "attempt", "workdir", "events", "base", "dataset"}, problems)
    base = _take(top.get("base", {}), "base.", _BASE, set(_BASE) if "base" in top else set(), problems)
    dataset = _take(
        top.get("dataset", {}), "dataset.", _DATASET, {"train"} if "dataset" in top else set(), problems
    )
    spec = _take(top.get("spec", {}), "spec.", _SPEC, set(), problems)
    if "early_stopping_steps" in spec and "dataset" in top and dataset.get("validation") is None:
        problems.append(
            Problem(
                "spec.early_stopping_steps",
                "impossible",
                "early stopping needs a validation split: give dataset.validation or leave this out",
            )
        )
    if problems:
        raise JobRefused(problems, top.get("job"), top.get("events"))
    floats = {f.name for f in fields(Spec) if "float" in str(f.type)}
    spec = {name: float(value) if name in floats else value for name, value in spec.items()}
    top.update(base=Base(**base), dataset=Dataset(**dataset), spec=Spec(**spec))
    return Job(**top)


def _take(
    raw: dict, prefix: str, checks: dict[str, Check], required: set[str], problems: list[Problem]
) -> dict:
    """The values of `raw` that pass; null stands for "left out". Appends a Problem for every other one."""
    taken = {}
    for name, value in raw.items():
        if name not in checks:
            near = difflib.get_close_matches(str(name), checks, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "known names: " + ", ".join(checks)
            problems.append(Problem(prefix + str(name), "unknown_name", f"there is no such field; {hint}"))
        elif value is not None:
            right = checks[name](value)
            if right is None:
                taken[name] = value
            else:
                shown = json.dumps(value, ensure_ascii=False)
                problems.append(Problem(prefix + name, "bad_value", f"must be {right}, not {shown[:80]}"))
    for name in sorted(required):
        if raw.get(name) is None:
            problems.append(Problem(prefix + name, "missing", "this field is required"))
    return taken
