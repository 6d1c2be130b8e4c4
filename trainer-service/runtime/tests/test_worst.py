"""The worst examples to look at, and evaluations on a machine that runs out of memory."""

from __future__ import annotations

import json

import pytest
import torch
from conftest import chat, write_lines
from running import named, run_job

from tune import speed
from tune.task_metrics import Ranking, distances, marked, right_labels
from tune.worst import LONGEST


def test_what_cannot_be_read_comes_first_and_what_is_perfect_is_left_out():
    assert Ranking("f1", [0.5, 1.0, None, 0.1, 0.5]).worst(10) == [2, 3, 0, 4]
    assert Ranking("error", [0.5, 0.0, 3.0], greater=False, perfect=0.0).worst(1) == [2]
    assert Ranking("loss", [1.0, 2.0], greater=False, perfect=None).worst(10) == [1, 0]


def test_an_answer_alone_is_worth_what_its_task_asks_for():
    assert right_labels([" a", "b"], ["a", "a"]).scores == [1, 0]
    assert distances(["2.5", "much"], ["1", "1"]).scores == [1.5, None]
    one = json.dumps([{"type": "PER", "text": "Ann"}])
    assert marked([one, "[]", "?", "[]"], [one, one, one, "[]"]).scores == [1, 0, None, 1]
    tags = [json.dumps([{"text": "a", "tag": tag}, {"text": "b", "tag": "Y"}]) for tag in "XY"]
    found = marked(tags, tags[:1] * 2)
    assert (found.metric, found.scores) == ("token_accuracy", [1, 0.5])


def test_a_job_shows_its_worst_answers_beside_the_bases(job_line, base):
    job = job_line()
    path = job["dataset"]["test"]
    rows = [chat("say " + "again " * n, f"word {n} of many") for n in range(13)]
    rows[4] = chat("a", "b")
    rows[4]["messages"] += chat("x" * 600, "never answered: the model has no room")["messages"]
    rows[5] = chat("short", "y" * 2500)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n\n" for row in rows))
    before, after = named(run_job(job, base), "evaluated")
    assert (before["examples"], before["left_out"]) == (12, 1)
    assert [len(e["worst"]) for e in (before, after)] == [10, 10]
    for event in (before, after):
        scores = [one["score"] for one in event["worst"]]
        assert scores == sorted(scores) and {one["metric"] for one in event["worst"]} == {"rougeL"}
        for one in event["worst"]:
            asked, answer = (m["content"] for m in rows[one["index"]]["messages"][-2:])
            assert one["line"] == 2 * one["index"] + 1 and one["prompt"] == asked
            assert one["expected"] == (answer if len(answer) <= LONGEST else answer[: LONGEST - 1] + "…")
        assert 4 not in {one["index"] for one in event["worst"]}
    assert all(one["base_answer"] is one["base_score"] is None for one in before["worst"])
    said = {one["index"]: (one["answer"], one["score"]) for one in before["worst"]}
    both = [one for one in after["worst"] if one["index"] in said]
    assert both and all((one["base_answer"], one["base_score"]) == said[one["index"]] for one in both)


def test_a_resumed_job_still_has_the_bases_answers(job_line, base):
    whole = run_job(job_line(), base)
    point = named(whole, "checkpoint")[0]
    seen = run_job(job_line(attempt=2, resume=point["folder"]), base)
    wanted, found = (named(events, "evaluated")[1]["worst"] for events in (whole, seen))
    assert found == wanted and found[0]["base_answer"] is not None


def test_plain_text_shows_the_blocks_that_surprise_most(job_line, base, tmp_path):
    job = job_line(cutoff_len=32, probes=0, max_new_tokens=None)
    texts = [{"text": "abcabcabc " * 12}] * 4
    job["dataset"] = {
        "train": write_lines(tmp_path / "t.jsonl", texts),
        "test": write_lines(tmp_path / "x.jsonl", [{"text": "abcabcabc " * 6}, {"text": "#~Q9}{" * 5}]),
        "task": "pt",
    }
    after = named(run_job(job, base), "evaluated")[1]
    worst = after["worst"]
    assert worst[0]["score"] == max(one["score"] for one in worst) > after["metrics"]["loss"]
    assert worst[0]["metric"] == "loss" and worst[0]["answer"] is None and "Q9" in worst[0]["expected"]


class NoRoom:
    """Lets the model run out of memory in evaluations at every batch of more than `rows` rows or every pack of more than
    `tokens` tokens."""

    def __init__(self, base, rows: int = 10**9, tokens: int = 10**9):
        self.rows, self.tokens, self.times = rows, tokens, 0
        self.handle = base.model.model.layers[1].register_forward_pre_hook(self)

    def __call__(self, module, args):
        rows, length = args[0].shape[:2]
        if not module.training and (rows > self.rows or (rows == 1 and length > self.tokens)):
            self.times += 1
            raise torch.OutOfMemoryError("CUDA out of memory")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.handle.remove()


@pytest.fixture
def eight(job_line, tmp_path):
    def make(name: str, **spec) -> dict:
        given = {"num_train_epochs": 1, "validation": False, "probes": 0, "max_new_tokens": 8} | spec
        job = job_line(name=name, **given)
        rows = [chat("ask " + "more " * n, f"answer {n}") for n in range(8)]
        job["dataset"]["test"] = write_lines(tmp_path / "eight.jsonl", rows)
        return job

    return make


def test_out_of_memory_in_an_evaluation_is_answered_once_by_half(eight, base):
    whole = run_job(eight("whole"), base)
    with NoRoom(base, rows=4) as room:
        seen = run_job(eight("less"), base)
    assert room.times == 2, "once for each of the two evaluations"
    assert [n["code"] for n in named(seen, "notice")] == ["smaller_batches"] * 2
    assert "at most 4 examples at a time" in named(seen, "notice")[0]["reason"]
    assert seen[-1]["metrics"] == whole[-1]["metrics"]


def test_packs_of_an_evaluation_are_halved_too(eight, base, monkeypatch):
    monkeypatch.setitem(speed.ROOM, "cpu", (400,))
    whole = run_job(eight("whole", max_new_tokens=1), base)
    with NoRoom(base, tokens=200):
        seen = run_job(eight("less", max_new_tokens=1), base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert "at most 200 tokens" in named(seen, "notice")[0]["reason"]
    for kind in ("base", "tuned"):
        assert seen[-1]["metrics"][kind]["loss"] == pytest.approx(
            whole[-1]["metrics"][kind]["loss"], abs=1e-5
        )


def test_padded_evaluations_are_halved_too(eight, base):
    spec = {"method": "prefix", "num_virtual_tokens": 4}
    whole = run_job(eight("whole", **spec), base)
    with NoRoom(base, rows=4) as room:
        seen = run_job(eight("less", **spec), base)
    assert room.times >= 2 and seen[-1]["event"] == "adapter"
    for kind in ("base", "tuned"):
        assert seen[-1]["metrics"][kind]["loss"] == pytest.approx(
            whole[-1]["metrics"][kind]["loss"], abs=1e-5
        )


def test_out_of_memory_again_fails_the_job_and_the_next_one_runs(eight, base):
    with NoRoom(base, rows=1):
        seen = run_job(eight("none"), base)
    assert (seen[-1]["event"], seen[-1]["code"]) == ("failed", "out_of_memory")
    assert len(named(seen, "notice")) == 1
    assert run_job(eight("after"), base)[-1]["event"] == "adapter"
