"""Labels weighed against one another as answers in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from conftest import chat, write_lines
from running import Spread, named, run_job
from torch.nn import functional

from tune import choices, methods, rows
from tune.data import Chat
from tune.pulse import Pulse
from tune.spec import Spec
from tune.task_metrics import auc

PULSE = Pulse(lambda event: None, lambda: None)
PROMPTS = [[5, 6, 7], [8, 9, 10, 11, 12, 13], [14]]
ANSWERS = [[20, 21, 2], [22, 2], [23, 24, 25, 26, 2], [2]]


def alone(model: torch.nn.Module, prompt: list[int], answer: list[int]) -> float:
    """The log-probability of one answer after one prompt, read together."""
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([prompt + answer]), use_cache=False).logits[0].float()
    at = slice(len(prompt) - 1, -1)
    return float(-functional.cross_entropy(logits[at], torch.tensor(answer), reduction="sum"))


@pytest.mark.parametrize("method", ["lora", "prefix", "prompt", "full"])
@pytest.mark.parametrize("places", [1, 10**6])
def test_every_answer_has_the_probability_that_it_has_alone(method, places, base, monkeypatch):
    monkeypatch.setattr(choices, "rows", lambda vocabulary, device: places)
    monkeypatch.setattr(choices, "PLACES", 1)
    with methods.training(base, "b", Spec(method=method)) as tuned:
        model = tuned.get_base_model().eval()
        for weight in tuned.parameters():
            if weight.requires_grad and method != "full":
                torch.nn.init.normal_(weight, std=0.3)
        found = choices.likelihoods(model, base, PROMPTS, ANSWERS, PULSE)
        expected = torch.tensor([[alone(model, p, a) for a in ANSWERS] for p in PROMPTS])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("places", [1, 64])
def test_so_has_an_encoder_decoders(places, held, monkeypatch):
    _, base = held("t5")
    monkeypatch.setattr(choices, "rows", lambda vocabulary, device: places)
    monkeypatch.setattr(choices, "PLACES", 1)
    found = choices.likelihoods(base.model, base, PROMPTS, ANSWERS, PULSE)
    begin = base.model.config.decoder_start_token_id
    for prompt, row in zip(PROMPTS, found, strict=True):
        for answer, value in zip(ANSWERS, row, strict=True):
            with torch.inference_mode():
                logits = base.model(
                    input_ids=torch.tensor([prompt]), decoder_input_ids=torch.tensor([[begin, *answer[:-1]]])
                ).logits[0]
            expected = -functional.cross_entropy(logits.float(), torch.tensor(answer), reduction="sum")
            assert float(value) == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize(("places", "most"), [(1, 1), (10, 2), (10**6, 4)])
def test_no_more_labels_are_read_at_once_than_there_is_room_for(places, most, base, monkeypatch):
    monkeypatch.setattr(choices, "rows", lambda vocabulary, device: places)
    monkeypatch.setattr(choices, "PLACES", 1)
    taken, made = [], choices._losses
    monkeypatch.setattr(choices, "_losses", lambda *given: taken.append(len(given[1])) or made(*given))
    choices.likelihoods(base.model, base, PROMPTS[:1], ANSWERS, PULSE)
    assert max(taken) == most and sum(taken) == len(ANSWERS)


def test_the_area_is_that_of_the_second_label_or_the_mean_of_each_against_the_rest():
    scores = torch.tensor([[2.0, 1.0], [0.0, 3.0], [3.0, 1.0], [1.0, 2.0]])
    assert auc(scores, ["a", "b", "a", "b"], ("a", "b")) == {"auc": 1.0}
    perfect = torch.eye(3) * 5
    assert auc(perfect, ["a", "b", "c"], ("a", "b", "c")) == {"auc": 1.0}
    assert auc(perfect, ["a", "b", "b"], ("a", "b", "c")) == {}, "nothing is c"


def test_a_score_that_is_no_number_leaves_no_area():
    scores = torch.tensor([[2.0, 1.0], [float("nan"), 3.0]])
    assert auc(scores, ["a", "b"], ("a", "b")) == {}


def classified(job: dict, folder, labels: list[str], test: slice = slice(12, None), name: str = "x") -> dict:
    chats = [chat(f"{labels[n % len(labels)][:1]} {n}", labels[n % len(labels)]) for n in range(18)]
    job["dataset"] = {
        "train": write_lines(folder / f"{name}t.jsonl", chats[:12]),
        "validation": write_lines(folder / f"{name}v.jsonl", chats[6:12]),
        "test": write_lines(folder / f"{name}e.jsonl", chats[test]),
        "task": "classification",
    }
    return job


def test_a_job_of_labels_in_words_has_an_area_and_chooses_by_it(job_line, base, tmp_path):
    more = {"max_new_tokens": 4, "num_train_epochs": 8, "probes": 0, "metric_for_best_model": "auc"}
    seen = run_job(classified(job_line(**more), tmp_path, ["good", "bad"]), base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    untuned, tuned = (e["metrics"]["auc"] for e in named(seen, "evaluated"))
    assert 0 <= untuned <= 1 and tuned == 1
    assert seen[-1]["best_metric"]["name"] == "auc" and seen[-1]["best_metric"]["value"] == 1
    assert not named(seen, "notice")


def test_an_encoder_decoder_has_one_too(held, job_line, tmp_path):
    folder, base = held("t5")
    job = job_line(folder_of_base=folder, max_new_tokens=4, probes=0)
    seen = run_job(classified(job, tmp_path, ["good", "bad", "so"]), base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert all(0 <= e["metrics"]["auc"] <= 1 for e in named(seen, "evaluated"))


def test_where_there_is_no_area_the_job_says_why(job_line, base, tmp_path, monkeypatch):
    def told(name: str, **more) -> str:
        job = job_line(name=name, max_new_tokens=2, num_train_epochs=1, probes=0)
        seen = run_job(classified(job, tmp_path, ["good", "bad"], name=name, **more), base)
        assert all("auc" not in e["metrics"] for e in named(seen, "evaluated"))
        (notice,) = named(seen, "notice")
        assert (notice["code"], notice["field"]) == ("not_measured", "dataset.test")
        return notice["reason"]

    assert 'no example has the label "bad"' in told("missing", test=slice(0, 1))
    monkeypatch.setattr(choices, "MOST", 1)
    assert "the dataset has 2 labels; up to 1 are weighed" in told("many")


def test_no_row_that_leaves_a_label_no_room_is_weighed(base, monkeypatch, job_line, tmp_path):
    asked = []
    made = choices.likelihoods
    monkeypatch.setattr(choices, "likelihoods", lambda *a: asked.append(a[2]) or made(*a))
    job = classified(job_line(max_new_tokens=2, num_train_epochs=1, probes=0), tmp_path, ["good", "bad"])
    long = chat("g " + "x" * 488, "good")
    with open(job["dataset"]["test"], "a", encoding="utf-8") as file:
        file.write(json.dumps(long) + "\n")
    seen = run_job(job, base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert {len(prompts) for prompts in asked} == {6}, "of seven"


def test_a_label_that_has_no_room_anywhere_is_told_of(job_line, base, tmp_path):
    job = classified(job_line(max_new_tokens=2, num_train_epochs=1, probes=0), tmp_path, ["good", "bad"])
    chats = [chat("g " + "x" * 488, "good"), chat("b 1", "bad")]
    job["dataset"]["test"] = write_lines(tmp_path / "long.jsonl", chats)
    seen = run_job(job, base)
    (notice,) = [n for n in named(seen, "notice") if n["code"] == "not_measured"]
    assert notice["reason"] == (
        "The area under the curve (auc) is not measured on the test split: where the longest label has room after the "
        'prompt, no example has the label "good".'
    )
    assert seen[-1]["event"] == "adapter" and "auc" not in seen[-1]["metrics"]["tuned"]


def test_an_encoder_decoder_writes_a_label_apart_from_its_prompt(held):
    _, base = held("t5")
    long = rows.example(Chat(1, chat("x", "good")["messages"], [0.0, 1.0]), [5] * 128, [6, 2], False)
    named = {"good": [6, 2], "bad": [7, 2]}
    assert choices.with_room(base, [long], named) == [long]
    assert choices.with_room(replace(base, family="causal"), [long], named) == []


@pytest.mark.parametrize("metric", ["accuracy", "auc"])
def test_the_labels_of_the_validation_split_are_weighed_only_to_choose_by(
    metric, job_line, base, tmp_path, monkeypatch
):
    weighed, made = [], choices.likelihoods
    monkeypatch.setattr(choices, "likelihoods", lambda *given: weighed.append(1) or made(*given))
    more = {"max_new_tokens": 2, "num_train_epochs": 1, "eval_steps": 1, "probes": 0}
    seen = run_job(
        classified(job_line(metric_for_best_model=metric, **more), tmp_path, ["good", "bad"]), base
    )
    validations = [e for e in named(seen, "progress") if e["validation_loss"] is not None]
    assert validations and len(weighed) == 2 + len(validations) * (metric == "auc")
    assert all("auc" in e["metrics"] for e in named(seen, "evaluated"))


def test_a_job_without_memory_for_the_area_goes_on_and_says_so_once_a_split(
    job_line, base, tmp_path, monkeypatch
):
    def short(*given: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(choices, "likelihoods", short)
    more = {"max_new_tokens": 2, "num_train_epochs": 1, "probes": 0, "metric_for_best_model": "auc"}
    seen = run_job(classified(job_line(**more), tmp_path, ["good", "bad"]), base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert all("auc" not in e["metrics"] for e in named(seen, "evaluated"))
    notices = named(seen, "notice")
    assert {n["field"] for n in notices} == {"dataset.validation", "dataset.test"} and len(notices) == 2
    assert all(
        n["code"] == "not_measured" and n["reason"].endswith("the machine ran out of memory.")
        for n in notices
    )
    monkeypatch.setattr(base.model, "spread_over", Spread(), raising=False)
    last = run_job(classified(job_line(name="spread", **more), tmp_path, ["good", "bad"]), base)[-1]
    assert last["code"] == "out_of_memory", "a process alone would leave the others waiting"
