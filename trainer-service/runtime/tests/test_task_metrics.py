"""Answers in words measured as labels, numbers and entities."""

from __future__ import annotations

import json

import pytest
from conftest import chat, write_lines
from running import named, run_job
from sklearn.metrics import f1_score

from tune.metrics import measured, text_metrics
from tune.task_metrics import classification, regression, tagging


def entities(*pairs: tuple[str, str]) -> str:
    return json.dumps([{"type": kind, "text": text} for kind, text in pairs])


def tags(*pairs: tuple[str, str]) -> str:
    return json.dumps([{"text": text, "tag": tag} for text, tag in pairs])


def test_labels_are_averaged_by_class_and_strange_answers_are_wrong():
    right = ["good", "good", "good", "bad"]
    found = classification(["good ", "good", "fine", "good"], right)
    assert found["accuracy"] == 0.5 and found["unknown_labels"] == 0.25
    assert found["macro_f1"] == pytest.approx((2 * 2 / (3 + 3) + 0) / 2)
    assert classification(right, right)["macro_f1"] == 1
    every = f1_score(right, ["good", "bad", "good", "bad"], average="macro")
    assert classification(["good", "bad", "good", "bad"], right)["macro_f1"] == pytest.approx(every)


def test_numbers_are_measured_where_there_is_one_and_the_rest_is_said():
    found = regression(["1", "2.5", "about 3", "nan"], ["1", "2", "3", "4"])
    assert found["readable"] == 0.5
    assert (found["mse"], found["mae"]) == (0.125, 0.25)
    assert found["r2"] == pytest.approx(1 - 0.25 / 0.5)
    assert regression(["x"], ["1"]) == {"readable": 0.0}


def test_small_numbers_are_measured_as_exactly_as_great_ones():
    said, due = ["0.0041", "0.0043"], ["0.004", "0.0041"]
    found, ranking = measured(said, due, "regression")
    assert (found["mse"], found["mae"]) == (pytest.approx(2.5e-8), pytest.approx(1.5e-4))
    assert ranking.scores == pytest.approx([1e-4, 2e-4])
    assert measured(["0.00400001"], ["0.004"], "regression")[1].scores == pytest.approx([1e-8])


def test_entities_are_right_by_type_and_text_and_each_counts_once():
    due = [entities(("PER", "Ann"), ("PER", "Ann"), ("LOC", "Oslo")), entities(), entities(("LOC", "Rome"))]
    said = [entities(("PER", "Ann"), ("ORG", "Oslo")), entities(("LOC", "Lima")), "nothing"]
    found = tagging(said, due)
    assert found == {
        "readable": pytest.approx(2 / 3),
        "entity_precision": pytest.approx(1 / 3),
        "entity_recall": 0.25,
        "entity_f1": pytest.approx(2 / 7),
    }
    assert tagging(due, due)["entity_f1"] == 1


def test_tags_are_right_at_their_own_place():
    due = [tags(("I", "PRON"), ("run", "VERB")), tags(("go", "VERB"))]
    assert tagging([tags(("I", "PRON"), ("run", "NOUN")), "[1]"], due) == {
        "readable": 0.5,
        "token_accuracy": pytest.approx(1 / 3),
    }


def test_tags_that_mark_spans_are_measured_as_spans():
    due = [
        tags(("Ann", "B-PER"), ("Lee", "I-PER"), ("saw", "O"), ("Oslo", "B-LOC")),
        tags(("it", "O"), ("rains", "O")),
    ]
    assert tagging(due, due) == {
        "readable": 1.0,
        "token_accuracy": 1.0,
        "entity_precision": 1.0,
        "entity_recall": 1.0,
        "entity_f1": 1.0,
    }
    said = [
        tags(("Ann", "B-PER"), ("Lee", "O"), ("saw", "O"), ("Oslo", "B-LOC"), ("too", "B-LOC")),
        tags(("it", "O"), ("snows", "B-X")),
    ]
    found = tagging(said, due)
    assert found["token_accuracy"] == pytest.approx(4 / 6)
    assert found["entity_precision"] == pytest.approx(1 / 4) and found["entity_recall"] == 0.5
    assert tagging(["[]", tags(("it", ""))], due)["entity_f1"] == 0


def test_no_entity_anywhere_is_no_score():
    assert tagging(["[]"], ["[]"]) == {"readable": 1.0}


def test_only_the_task_at_hand_is_measured():
    plain = set(text_metrics(["a"], ["a"], None))
    assert set(text_metrics(["a"], ["a"], "sft")) == plain
    assert set(text_metrics(["a"], ["a"], "classification")) - plain == {
        "accuracy",
        "macro_precision",
        "macro_recall",
        "macro_f1",
        "unknown_labels",
    }


def test_a_job_measures_its_task_for_the_base_and_the_tuned_model(job_line, base, tmp_path):
    job = job_line(max_new_tokens=4, num_train_epochs=6, probes=0)
    rows = [chat(f"{'+' if n % 2 else '-'} {n}", "good" if n % 2 else "bad") for n in range(16)]
    job["dataset"] = {
        "train": write_lines(tmp_path / "t.jsonl", rows[:12]),
        "test": write_lines(tmp_path / "x.jsonl", rows[12:]),
        "task": "classification",
    }
    seen = run_job(job, base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert untuned["unknown_labels"] == 1 and untuned["accuracy"] == 0
    assert tuned["accuracy"] >= 0.5 and tuned["macro_f1"] > 0 and tuned["auc"] >= 0.5
