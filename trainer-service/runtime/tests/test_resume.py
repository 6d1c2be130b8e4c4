"""Which checkpoints a training keeps, and which ones it knows for its own."""

from __future__ import annotations

import json
import os
import tracemalloc
import weakref
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from conftest import TEMPLATE, chat, write_lines
from running import named, run_job
from test_tool_turns import CALL, TOOLS, said
from transformers.utils import chat_template_utils

from tune import base as bases
from tune import checkpoint
from tune.data import split
from tune.job import parse
from tune.prepare import Data, fingerprint
from tune.saver import Saver


def steps(workdir) -> list[int]:
    return sorted(int(name.removeprefix("step-")) for name in os.listdir(workdir / "checkpoints"))


def written(workdir, *each: int) -> list[str]:
    folders = [workdir / "checkpoints" / f"step-{step:08d}" for step in each]
    for folder in folders:
        folder.mkdir(parents=True)
    return [str(folder) for folder in folders]


@pytest.mark.parametrize(
    ("there", "newest", "left"),
    [([10, 100, 200], 10, [10, 100, 200]), ([8, 9, 10, 200], 10, [9, 10, 200]), ([1, 2, 3], 3, [2, 3])],
)
def test_what_was_just_written_stays_beside_higher_steps_that_were_refused(there, newest, left, tmp_path):
    folders = written(tmp_path, *there)
    (tmp_path / "checkpoints" / "step-00000300.part").mkdir()
    checkpoint.prune(str(tmp_path), 2, folders[there.index(newest)])
    assert steps(tmp_path) == left


def test_a_job_keeps_its_own_last_checkpoints_whatever_else_is_there(job_line, base):
    job = job_line(save_steps=1, validation=False, test=False, probes=0) | {"save_total_limit": 2}
    workdir = Path(job["workdir"])
    written(workdir, 100, 200)
    seen = run_job(job, base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert steps(workdir) == [seen[-1]["steps"] - 1, seen[-1]["steps"], 100, 200]


@pytest.fixture
def identity(job_line, base, monkeypatch, tmp_path):
    """`identity(chats, spec…)`: what the fingerprint of a training is made of."""
    monkeypatch.setattr(bases, "fingerprint", lambda value: value)

    def made(chats: list[dict], base=base, **spec) -> dict:
        job = parse(json.dumps(job_line(**spec)))
        path = write_lines(tmp_path / "x.jsonl", chats)
        part = split(path, "dataset.test", base.tokenizer, base.stop_ids, 512, job.spec, lambda: None)
        return fingerprint(job, base, Data({"test": part}, {}, 512, 16))

    return made


def test_options_that_came_later_are_part_of_a_training_only_where_given(identity):
    assert not {"max_steps", "warmup_steps"} & identity([chat("q", "a")])["spec"].keys()
    spec = identity([chat("q", "a")], num_train_epochs=None, max_steps=5, warmup_steps=0)["spec"]
    assert (spec["max_steps"], spec["warmup_steps"]) == (5, 0)


def test_chats_whose_tools_the_template_writes_are_another_training(identity, base, monkeypatch):
    rows = [chat("q", "a"), said("Go", CALL)]
    assert identity(rows)["task"] is None, "as before: this template knows no tools"
    monkeypatch.setattr(base.tokenizer, "chat_template", TOOLS)
    assert identity(rows)["task"] == [None, "tools"]
    assert identity(rows[:1])["task"] is None


def test_chats_whose_template_writes_the_date_are_another_training_on_no_day(identity, base, monkeypatch):
    monkeypatch.setattr(base.tokenizer, "chat_template", "{{ strftime_now('%d %b %Y') }}" + TEMPLATE)
    made = []
    for day in (datetime(2024, 2, 29), datetime(2031, 12, 24)):
        monkeypatch.setattr(chat_template_utils, "datetime", SimpleNamespace(now=lambda day=day: day))
        made.append(identity([chat("q", "a")]))
    assert made[0] == made[1] and made[0]["task"] == [None, "2025-01-01"]


def test_the_bytes_of_a_checkpoint_are_not_held_beside_its_tensors(tmp_path):
    size = 1 << 22
    tensors = {"w": torch.arange(size, dtype=torch.float32)}
    made = checkpoint.Checkpoint(checkpoint.State(), tensors, tensors, checkpoint.random_states(), tensors)
    folder, hashes = checkpoint.write(str(tmp_path), made, "x", lambda: None)
    tracemalloc.start()
    try:
        read = checkpoint.read(folder, "x", hashes, lambda: None)
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()
    assert torch.equal(read.adapter["w"], tensors["w"]) and torch.equal(read.best["w"], tensors["w"])


def test_a_training_holds_nothing_of_a_checkpoint_that_it_has_taken_over(job_line, base, monkeypatch):
    spec = {"method": "full", "learning_rate": 1e-3, "save_steps": 1, "test": False, "probes": 0}
    point = named(run_job(job_line(validation=False, **spec), base), "checkpoint")[0]
    read, save, loaded, alive = checkpoint.read, Saver.save, [], []

    def reading(*given):
        found = read(*given)
        loaded.extend(
            weakref.ref(t) for kind in ("adapter", "optimizer", "best") for t in getattr(found, kind).values()
        )
        return found

    def saving(own, made, best):
        alive.append(sum(ref() is not None for ref in loaded))
        save(own, made, best)

    monkeypatch.setattr(checkpoint, "read", reading)
    monkeypatch.setattr(Saver, "save", saving)
    seen = run_job(job_line(attempt=2, validation=False, resume=point["folder"], **spec), base)
    assert seen[-1]["event"] == "adapter" and len(loaded) > 10
    assert alive and not any(alive)
