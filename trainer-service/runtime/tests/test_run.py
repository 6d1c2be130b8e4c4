"""Whole jobs in this process, on the tiny base."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
import torch
from conftest import chat, read_events, write_lines
from peft import PeftModel
from running import named, run_job, snapshot, stock_answer, weights_hash
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from tune import adapter
from tune.control import Control
from tune.generate import greedy, text_of
from tune.job import parse
from tune.prepare import prepare
from tune.pulse import Pulse


def text_at(*path: str) -> str:
    return Path(*path).read_text(encoding="utf-8")


def test_a_job_tunes_evaluates_and_publishes(job_line, base):
    job = job_line()
    seen = run_job(job, base)
    kinds = [e["event"] for e in seen]
    assert kinds[0] == "started" and kinds[-1] == "adapter"
    assert kinds.index("evaluated") < kinds.index("checkpoint"), "the base is evaluated before training"
    assert [e["model"] for e in named(seen, "evaluated")] == ["base", "tuned"]
    before, after = (e["metrics"] for e in named(seen, "evaluated"))
    assert after["loss"] < before["loss"]
    assert {"bleu", "rougeL", "perplexity", "well_formed", "exact_match"} <= set(before) == set(after)
    last = seen[-1]
    assert last["metrics"] == {"base": before, "tuned": after}
    assert [f["name"] for f in last["files"]] == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_summary.json",
    ]
    assert sorted(os.listdir(last["folder"])) == [f["name"] for f in last["files"]]
    validation = [e for e in named(seen, "progress") if e["validation_loss"] is not None and e["step"]]
    assert last["best_step"] == min(validation, key=lambda e: e["validation_loss"])["step"]


def test_the_published_folder_loads_in_stock_peft_and_answers_its_probes(job_line, base, base_folder):
    last = run_job(job_line(), base)[-1]
    config = json.loads(text_at(last["folder"], "adapter_config.json"))
    assert config["base_model_name_or_path"] == "tiny" and config["r"] == 8 and config["lora_alpha"] == 16
    stock = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32), last["folder"]
    ).eval()
    probes = json.loads(text_at(last["probes"]))
    assert len(probes) == 2
    for probe in probes:
        new = stock_answer(stock, base, probe)
        assert (
            new == probe["tokens"]
            and base.tokenizer.decode(new, skip_special_tokens=True) == probe["expected"]
        )


def test_the_base_is_bit_equal_after_a_job_and_the_next_job_gives_the_same_adapter(job_line, base):
    before = {n: t.clone() for n, t in base.model.state_dict().items()}
    shape = snapshot(base.model)
    first = run_job(job_line(name="one", lora_dropout=0.1), base)[-1]
    second = run_job(job_line(name="two", lora_dropout=0.1), base)[-1]
    after = base.model.state_dict()
    assert list(after) == list(before) and all(torch.equal(after[n], t) for n, t in before.items())
    assert snapshot(base.model) == shape
    weights = [
        next(f["sha256"] for f in e["files"] if f["name"].endswith("safetensors")) for e in (first, second)
    ]
    assert weights[0] == weights[1]


def test_the_base_is_clean_after_a_failed_job_too(job_line, base):
    shape = snapshot(base.model)
    assert run_job(job_line(lora_target="q_proj,nothing"), base)[-1]["code"] == "unknown_module"
    assert snapshot(base.model) == shape


def test_without_validation_and_test_the_last_step_is_published(job_line, base):
    seen = run_job(job_line(validation=False, test=False, num_train_epochs=1), base)
    last = seen[-1]
    assert last["event"] == "adapter" and last["best_step"] == last["steps"] == 3
    assert last["metrics"] == {"base": {}, "tuned": {}} and not named(seen, "evaluated")
    assert "nothing is known about quality" in text_at(last["folder"], "README.md")


def test_early_stopping_ends_training_and_publishes_the_best_step(job_line, base):
    seen = run_job(
        job_line(
            num_train_epochs=60,
            learning_rate=0.2,
            lr_scheduler_type="constant",
            eval_steps=1,
            early_stopping_steps=3,
        ),
        base,
    )
    last = seen[-1]
    assert last["event"] == "adapter"
    assert last["steps"] == last["best_step"] + 3 < named(seen, "started")[0]["steps"]


def test_a_file_that_is_not_json_is_refused_with_its_line(job_line, base):
    job = job_line()
    with open(job["dataset"]["train"], "a") as file:
        file.write('{"messages": [\n')
    last = run_job(job, base)[-1]
    assert (last["event"], last["code"], last["field"], last["line"]) == (
        "failed",
        "dataset_unreadable",
        "dataset.train",
        13,
    )
    assert "line 13 of train.jsonl" in last["reason"]


def test_a_missing_file_is_refused(job_line, base):
    job = job_line()
    os.remove(job["dataset"]["test"])
    last = run_job(job, base)[-1]
    assert (last["code"], last["field"]) == ("dataset_unreadable", "dataset.test")
    assert last["retry"], "another attempt gets its files anew"


def test_an_empty_train_split_is_refused(job_line, base):
    job = job_line()
    open(job["dataset"]["train"], "w").close()
    assert run_job(job, base)[-1]["code"] == "empty_train_split"


def test_all_examples_cut_off_is_refused(job_line, base):
    last = run_job(job_line(cutoff_len=16), base)[-1]
    assert (last["code"], last["field"]) == ("all_examples_cut_off", "spec.cutoff_len")


def test_truncated_and_left_out_examples_are_counted_and_named(job_line, base, tmp_path):
    job = job_line(cutoff_len=64)
    write_lines(
        tmp_path / "ftjob-test" / "train.jsonl",
        [chat("a", "b"), chat("a", "long " * 30), chat("far " * 30, "b")],
    )
    write_lines(Path(job["dataset"]["validation"]), [chat("a", "b"), chat("a", "long " * 30)])
    write_lines(Path(job["dataset"]["test"]), [chat("far " * 30, "b"), chat("a", "b")])
    seen = run_job(job, base)
    started = seen[0]
    assert (started["examples"], started["truncated_examples"], started["left_out_examples"]) == (2, 1, 1)
    assert started["cut"] == {
        "train": {"truncated": 1, "left_out": 1},
        "validation": {"truncated": 1, "left_out": 0},
        "test": {"truncated": 0, "left_out": 1},
    }
    said = {(n["code"], n["reason"].split()[1]): n["lines"] for n in named(seen, "notice")}
    assert said == {
        ("examples_truncated", "training"): [2],
        ("examples_left_out", "training"): [3],
        ("examples_truncated", "validation"): [2],
        ("examples_left_out", "test"): [1],
    }
    assert [(e["examples"], e["left_out"]) for e in named(seen, "evaluated")] == [(1, 1), (1, 1)]
    assert "| test | 1 | 0 | 1 |" in text_at(seen[-1]["folder"], "README.md")


@pytest.mark.parametrize("train_on_prompt", [True, False])
def test_an_answer_may_be_somewhat_longer_than_the_longest_single_one(train_on_prompt, job_line, base):
    job = job_line(max_new_tokens=None, train_on_prompt=train_on_prompt)
    turns = [chat("say it", "a" * 19)["messages"], *(chat(f"and {n}", "b")["messages"] for n in range(9))]
    row = {"messages": [message for turn in turns for message in turn]}
    write_lines(Path(job["dataset"]["train"]), [row] * 4)
    made = prepare(parse(json.dumps(job)), base, Pulse(lambda event: None, lambda: None))
    assert made.max_new_tokens == 25


@pytest.mark.parametrize("method", ["lora", "full"])
def test_an_adapter_that_is_not_what_was_trained_is_not_published(method, job_line, base, monkeypatch):
    save = adapter.save

    def lossy(model, weights, folder):
        save(model, weights, folder)
        path = os.path.join(folder, "adapter_model.safetensors")
        tensors = load_file(path)
        for name in [n for n in tensors if "layers.1." in n and ("lora_B" in n or "mlp" in n)]:
            del tensors[name]
        save_file(tensors, path)

    monkeypatch.setattr(adapter, "save", lossy)
    last = run_job(job_line(method=method, learning_rate=0.01, num_train_epochs=6), base)[-1]
    assert (last["event"], last["code"], last["retry"]) == ("failed", "adapter_differs", True)


def test_a_validation_tells_the_share_of_tokens_that_are_right(job_line, base):
    seen = run_job(job_line(learning_rate=0.01, num_train_epochs=4), base)
    shares = [
        e["validation_mean_token_accuracy"]
        for e in named(seen, "progress")
        if e["validation_loss"] is not None
    ]
    assert len(shares) > 2 and all(0 <= share <= 1 for share in shares) and shares[-1] > shares[0]
    assert all(
        e["validation_mean_token_accuracy"] is None
        for e in named(seen, "progress")
        if e["validation_loss"] is None
    )


def test_every_report_of_a_training_tells_the_time_that_is_left(job_line, base):
    seen = [e for e in named(run_job(job_line(), base), "progress") if e["stage"] == "training"]
    assert [e["step"] for e in seen if e["eta_s"] is None] == [0], "of the validation before the first step"
    assert seen[-1]["validation_loss"] is not None and seen[-1]["eta_s"] == 0


def test_a_loss_that_is_not_finite_fails_the_job(job_line, base):
    weight = base.model.model.norm.weight
    kept = weight[0].item()
    try:
        weight[0] = math.nan
        last = run_job(job_line(test=False), base)[-1]
    finally:
        weight[0] = kept
    assert (
        last["event"] == "failed" and last["code"] == "non_finite_loss" and "learning_rate" in last["reason"]
    )


def test_a_job_for_another_base_is_refused(job_line, base, tmp_path):
    job = job_line()
    job["base"]["folder"] = str(tmp_path)
    assert run_job(job, base)[-1]["code"] == "wrong_base"


def test_a_workdir_that_cannot_be_written_is_explained(job_line, base):
    job = job_line()
    os.makedirs(job["workdir"])
    open(os.path.join(job["workdir"], "checkpoints"), "w").close()
    last = run_job(job, base)[-1]
    assert last["code"] == "storage" and "checkpoints" in last["reason"] and last["retry"]


def test_a_damaged_checkpoint_falls_back_to_the_one_before_and_says_so(job_line, base):
    first = run_job(job_line(save_steps=2), base)
    points = named(first, "checkpoint")
    damage(points[-1]["folder"], "optimizer.safetensors")
    seen = run_job(job_line(attempt=2, save_steps=2, resume=points[-1]["folder"]), base)
    assert (
        seen[0]["resumed_from_step"] == points[-2]["step"] and seen[0]["resumed_from"] == points[-2]["folder"]
    )
    (notice,) = named(seen, "notice")
    assert (
        notice["code"] == "checkpoint_refused"
        and "optimizer.safetensors does not match its sha256" in notice["reason"]
    )
    assert seen[-1]["event"] == "adapter"
    assert weights_hash(seen[-1]) == weights_hash(first[-1])


def test_a_job_whose_checkpoints_are_all_damaged_starts_over_and_says_so(job_line, base):
    first = run_job(job_line(save_steps=2), base)
    for point in named(first, "checkpoint"):
        damage(point["folder"], "manifest.json")
    seen = run_job(job_line(attempt=2, save_steps=2, resume=named(first, "checkpoint")[-1]["folder"]), base)
    assert seen[0]["resumed_from_step"] == 0 and "starts over" in named(seen, "notice")[0]["reason"]
    assert weights_hash(seen[-1]) == weights_hash(first[-1])


def test_a_checkpoint_whose_reported_hash_differs_is_not_used(job_line, base):
    first = run_job(job_line(), base)
    point = named(first, "checkpoint")[0]
    job = job_line(attempt=2, resume=point["folder"]) | {
        "resume_sha256": point["sha256"] | {"manifest.json": "0" * 64}
    }
    seen = run_job(job, base)
    assert (
        seen[0]["resumed_from_step"] == 0
        and "manifest.json does not match" in named(seen, "notice")[0]["reason"]
    )


def test_a_checkpoint_of_another_training_is_not_used(job_line, base):
    point = named(run_job(job_line(), base), "checkpoint")[-1]
    seen = run_job(job_line(attempt=2, resume=point["folder"], seed=43), base)
    assert seen[0]["resumed_from_step"] == 0 and "another training" in named(seen, "notice")[0]["reason"]


@pytest.mark.parametrize(
    "spec",
    [
        {"lora_dropout": 0.2},
        {"gradient_accumulation_steps": 2, "lr_scheduler_type": "linear"},
        {"validation": False},
    ],
)
def test_a_job_resumed_from_any_checkpoint_ends_as_if_never_stopped(job_line, base, spec):
    whole = run_job(job_line(save_steps=1, **spec), base)
    losses = {
        e["step"]: e["loss"]
        for e in named(whole, "progress")
        if e["stage"] == "training" and e["learning_rate"]
    }
    for attempt, point in enumerate(named(whole, "checkpoint"), 2):
        seen = run_job(job_line(attempt=attempt, save_steps=1, resume=point["folder"], **spec), base)
        assert seen[0]["resumed_from_step"] == point["step"]
        again = {
            e["step"]: e["loss"]
            for e in named(seen, "progress")
            if e["stage"] == "training" and e["learning_rate"]
        }
        assert again == {step: loss for step, loss in losses.items() if step > point["step"]}
        assert weights_hash(seen[-1]) == weights_hash(whole[-1])
        assert seen[-1]["metrics"]["base"] == whole[-1]["metrics"]["base"]


def test_a_resumed_training_goes_on_saving(job_line, base):
    point = named(run_job(job_line(save_steps=1), base), "checkpoint")[1]
    seen = run_job(job_line(attempt=2, save_steps=1, resume=point["folder"]), base)
    assert [e["step"] for e in named(seen, "checkpoint")] == [3, 4, 5, 6]


class StopAt(Control):
    """Asks for a stop at the n-th safe point of a stage, named by the last event that was written."""

    def __init__(self, kind: str, job: dict, stage: str, at: int = 1):
        super().__init__()
        self.kind, self.events, self.stage, self.left = kind, job["events"], stage, at

    def check(self, job: str) -> None:
        self.left -= stage_of(read_events(self.events)) == self.stage
        if self.left == 0:
            self.ask(job, self.kind)
        super().check(job)


def stage_of(seen: list[dict]) -> str:
    told = [e.get("stage") or e["event"] for e in seen if e["event"] in ("started", "progress")]
    return told[-1] if told else "preparing"


def test_a_job_paused_at_any_safe_point_goes_on_to_the_same_adapter(job_line, base):
    whole = run_job(job_line(name="whole"), base)
    shape = snapshot(base.model)
    places = [(stage, 1) for stage in ("preparing", "started", "base_evaluation", "evaluation", "saving")]
    for stage, at in [*places, *(("training", n) for n in range(2, 11, 2)), ("preparing", 30)]:
        name = f"paused-{stage}-{at}"
        seen = run_job(job_line(name=name), base, StopAt("paused", job_line(name=name), stage, at))
        assert seen[-1]["event"] == "paused" and snapshot(base.model) == shape
        assert stage_of(seen) == stage
        again = run_job(job_line(name=name, attempt=2, resume=seen[-1]["folder"]), base)
        assert again[0]["resumed_from_step"] == seen[-1]["step"]
        assert weights_hash(again[-1]) == weights_hash(whole[-1])
        assert again[-1]["metrics"] == whole[-1]["metrics"]


def test_a_job_paused_before_it_read_its_checkpoint_still_names_it(job_line, base):
    point = named(run_job(job_line(), base), "checkpoint")[0]
    job = job_line(attempt=2, resume=point["folder"])
    seen = run_job(job, base, StopAt("paused", job, "preparing"))
    assert [(e["event"], e["folder"]) for e in seen] == [("paused", point["folder"])]


def test_every_stage_says_that_it_works(job_line, base):
    """With no silence allowed, each safe point speaks; a stretch without one would be missing here."""
    first = run_job(job_line(), base, beat=0)
    stages = [e["stage"] for e in named(first, "working")]
    assert list(dict.fromkeys(stages)) == [
        "preparing",
        "base_evaluation",
        "validation",
        "training",
        "checkpoint",
        "saving",
        "evaluation",
    ]
    lines = sum(n for n in (12, 3, 2))
    assert stages.count("preparing") >= 2 * lines, "each line as it is read and as it is tokenised"
    files = 6 * len(named(first, "checkpoint"))
    assert stages.count("checkpoint") >= files, "each file of a checkpoint"
    again = job_line(attempt=2, resume=named(first, "checkpoint")[0]["folder"])
    resumed = [e["stage"] for e in named(run_job(again, base, beat=0), "working")]
    assert resumed.count("preparing") > stages.count("preparing"), "each file of a checkpoint that is read"


def test_a_job_that_speaks_often_enough_says_nothing_more(job_line, base):
    assert not named(run_job(job_line(), base, beat=1e9), "working")


def test_a_cancelled_job_writes_no_adapter(job_line, base):
    job = job_line()
    seen = run_job(job, base, StopAt("cancelled", job, "training", 3))
    assert seen[-1]["event"] == "cancelled"
    assert not os.path.exists(os.path.join(job["workdir"], "adapter"))


def test_the_loss_curve_is_the_same_for_the_same_run(job_line, base):
    first = run_job(job_line(), base)[-1]
    text = text_at(first["loss_curve"])
    assert (
        text.startswith("<?xml")
        and "optimizer step" in text
        and "validation" in text
        and "published: step" in text
    )
    again = run_job(job_line(attempt=2), base)[-1]
    assert text_at(again["loss_curve"]) == text


def test_the_card_says_what_the_adapter_is(job_line, base):
    job = job_line()
    last = run_job(job, base)[-1]
    text = text_at(last["folder"], "README.md")
    assert text.startswith('---\nbase_model: "tiny"\nlibrary_name: peft\n')
    for expected in (
        "| bleu |",
        "| well_formed |",
        "| lora_alpha | 16 |",
        "| seed | 42 |",
        "| peft | 0.21.0 |",
        "Seed 42",
        "PeftModel.from_pretrained",
    ):
        assert expected in text
    assert job["workdir"] not in text and job["base"]["folder"] not in text


def test_batched_answers_are_the_answers_one_by_one(base):
    prompts = [base.tokenizer("x" * n + "tell me")["input_ids"] for n in (1, 40, 7, 23, 90)]
    together = greedy(base.model, base, prompts, 40)
    for prompt, answer in zip(prompts, together, strict=True):
        (alone,) = greedy(base.model, base, [prompt], 40)
        sure = next((i for i, margin in enumerate(alone.margins) if margin < 1e-3), len(alone.margins))
        assert alone.tokens[:sure] == answer.tokens[:sure]
        stock = base.model.generate(
            torch.tensor([prompt]),
            max_new_tokens=40,
            do_sample=False,
            eos_token_id=sorted(base.stop_ids),
            pad_token_id=base.pad_id,
        )
        assert stock[0, len(prompt) : len(prompt) + len(alone.tokens)].tolist() == alone.tokens
        assert "<|im_end|>" not in text_of(base, alone.tokens)


def damage(folder: str, name: str) -> None:
    with open(os.path.join(folder, name), "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))


def test_a_job_counted_in_steps_ends_with_the_last_of_them(job_line, base):
    seen = run_job(job_line(num_train_epochs=None, max_steps=5, warmup_steps=3), base)
    assert (seen[0]["steps"], seen[0]["epochs"], seen[-1]["steps"]) == (5, 1.6667, 5)
    rates = [e["learning_rate"] for e in named(seen, "progress") if e["learning_rate"]]
    assert len(rates) == 5 and rates[2] == max(rates)
    assert rates[:2] == pytest.approx([rates[2] / 3, 2 * rates[2] / 3])
    assert "max_steps" in Path(seen[-1]["folder"], "README.md").read_text(encoding="utf-8")
