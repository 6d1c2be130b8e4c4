"""A training job as it arrives on standard input: parsed and checked whole before anything is loaded."""

from __future__ import annotations

import difflib
import json
import os
import re
from dataclasses import dataclass, field, fields

from tune import measures
from tune.spec import CHECKS, Check, Spec, choice, impossible, whole

TASKS = ("sft", "pt", "classification", "regression", "tagging")


@dataclass(frozen=True)
class Base:
    """The base model a job is for: its public id and the folder it lies in."""

    id: str
    folder: str


@dataclass(frozen=True)
class Dataset:
    """Paths of the three splits: OpenAI chat JSONL or, for task "pt", lines of a `text`. `task` decides what is measured
    (None: sft); `format` "exam" adds the metric `well_formed`; `id` is its public one."""

    train: str
    validation: str | None = None
    test: str | None = None
    format: str | None = None
    task: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Job:
    """One attempt at one job. All paths are absolute; `resume` is a checkpoint folder of this worker's making. Of the
    checkpoints in its folder the newest `save_total_limit` stay (None: all, for whoever started the job takes them away)."""

    job: str
    attempt: int
    workdir: str
    events: str
    base: Base
    dataset: Dataset
    spec: Spec = field(default_factory=Spec)
    resume: str | None = None
    resume_sha256: dict[str, str] | None = None
    save_total_limit: int | None = None


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


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def _path(value: object) -> str | None:
    return (
        None if isinstance(value, str) and os.path.isabs(value) and "\0" not in value else "an absolute path"
    )


def _object(value: object) -> str | None:
    return None if isinstance(value, dict) else "an object"


def _hashes(value: object) -> str | None:
    right = isinstance(value, dict) and all(re.fullmatch(r"[0-9a-f]{64}", str(h)) for h in value.values())
    return (
        None
        if right
        else "an object of file name to sha256 in lower-case hex, as the checkpoint event gave it"
    )


_JOB: dict[str, Check] = {
    "job": _text,
    "attempt": whole(1, 2**31 - 1),
    "workdir": _path,
    "events": _path,
    "base": _object,
    "dataset": _object,
    "spec": _object,
    "resume": _path,
    "resume_sha256": _hashes,
    "save_total_limit": whole(1, 2**31 - 1),
}
_BASE: dict[str, Check] = {"id": _text, "folder": _path}
_DATASET: dict[str, Check] = {
    "train": _path,
    "validation": _path,
    "test": _path,
    "format": choice("exam"),
    "task": choice(*TASKS),
    "id": _text,
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
    spec = _take(top.get("spec", {}), "spec.", CHECKS, set(), problems)
    if "early_stopping_steps" in spec and "dataset" in top and dataset.get("validation") is None:
        problems.append(
            Problem(
                "spec.early_stopping_steps",
                "impossible",
                "early stopping needs a validation split: give dataset.validation or leave this out",
            )
        )
    task = dataset.get("task", "sft")
    problems += _unmeasured(spec.get("metric_for_best_model", "loss"), top, dataset)
    seen = spec | ({"stage": "pt"} if task == "pt" else {})
    problems += [Problem(f"spec.{name}", "impossible", reason) for name, reason in impossible(seen)]
    if "stage" in spec and (spec["stage"] == "pt") != (task == "pt"):
        kind = "plain text" if task == "pt" else "chats"
        problems.append(
            Problem("spec.stage", "impossible", f"cannot be {spec['stage']}: the dataset holds {kind}")
        )
    if problems:
        raise JobRefused(problems, top.get("job"), top.get("events"))
    floats = {f.name for f in fields(Spec) if "float" in str(f.type)}
    spec = {name: float(value) if name in floats else value for name, value in spec.items()}
    top.update(base=Base(**base), dataset=Dataset(**dataset), spec=Spec(**spec))
    return Job(**top)


def _unmeasured(metric: str, top: dict, dataset: dict) -> list[Problem]:
    """What keeps the metric from choosing the best step, as far as the job's line tells."""
    field = "spec.metric_for_best_model"
    there = measures.offered(dataset.get("task"), dataset.get("format"), None)
    if metric not in there:
        task = dataset.get("task", "sft")
        reason = f'"{metric}" is not measured on a dataset of task "{task}"; choose {measures.listed(there)}'
        return [Problem(field, "impossible", reason)]
    if metric != "loss" and "dataset" in top and dataset.get("validation") is None:
        reason = "the best step is chosen on a validation split: give dataset.validation or leave this out"
        return [Problem(field, "impossible", reason)]
    return []


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
