"""What a run was and how it went, in the adapter's folder: summary, card and curve."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import pytest
from conftest import TEMPLATE, chat, write_lines
from running import named, run_job

from tune import curve
from tune.checkpoint import State
from tune.measures import loss_unit
from tune.overfit import overfitting_since
from tune.spec import Spec


def state_of(training: list[float], validation: list[float], every: int = 2) -> State:
    """A state with a loss for each step, and a validation before the first step and after every so many."""
    return State(
        step=len(training),
        losses=[[n, loss] for n, loss in enumerate(training, 1)],
        validation_losses=[[n * every, loss] for n, loss in enumerate(validation)],
    )


FALLING = [3.0, 2.8, 2.5, 2.2, 2.0, 1.7, 1.4, 1.2, 1.0, 0.8]
CASES = json.loads(
    Path(__file__).with_name("golden").joinpath("overfitting.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_over_fitting_is_seen_by_the_rule_that_the_trainer_service_has_as_well(case):
    state = State(losses=case["losses"], validation_losses=case["validation"])
    assert overfitting_since(state) == case["since"]


def test_what_is_no_number_is_passed_over():
    state = state_of(FALLING, [3.0, math.inf, 2.2, math.nan, 2.4, 2.5])
    assert overfitting_since(state) == 8


def test_a_run_that_learns_by_heart_says_since_when(job_line, base):
    job = job_line(learning_rate=0.005, lr_scheduler_type="constant", num_train_epochs=10, test=False)
    write_lines(Path(job["dataset"]["train"]), [chat("say it", "a" * 12)] * 12)
    write_lines(Path(job["dataset"]["validation"]), [chat("say it", "z" * 12)] * 3)
    job["spec"]["eval_steps"] = 3
    seen = run_job(job, base)
    last = seen[-1]
    points = [
        (e["step"], e["validation_loss"]) for e in named(seen, "progress") if e["validation_loss"] is not None
    ]
    since = last["overfitting_since"]
    assert since is not None
    best, lowest = min(points, key=lambda point: point[1])
    assert since == min(step for step, _ in points if step > best) and points[-1][1] > lowest
    card = Path(last["folder"], "README.md").read_text(encoding="utf-8")
    assert f"over-fitted from step {since} on" in card
    assert f"over-fitting from step {since}" in Path(last["loss_curve"]).read_text(encoding="utf-8")


def test_the_curve_of_a_run_without_over_fitting_marks_none(tmp_path):
    curve.draw(str(tmp_path / "a.svg"), "t", "nats", state_of(FALLING, [3.0, 2.5, 2.2, 2.0, 1.9, 1.8]))
    assert "over-fitting" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("task", "family", "unit"),
    [
        ("classification", "encoder", "nats per example"),
        ("tagging", "encoder", "nats per labelled piece"),
        ("regression", "encoder", "squared error over the variance of the train split"),
        ("regression", "causal", "nats per assistant token"),
        (None, "encoder-decoder", "nats per assistant token"),
        ("pt", "causal", "nats per token of text"),
    ],
)
def test_a_loss_has_the_unit_of_what_is_learnt(task, family, unit):
    assert loss_unit(task, family, train_on_prompt=False) == unit


def test_card_and_curve_name_the_unit_of_the_loss(job_line, base):
    last = run_job(job_line(train_on_prompt=True), base)[-1]
    for file in (Path(last["folder"], "README.md"), Path(last["loss_curve"])):
        assert "nats per token of prompts and answers" in file.read_text(encoding="utf-8")


def test_the_summary_has_all_that_a_run_can_be_repeated_by(job_line, base):
    job = job_line(metric_for_best_model="rougeL")
    job["dataset"]["id"] = "ds-tiny"
    seen = run_job(job, base)
    last = seen[-1]
    found = json.loads(Path(last["training_summary"]).read_text(encoding="utf-8"))
    assert Path(last["training_summary"]).parent == Path(last["folder"])
    for split, file in found["data"].items():
        assert file["sha256"] == hashlib.sha256(Path(job["dataset"][split]).read_bytes()).hexdigest()
    assert set(found["data"]) == {"train", "validation", "test"} and found["dataset"] == "ds-tiny"
    assert {"tunemesh", "torch"} <= set(found["versions"])
    assert found["base"]["id"] == "tiny" and found["base"]["sha256"] == base.sha256
    assert found["base"]["stop_token_ids"] == sorted(base.stop_ids) == [258]
    assert found["base"]["chat_template_sha256"] == hashlib.sha256(TEMPLATE.encode()).hexdigest()
    assert set(Spec.__dataclass_fields__) == set(found["specification"])
    assert all(found["specification"][name] == value for name, value in job["spec"].items())
    assert found["seed"] == found["specification"]["seed"] == 42
    assert found["specification"]["lora_alpha"] == 16, "what was chosen is there as well"
    assert {"python", "torch", "transformers", "peft", "tokenizers", "numpy"} <= set(found["versions"])
    assert found["metrics"] == last["metrics"]
    for name in ("steps", "best_step", "best_metric", "overfitting_since", "trained_tokens", "final_loss"):
        assert found[name] == last[name]
    assert [step for step, _ in found["losses"]] == list(range(1, last["steps"] + 1))
    assert found["validation_values"][0][0] == 0
    text = json.dumps(found)
    assert job["workdir"] not in text and job["base"]["folder"] not in text


def test_the_card_says_what_chose_the_step_and_through_which_template(job_line, base):
    last = run_job(job_line(metric_for_best_model="rougeL"), base)[-1]
    card = Path(last["folder"], "README.md").read_text(encoding="utf-8")
    assert ", chosen by rougeL " in card and "| metric_for_best_model | rougeL |" in card
    assert hashlib.sha256(TEMPLATE.encode()).hexdigest() in card
    alone = run_job(job_line(name="alone", validation=False), base)[-1]
    card = Path(alone["folder"], "README.md").read_text(encoding="utf-8")
    assert "nothing is known about over-fitting" in card and alone["best_metric"]["value"] is None
