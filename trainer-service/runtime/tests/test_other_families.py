"""Encoders with a head and encoder-decoders: the dataset's task decides head, loss and metrics."""

from __future__ import annotations

import copy
import json
import statistics
from pathlib import Path

import pytest
import torch
from conftest import byte_tokenizer, chat, write_lines
from peft import PeftModel
from running import named, run_job, weights_hash
from safetensors.torch import load_file
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    RobertaConfig,
    RobertaForMaskedLM,
    T5Config,
    T5ForConditionalGeneration,
)

from tune import base as bases
from tune import heads, seq2seq
from tune.batch import Batch, collate
from tune.data import Chat
from tune.generate import text_of
from tune.job import Dataset
from tune.objective import mean_loss
from tune.pulse import Pulse
from tune.rows import parts
from tune.spec import Spec
from tune.units import Units

SMALL = {
    "vocab_size": 272,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 130,
    "pad_token_id": 256,
    "initializer_range": 0.2,
}
RELATIVE = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_buckets": 16}


def masked(kind: str, **more):
    return AutoModelForMaskedLM.from_config(AutoConfig.for_model(kind, **SMALL | more))


MODELS = {
    "bert": lambda: BertForMaskedLM(BertConfig(**SMALL)),
    "classifier": lambda: BertForSequenceClassification(BertConfig(**SMALL, num_labels=2)),
    "classifier-of-three": lambda: BertForSequenceClassification(BertConfig(**SMALL, num_labels=3)),
    "deberta-v2": lambda: masked("deberta-v2", **RELATIVE),
    "modernbert": lambda: masked("modernbert", bos_token_id=257, eos_token_id=258),
    "mpnet": lambda: masked("mpnet"),
    "roberta": lambda: RobertaForMaskedLM(
        RobertaConfig(**SMALL | {"max_position_embeddings": 400}, type_vocab_size=1)
    ),
    "t5": lambda: T5ForConditionalGeneration(
        T5Config(
            vocab_size=272,
            d_model=32,
            d_kv=16,
            d_ff=64,
            num_layers=2,
            num_heads=2,
            pad_token_id=256,
            eos_token_id=258,
            decoder_start_token_id=256,
            initializer_factor=0.5,
        )
    ),
}
SENTIMENT = [chat(f"{'++' if n % 3 else '--'} text {n}", "good" if n % 3 else "bad") for n in range(36)]
THREE = [chat("abc"[n % 3] * 6 + f" {n}", "xyz"[n % 3]) for n in range(36)]
SCORES = [chat("#" * (n % 5 + 1) + f" text {n}", str(n % 5 - 1.5)) for n in range(40)]


@pytest.fixture
def run(job_line, tmp_path, held):
    """`run(model, task, rows, **spec)`: the events of a job on a third of the rows as test split."""

    def go(model: str, task: str, rows: list, resume: str | None = None, attempt: int = 1, **spec):
        folder, base = held(model)
        shared = {"learning_rate": 0.01, "num_train_epochs": 6, "max_new_tokens": None, "eval_steps": 6}
        job = job_line(attempt=attempt, resume=resume, folder_of_base=folder, **shared | spec)
        cut = len(rows) * 2 // 3
        job["dataset"] = {
            "train": write_lines(tmp_path / "train.jsonl", rows[: cut - 6]),
            "validation": write_lines(tmp_path / "validation.jsonl", rows[cut - 6 : cut]),
            "test": write_lines(tmp_path / "test.jsonl", rows[cut:]),
            "task": task,
        }
        return run_job(job, base)

    return go


def both(seen: list[dict]) -> tuple[dict, dict]:
    assert seen[-1]["event"] == "adapter", seen[-1]
    return tuple(e["metrics"] for e in named(seen, "evaluated"))


@pytest.mark.parametrize("model", ["bert", "roberta"])
@pytest.mark.parametrize("method", ["lora", "dora", "adapter", "freeze", "full"])
def test_an_encoder_learns_labels_by_every_method(model, method, run, held):
    _, base = held(model)
    before = {n: t.clone() for n, t in base.model.state_dict().items()}
    untuned, tuned = both(run(model, "classification", SENTIMENT, method=method))
    assert set(tuned) == {"loss", "accuracy", "macro_precision", "macro_recall", "macro_f1", "auc"}
    assert tuned["loss"] < untuned["loss"] and tuned["auc"] > 0.5
    assert all(torch.equal(t, before[n]) for n, t in base.model.state_dict().items())


def unlimited(model: torch.nn.Module, folder: Path) -> bases.Base:
    """The base of a tokenizer that says nothing of how long a text may be."""
    model.save_pretrained(folder)
    tokenizer = byte_tokenizer()
    tokenizer.model_max_length = int(1e30)
    tokenizer.save_pretrained(folder)
    return bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))


def test_a_roberta_has_the_positions_behind_its_paddings_number(tmp_path):
    base = unlimited(MODELS["roberta"](), tmp_path)
    assert base.max_positions == 400 - 256 - 1
    assert base.model(torch.full((1, base.max_positions), 65)).last_hidden_state.isfinite().all()
    with pytest.raises((IndexError, RuntimeError)):
        base.model(torch.full((1, base.max_positions + 1), 65))


def test_an_encoder_whose_tokenizer_has_no_limit_reads_512_tokens(tmp_path):
    long = BertForMaskedLM(BertConfig(**SMALL | {"max_position_embeddings": 600}))
    assert unlimited(long, tmp_path).max_positions == 512


@pytest.mark.parametrize(
    "model", ["bert", "roberta", "modernbert", "deberta-v2", "classifier", "classifier-of-three"]
)
def test_stock_peft_loads_a_head_and_gives_the_same_scores(model, run, held):
    folder, base = held(model)
    last = run(model, "classification", THREE)[-1]
    config = json.loads(Path(last["folder"], "adapter_config.json").read_text(encoding="utf-8"))
    assert (config["peft_type"], config["task_type"]) == ("LORA", "SEQ_CLS")
    torch.manual_seed(99)
    stock = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=3, ignore_mismatched_sizes=True
    )
    stock = PeftModel.from_pretrained(stock, last["folder"]).eval()
    ids = base.tokenizer(["bbbbbb 4", "cccccc 5"], return_tensors="pt")["input_ids"]
    with heads.published(base, Spec(), ("x", "y", "z"), last["folder"], heads.FORM) as ours, torch.no_grad():
        assert torch.equal(stock(input_ids=ids).logits, ours(input_ids=ids).logits)
    for probe in json.loads(Path(last["probes"]).read_text(encoding="utf-8")):
        scores = stock(**base.tokenizer(probe["input"], return_tensors="pt")).logits[0].softmax(-1)
        assert "xyz"[int(scores.argmax())] == probe["expected"]
        assert float(scores.max()) == pytest.approx(probe["probability"], abs=probe["tolerance"])


@pytest.mark.parametrize("method", ["lora", "adapter", "freeze", "full"])
def test_the_folder_holds_the_model_that_was_best_on_the_validation_split(method, run, held, tmp_path):
    _, base = held("bert")
    last = run("bert", "classification", THREE, method=method)[-1]
    config = json.loads(Path(last["folder"], "adapter_config.json").read_text(encoding="utf-8"))
    labels = ("x", "y", "z")
    if method != "lora":
        assert config["labels"] == list(labels) and config["task_type"] == "SEQ_CLS"
    path = str(tmp_path / "validation.jsonl")
    rows = heads.split(path, "dataset.validation", base, labels, 128, lambda: None).examples
    spec = Spec(method=method, seed=5)
    with heads.published(base, spec, labels, last["folder"], heads.FORM) as model:
        loss, *_ = mean_loss(model, base, rows, 4, lambda: None)
    assert loss == pytest.approx(last["best_validation_loss"], rel=1e-5)


@pytest.mark.parametrize(
    ("model", "method"),
    [("classifier", "lora"), ("classifier", "adapter"), ("modernbert", "lora"), ("modernbert", "freeze")],
)
def test_a_head_that_the_base_has_is_trained_and_saved_as_well(model, method, run, held):
    folder, _ = held(model)
    last = run(model, "classification", SENTIMENT, method=method)[-1]
    saved = load_file(Path(last["folder"], "adapter_model.safetensors"))
    saved = {name.removeprefix("base_model.model."): weight for name, weight in saved.items()}
    own = load_file(Path(folder, "model.safetensors"))
    head = {"classifier": ["classifier.weight"], "modernbert": ["classifier.weight", "head.dense.weight"]}
    for name in head[model]:
        assert name not in own or not torch.equal(saved[name], own[name])


def test_an_encoder_learns_numbers(run):
    seen = run("bert", "regression", SCORES, num_train_epochs=12)
    untuned, tuned = both(seen)
    shares = ("mean_token_accuracy", "validation_mean_token_accuracy")
    assert all(e[share] is None for e in named(seen, "progress") for share in shares), "no number is right"
    for file in (Path(seen[-1]["folder"], "README.md"), Path(seen[-1]["loss_curve"])):
        text = file.read_text(encoding="utf-8")
        assert "squared error over the variance of the train split" in text and "nats" not in text
    assert set(tuned) == {"loss", "mse", "mae", "r2"}
    assert tuned["mse"] < untuned["mse"] and tuned["r2"] > 0
    variance = statistics.pvariance(float(row["messages"][1]["content"]) for row in SCORES[:20])
    assert tuned["loss"] == pytest.approx(tuned["mse"] / variance, rel=1e-4)


@pytest.mark.parametrize("method", ["lora", "full", "adapter"])
def test_numbers_of_any_size_are_learnt_and_given_in_the_datasets_units(method, run, held):
    folder, base = held("bert")
    rows = [chat("#" * (n % 5 + 1) + f" text {n}", str(5000 + 40 * (n % 5))) for n in range(40)]
    seen = run("bert", "regression", rows, method=method, num_train_epochs=20, metric_for_best_model="r2")
    _, tuned = both(seen)
    assert tuned["r2"] > 0
    values = [e["validation_metrics"]["r2"] for e in named(seen, "progress") if e["validation_metrics"]]
    assert seen[-1]["best_metric"]["value"] == max(values[1:]) > 0, (
        "measured in the same units while it learns"
    )
    probe = json.loads(Path(seen[-1]["probes"]).read_text(encoding="utf-8"))[0]
    assert 4900 < probe["expected"] < 5300
    if method == "lora":
        stock = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1)
        stock = PeftModel.from_pretrained(stock, seen[-1]["folder"]).eval()
        number = stock(**base.tokenizer(probe["input"], return_tensors="pt")).logits[0, 0]
        assert float(number) == pytest.approx(probe["expected"], rel=1e-4)


def test_numbers_that_differ_by_little_choose_the_best_step(run):
    rows = [chat("#" * (n % 5 + 1) + f" text {n}", str(0.004 + 0.0003 * (n % 5))) for n in range(40)]
    seen = run("bert", "regression", rows, metric_for_best_model="mse", num_train_epochs=4, eval_steps=2)
    both(seen)
    values = [e["validation_metrics"]["mse"] for e in named(seen, "progress") if e["validation_metrics"]][1:]
    assert len(set(values)) == len(values) > 2
    assert seen[-1]["best_metric"]["value"] == min(values) > 0


def test_a_number_is_learnt_to_more_digits_than_float32_has(held, tmp_path):
    _, base = held("bert")
    path = write_lines(tmp_path / "rows.jsonl", [chat("a", "19999001"), chat("b", "20000999")])
    units = Units.of(Dataset(path, task="regression"), lambda: None)
    assert units == Units(20_000_000, 999)
    made = heads.split(path, "dataset.train", base, units, 64, lambda: None).examples
    row = parts(collate(made, base.pad_id, torch.device("cpu")), base.pad_id)
    assert row.targets[:, 0].to(torch.int32).view(torch.float32).tolist() == [-1, 1]


@pytest.mark.parametrize("numbers", [["1700000123", "1700000187"], ["1e-50", "3e-50"]])
def test_numbers_that_a_head_cannot_tell_apart_are_refused(numbers, run):
    last = run("bert", "regression", [chat(f"text {n}", numbers[n % 2]) for n in range(36)])[-1]
    assert (last["code"], last["field"]) == ("dataset_unreadable", "dataset.train")
    assert "Take a constant away" in last["reason"]


def test_numbers_that_are_all_the_same_have_no_spread(tmp_path):
    path = write_lines(tmp_path / "rows.jsonl", [chat("a", "1700000123.1")] * 3)
    dataset = Dataset(path, task="regression")
    assert Units.of(dataset, lambda: None) == Units(1700000123.1, 1.0)


@pytest.mark.parametrize("method", ["full", "freeze"])
def test_a_head_that_no_block_of_badam_trains_answers_in_the_datasets_units(method, run):
    rows = [chat("#" * (n % 5 + 1) + f" text {n}", str(5000 + 40 * (n % 5))) for n in range(40)]
    badam = {"use_badam": True, "badam_switch_interval": 2, "num_train_epochs": 3, "learning_rate": 1e-3}
    seen = run("bert", "regression", rows, method=method, **badam)
    _, tuned = both(seen)
    assert tuned["mae"] < 500
    probe = json.loads(Path(seen[-1]["probes"]).read_text(encoding="utf-8"))[0]
    assert 4500 < probe["expected"] < 5500


@pytest.mark.parametrize(("model", "rows"), [("bert", THREE), ("t5", THREE)])
def test_a_resumed_training_ends_in_the_same_bytes(model, rows, run):
    whole = run(model, "classification", rows, lora_dropout=0.1, save_steps=5)
    both(whole)
    point = named(whole, "checkpoint")[0]
    seen = run(
        model, "classification", rows, resume=point["folder"], attempt=2, lora_dropout=0.1, save_steps=5
    )
    assert seen[0]["resumed_from_step"] == point["step"] > 0
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])


@pytest.mark.parametrize("method", ["lora", "adapter", "freeze", "full"])
def test_an_encoder_decoder_learns_to_answer(method, run, held):
    folder, base = held("t5")
    rows = [chat("abc"[n % 3] * 5, "xyz"[n % 3] * 2) for n in range(36)]
    seen = run("t5", "sft", rows, method=method, num_train_epochs=10)
    untuned, tuned = both(seen)
    assert {"bleu", "rougeL", "exact_match", "perplexity"} <= set(tuned)
    assert tuned["loss"] < untuned["loss"]
    if method == "lora":
        stock = PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained(folder), seen[-1]["folder"])
        sample = named(seen, "evaluated")[1]["samples"][0]
        ids = base.tokenizer(sample["prompt"], return_tensors="pt")["input_ids"]
        answer = stock.eval().generate(input_ids=ids, max_new_tokens=16, do_sample=False)
        assert base.tokenizer.decode(answer[0], skip_special_tokens=True) == sample["output"]


def test_an_encoder_decoder_is_measured_by_the_answers_that_are_served(held):
    _, base = held("t5")
    config, before = base.model.generation_config, base.model.generation_config.to_dict()
    rows = [chat("abc"[n % 3] * (n + 1), "x") for n in range(5)]
    made = [seq2seq.encoded(Chat(1, row["messages"], [0.0, 1.0]), base, 64) for row in rows]
    pulse = Pulse(lambda event: None, lambda: None)
    served = seq2seq.unpadded(base.model, base, [e.prompt for e in made], 12, lambda: None)
    try:
        config.update(min_length=10, no_repeat_ngram_size=1, forced_bos_token_id=7, num_beams=3)
        found = seq2seq.evaluate(base.model, base, "evaluation", made, 12, None, pulse)
    finally:
        base.model.generation_config = type(config).from_dict(before)
    assert [text for text, _ in found.answers] == [text_of(base, answer.tokens) for answer in served]


@pytest.mark.parametrize(
    ("model", "task", "spec", "field"),
    [
        ("bert", "sft", {}, "base.id"),
        ("bert", "classification", {"method": "prefix"}, "spec.method"),
        ("t5", "sft", {"method": "prompt"}, "spec.method"),
        ("t5", "sft", {"train_on_prompt": True}, "spec.train_on_prompt"),
        ("bert", "classification", {"frozen_precision": "fp8"}, "spec.frozen_precision"),
        ("t5", "sft", {"frozen_precision": "fp8"}, "spec.frozen_precision"),
    ],
)
def test_what_a_family_cannot_do_is_refused_before_any_work(model, task, spec, field, run):
    last = run(model, task, SENTIMENT, **spec)[-1]
    assert (last["event"], last["code"], last["field"]) == ("failed", "wrong_family", field)


def test_all_that_a_family_cannot_do_is_told_at_once(run):
    last = run("bert", "sft", SENTIMENT, method="prefix", train_on_prompt=True)[-1]
    fields = ["base.id", "spec.method", "spec.train_on_prompt"]
    assert [problem["field"] for problem in last["problems"]] == fields
    assert all(field in last["reason"] for field in fields)


def test_texts_that_a_head_reads_cut_are_told(run):
    rows = [chat(f"{'++' if n % 3 else '--'} {n}" + " long" * 9 * (n == 4), "+-"[n % 2]) for n in range(36)]
    seen = run("bert", "classification", rows, cutoff_len=16, num_train_epochs=1)
    both(seen)
    (notice,) = [n for n in named(seen, "notice") if n["code"] == "examples_truncated"]
    assert notice["reason"].startswith("1 training examples are longer than 16") and notice["lines"] == [5]


@pytest.mark.parametrize(("model", "said"), [("bert", 0), ("t5", 2)])
def test_the_tokens_of_a_training_are_those_that_the_model_reads(model, said, run, held):
    _, base = held(model)
    seen = run(model, "classification", THREE, num_train_epochs=2)
    both(seen)
    read = [base.tokenizer(row["messages"][0]["content"])["input_ids"] for row in THREE[:18]]
    assert seen[-1]["trained_tokens"] == 2 * sum(len(ids) + said for ids in read)


@pytest.mark.parametrize(("over", "cut"), [(0, []), (1, [1])])
def test_a_head_reads_a_text_of_exactly_the_limit_whole(over, cut, held, tmp_path):
    _, base = held("bert")
    text = "a text " * 4
    limit = len(base.tokenizer(text)["input_ids"]) - over
    path = write_lines(tmp_path / "rows.jsonl", [chat(text, "x")])
    made = heads.split(path, "dataset.train", base, ("x", "y"), limit, lambda: None)
    assert made.truncated == cut and len(made.examples[0].prompt) == limit


def test_a_single_label_is_nothing_to_learn(run):
    last = run("bert", "classification", [chat(f"text {n}", "same") for n in range(24)])[-1]
    assert (last["code"], last["field"]) == ("one_label", "dataset.train")


def test_a_regression_names_the_line_that_is_no_number(run):
    for answer in ("much", "nan", "1e60"):
        last = run("bert", "regression", [*SCORES[:3], chat("q", answer), *SCORES[3:30]])[-1]
        assert (last["code"], last["line"]) == ("dataset_unreadable", 4) and f"'{answer}'" in last["reason"]


def test_a_batch_is_taken_apart_as_it_was_put_together(held, tmp_path):
    _, base = held("bert")
    path = write_lines(tmp_path / "rows.jsonl", SCORES[:5])
    made = heads.split(path, "dataset.train", base, Units(0.5, 2.0), 64, lambda: None).examples
    row = parts(collate(made, base.pad_id, torch.device("cpu")), base.pad_id)
    for i, example in enumerate(made):
        assert row.sources[i][row.mask[i] > 0].tolist() == example.prompt
    values = row.targets[:, 0].to(torch.int32).view(torch.float32)
    assert values.tolist() == [(float(r["messages"][1]["content"]) - 0.5) / 2 for r in SCORES[:5]]


@pytest.mark.parametrize("labels", [("bad", "good"), None])
def test_a_row_of_no_loss_adds_nothing_to_a_heads_loss_and_reaches_its_weights(labels, held):
    _, base = held("bert")
    units = None if labels else Units(3.0, 2.0)
    model, _ = heads.untrained(base, Spec(method="full"), labels, heads.FORM, units)
    adds_nothing(model.requires_grad_(True), heads.loss)


def test_a_row_of_no_loss_adds_nothing_to_an_encoder_decoders_loss_and_reaches_its_weights(held):
    _, base = held("t5")
    adds_nothing(copy.deepcopy(base.model).requires_grad_(True), seq2seq.loss)


def adds_nothing(model, loss) -> None:
    found = loss(model, Batch(torch.full((1, 2), 256), torch.zeros(1, 2), 0))
    assert (float(found.total.detach()), found.weight, found.tokens, int(found.correct)) == (0, 0, 0, 0)
    found.total.backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    assert grads and not any(g.any() for g in grads)
