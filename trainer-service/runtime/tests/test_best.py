"""The metric that chooses the best step and that early stopping counts by."""

from __future__ import annotations

import json
import math

import pytest
from conftest import chat, write_lines
from running import named, run_job, weights_hash

from tune import adapter, best, smaller, task_metrics
from tune.checkpoint import State
from tune.job import JobRefused, parse
from tune.measures import ALL, LOWER, offered
from tune.saver import Saver


def validations(seen: list[dict]) -> list[dict]:
    return [e for e in named(seen, "progress") if e["validation_loss"] is not None]


def training_losses(seen: list[dict]) -> list[float]:
    return [e["loss"] for e in named(seen, "progress") if e["learning_rate"]]


def refusal(job: dict) -> dict[str, str]:
    with pytest.raises(JobRefused) as caught:
        parse(json.dumps(job))
    return {p.field: p.reason for p in caught.value.problems}


@pytest.mark.parametrize("spec", [{"lora_dropout": 0.2}, {"method": "prefix"}, {"method": "full"}])
def test_the_best_step_is_that_of_the_chosen_metric_and_training_is_the_same(spec, job_line, base):
    plain = run_job(job_line(name="plain", **spec), base)
    seen = run_job(job_line(metric_for_best_model="rougeL", **spec), base)
    last = seen[-1]
    assert last["event"] == "adapter", last
    assert training_losses(seen) == training_losses(plain)
    assert [e["validation_loss"] for e in validations(seen)] == pytest.approx(
        [e["validation_loss"] for e in validations(plain)], abs=1e-5
    )
    found = {e["step"]: e["validation_metrics"]["rougeL"] for e in validations(seen) if e["step"]}
    assert last["best_step"] == max(found, key=lambda step: (found[step], -step))
    assert last["best_metric"] == {
        "name": "rougeL",
        "value": found[last["best_step"]],
        "greater_is_better": True,
    }
    assert all(e["validation_metrics"] is None for e in validations(plain))


def test_what_a_checkpoint_holds_stays_while_the_training_goes_on(job_line, base, monkeypatch):
    save, taken = Saver.save, []
    monkeypatch.setattr(
        Saver, "save", lambda own, made, best: taken.append(made.state) or save(own, made, best)
    )
    assert run_job(job_line(test=False, eval_steps=1, save_steps=2), base)[-1]["event"] == "adapter"
    assert len(taken) > 1
    for state in taken:
        assert len(state.validation_values) == len(state.validation_losses) == state.step + 1


def test_the_loss_of_a_validation_is_made_once_whatever_chooses(job_line, base, monkeypatch):
    made, save, counted = smaller.mean_loss, adapter.save, []
    monkeypatch.setattr(smaller, "mean_loss", lambda *given: counted.append(given) or made(*given))
    saved = []
    monkeypatch.setattr(adapter, "save", lambda *given: saved.append(len(counted)) or save(*given))
    seen = run_job(job_line(metric_for_best_model="rougeL", test=False, eval_steps=2), base)
    assert saved == [len(validations(seen))] == [4]
    for event in validations(seen):
        assert event["validation_metrics"]["loss"] == pytest.approx(event["validation_loss"], abs=1e-6)


def test_a_job_that_chooses_by_a_metric_resumes_to_the_same_bytes(job_line, base):
    spec = {"metric_for_best_model": "bleu", "lora_dropout": 0.1, "save_steps": 1}
    whole = run_job(job_line(**spec), base)
    for attempt, point in enumerate(named(whole, "checkpoint")[::2], 2):
        seen = run_job(job_line(attempt=attempt, resume=point["folder"], **spec), base)
        assert seen[0]["resumed_from_step"] == point["step"]
        assert weights_hash(seen[-1]) == weights_hash(whole[-1])
        assert seen[-1]["best_metric"] == whole[-1]["best_metric"]


def test_early_stopping_counts_by_the_chosen_metric(job_line, base):
    seen = run_job(
        job_line(
            num_train_epochs=60,
            learning_rate=1e-6,
            eval_steps=1,
            early_stopping_steps=2,
            metric_for_best_model="exact_match",
        ),
        base,
    )
    last = seen[-1]
    assert (last["best_step"], last["steps"], last["best_metric"]["value"]) == (1, 3, 0)


def test_perplexity_is_the_loss_in_another_measure(job_line, base):
    seen = run_job(job_line(metric_for_best_model="perplexity"), base)
    last = seen[-1]
    assert any("perplexity" in (event.get("validation_metrics") or {}) for event in seen)
    assert last["best_metric"]["value"] == pytest.approx(math.exp(last["best_validation_loss"]))
    assert last["best_step"] == run_job(job_line(name="loss"), base)[-1]["best_step"]


def test_a_value_that_there_is_not_is_never_the_best():
    state = State(step=1)
    assert not state.validated(1.0, None) and not state.validated(1.0, float("nan"))
    assert state.best_step == 0 and state.stale_evaluations == 2
    state.step = 4
    assert state.validated(2.0, 0.5, True) and (state.best_step, state.best_loss) == (4, 2.0)
    state.step = 5
    assert not state.validated(1.0, 0.5, True) and not state.validated(1.0, 0.4, True)
    assert state.validated(3.0, 0.4, False), "lower is better"


def test_a_metric_over_more_of_the_answers_is_before_one_over_fewer():
    state = State(step=4)
    assert state.validated(1.0, 0.0, covered=0.05)
    state.step = 8
    assert state.validated(1.0, 0.3, covered=1.0) and state.best_value == 0.3
    state.step = 12
    assert not state.validated(1.0, 0.1, covered=0.9) and state.validated(1.0, 0.2, covered=1.0)
    assert state.best_step == 12


def test_the_numbers_that_a_step_leaves_out_count_when_it_is_judged(base, monkeypatch):
    measured = task_metrics.regression(["7", "none", "many"], ["7", "8", "9"])
    judge = best.Judge("mse", base, lambda model: (1.0, 3, 0.5), lambda model, loss: measured)
    found = judge(base.model)
    assert (found.value, found.covered) == (0.0, pytest.approx(1 / 3))


def test_answers_that_are_no_numbers_leave_the_last_step(job_line, base, tmp_path):
    job = job_line(metric_for_best_model="mse", learning_rate=1e-7, max_new_tokens=2, probes=0)
    rows = [chat(f"how much is {n}", str(n)) for n in range(12)]
    job["dataset"] = {
        "train": write_lines(tmp_path / "t.jsonl", rows[:8]),
        "validation": write_lines(tmp_path / "v.jsonl", rows[8:]),
        "task": "regression",
    }
    seen = run_job(job, base)
    assert [e["validation_metrics"]["readable"] for e in validations(seen)] == [0] * len(validations(seen))
    assert seen[-1]["best_step"] == seen[-1]["steps"] and seen[-1]["best_metric"]["value"] is None


def test_a_metric_of_another_task_is_refused_with_those_that_there_are(job_line):
    (reason,) = refusal(job_line(metric_for_best_model="macro_f1")).values()
    assert '"macro_f1" is not measured on a dataset of task "sft"' in reason
    assert all(f'"{name}"' in reason for name in offered("sft", "exam", None))
    job = job_line(metric_for_best_model="well_formed")
    parse(json.dumps(job))
    del job["dataset"]["format"]
    assert "not measured" in refusal(job)["spec.metric_for_best_model"]
    assert "one of" in refusal(job_line(metric_for_best_model="f1"))["spec.metric_for_best_model"]


def test_a_metric_needs_a_validation_split(job_line):
    reasons = refusal(job_line(metric_for_best_model="bleu", validation=False))
    assert "dataset.validation" in reasons["spec.metric_for_best_model"]
    parse(json.dumps(job_line(metric_for_best_model="loss", validation=False)))


def test_a_metric_that_this_base_or_this_split_cannot_give_fails_before_any_work(job_line, base, tmp_path):
    rows = [chat(f"text {n}", "good" if n % 2 else "bad") for n in range(12)]
    job = job_line(metric_for_best_model="auc")
    job["dataset"] = {
        "train": write_lines(tmp_path / "t.jsonl", rows),
        "validation": write_lines(tmp_path / "v.jsonl", rows[:1]),
        "task": "classification",
    }
    seen = run_job(job, base)
    assert [(e["event"], e["code"], e["field"]) for e in seen] == [
        ("failed", "unknown_metric", "spec.metric_for_best_model")
    ]
    assert (
        '"auc" is not measured on this validation split (no example has the label "good")'
        in seen[0]["reason"]
    )
    assert "macro_f1" in seen[0]["reason"]
    job = job_line(name="one", metric_for_best_model="r2")
    job["dataset"] = {
        "train": write_lines(tmp_path / "n.jsonl", [chat("a", "1"), chat("b", "2")]),
        "validation": write_lines(tmp_path / "o.jsonl", [chat("a", "1")]),
        "task": "regression",
    }
    last = run_job(job, base)[-1]
    assert last["code"] == "unknown_metric" and '"mse", "mae"' in last["reason"]
    assert '"r2"' not in last["reason"].partition("choose")[2]


def test_an_empty_validation_split_is_told(job_line, base):
    job = job_line(metric_for_best_model="bleu")
    open(job["dataset"]["validation"], "w").close()
    assert run_job(job, base)[-1]["code"] == "no_validation"


def test_every_metric_has_a_direction_and_a_task():
    assert set(LOWER) < set(ALL)
    tasks = ("sft", "pt", "classification", "regression", "tagging")
    assert {m for task in tasks for m in offered(task, "exam", None)} == set(ALL)
    for task in tasks:
        for family in ("causal", "encoder", "encoder-decoder"):
            assert set(offered(task, None, family)) <= set(offered(task, None, None)) | {"loss"}
