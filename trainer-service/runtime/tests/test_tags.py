"""Encoders that tag: words and entities found in the text, learnt, measured, saved and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from conftest import chat, write_lines
from peft import PeftModel
from running import named, run_job, weights_hash
from test_other_families import both
from transformers import AutoModelForTokenClassification

from tune import heads, tags
from tune.data import Chat, read
from tune.failure import Failure
from tune.spans import Marked, Span, labelled, placed
from tune.spec import Spec

NAMES = ("Ann", "Bob", "Eve", "Max")
PLACES = ("Oslo", "Rome", "Lima")


def entities(*pairs: tuple[str, str]) -> str:
    return json.dumps([{"type": kind, "text": text} for kind, text in pairs], ensure_ascii=False)


def words(*pairs: tuple[str, str]) -> str:
    return json.dumps([{"text": text, "tag": tag} for text, tag in pairs], ensure_ascii=False)


def found(n: int) -> dict:
    name, place = NAMES[n % 4], PLACES[n % 3]
    return chat(f"Find all.\n{name} is in {place}.", entities(("PER", name), ("LOC", place)))


def spoken(n: int) -> dict:
    name = NAMES[n % 4]
    return chat(f"Tag all.\n{name} runs .", words((name, "NOUN"), ("runs", "VERB"), (".", "PUNCT")))


ENTITIES, WORDS = [found(n) for n in range(36)], [spoken(n) for n in range(36)]
LABELS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")


@pytest.fixture
def run(job_line, tmp_path, held):
    def go(rows: list, model: str = "bert", resume: str | None = None, attempt: int = 1, **spec):
        folder, base = held(model)
        given = {
            "learning_rate": 0.02,
            "num_train_epochs": 8,
            "max_new_tokens": None,
            "eval_steps": 12,
        } | spec
        job = job_line(attempt=attempt, resume=resume, folder_of_base=folder, **given)
        cut = len(rows) * 2 // 3
        job["dataset"] = {
            "train": write_lines(tmp_path / "train.jsonl", rows[: cut - 6]),
            "validation": write_lines(tmp_path / "validation.jsonl", rows[cut - 6 : cut]),
            "test": write_lines(tmp_path / "test.jsonl", rows[cut:]),
            "task": "tagging",
        }
        return run_job(job, base)

    return go


@pytest.mark.parametrize("model", ["bert", "roberta"])
@pytest.mark.parametrize("method", ["lora", "dora", "adapter", "freeze", "full"])
def test_an_encoder_learns_entities_by_every_method(model, method, run, held):
    _, base = held(model)
    before = {n: t.clone() for n, t in base.model.state_dict().items()}
    seen = run(ENTITIES, model, method=method)
    untuned, tuned = both(seen)
    assert set(tuned) == {"loss", "token_accuracy", "entity_precision", "entity_recall", "entity_f1"}
    assert tuned["loss"] < untuned["loss"] and tuned["token_accuracy"] > untuned["token_accuracy"]
    assert all(torch.equal(t, before[n]) for n, t in base.model.state_dict().items())


def test_tagged_words_have_an_accuracy_and_the_answer_has_their_form(run):
    seen = run(WORDS, num_train_epochs=16)
    untuned, tuned = both(seen)
    assert set(tuned) == {"loss", "token_accuracy"} and tuned["token_accuracy"] > untuned["token_accuracy"]
    before, after = named(seen, "evaluated")
    for sample in after["samples"]:
        said, due = json.loads(sample["output"]), json.loads(sample["reference"])
        assert [item["text"] for item in said] == [item["text"] for item in due]
        assert {item["tag"] for item in said} <= {"NOUN", "VERB", "PUNCT"}
    assert before["worst"][0]["metric"] == "token_accuracy" and before["worst"][0]["score"] < 1


def test_the_tokens_of_a_training_are_those_that_the_model_reads(run, held):
    _, base = held("bert")
    seen = run(ENTITIES, num_train_epochs=2)
    both(seen)
    read = [base.tokenizer(row["messages"][0]["content"])["input_ids"] for row in ENTITIES[:18]]
    assert seen[-1]["trained_tokens"] == 2 * sum(map(len, read))


def test_the_best_step_may_be_chosen_by_entities(run):
    seen = run(ENTITIES, metric_for_best_model="entity_f1")
    scores = {
        e["step"]: e["validation_metrics"]["entity_f1"]
        for e in named(seen, "progress")
        if e["validation_metrics"] and e["step"]
    }
    assert seen[-1]["best_step"] == max(scores, key=lambda step: (scores[step], -step))
    last = run(WORDS, metric_for_best_model="entity_f1")[-1]
    assert last["code"] == "unknown_metric" and '"token_accuracy"' in last["reason"]


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_resumed_tagger_ends_in_the_same_bytes(method, run):
    spec = {"method": method, "save_steps": 12, "num_train_epochs": 4}
    whole = run(ENTITIES, **spec)
    both(whole)
    point = named(whole, "checkpoint")[0]
    seen = run(ENTITIES, resume=point["folder"], attempt=2, **spec)
    assert seen[0]["resumed_from_step"] == point["step"] > 0
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])


def test_stock_peft_loads_the_head_and_the_card_says_how(run, held):
    folder, base = held("bert")
    last = run(ENTITIES, num_train_epochs=1)[-1]
    card = Path(last["folder"], "README.md").read_text(encoding="utf-8")
    assert "pipeline_tag: token-classification" in card and "AutoModelForTokenClassification" in card
    assert "`O`, `B-LOC`, `I-LOC`, `B-PER`, `I-PER`" in card
    summary = json.loads(Path(last["training_summary"]).read_text(encoding="utf-8"))
    assert summary["labels"] == list(LABELS)
    torch.manual_seed(99)
    stock = AutoModelForTokenClassification.from_pretrained(folder, num_labels=5)
    stock = PeftModel.from_pretrained(stock, last["folder"]).eval()
    ids = base.tokenizer("Ann is in Oslo.", return_tensors="pt")["input_ids"]
    with heads.published(base, Spec(), LABELS, last["folder"], tags.FORM) as ours, torch.no_grad():
        assert torch.equal(stock(input_ids=ids).logits, ours(input_ids=ids).logits)


def test_what_is_cut_off_counts_as_missed(run):
    long = chat("Find all.\n" + "x " * 20 + "Ann", entities(("PER", "Ann")))
    rows = [*ENTITIES[:24], *([long] * 12)]
    _, tuned = both(run(rows, cutoff_len=32))
    assert tuned["entity_recall"] == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (chat("Ann", entities(("PER", "Bob"))), "'Bob' of the answer is not in the text"),
        (chat("Ann Bob", entities(("PER", "Bob"), ("PER", "Ann"))), "in this order"),
        (chat("Ann", "a name"), "must be a list"),
        (chat("Ann", '[{"text": "Ann"}]'), "must be a list"),
        (chat("Ann", "[5]"), "must be a list"),
        (chat("Ann", '[{"type": "PER", "text": " "}]'), "must be a list"),
        (chat("Ann", '[{"text": "Ann", "tag": 1}]'), "must be a list"),
        (chat("Ann", words(("Ann", "NOUN"))), "stand in one dataset"),
    ],
)
def test_an_answer_that_does_not_fit_its_text_is_named_by_its_line(row, reason, run):
    last = run([*ENTITIES[:2], row, *ENTITIES[3:]])[-1]
    assert (last["code"], last["field"], last["line"]) == ("dataset_unreadable", "dataset.train", 3)
    assert reason in last["reason"]


def test_a_dataset_without_entities_is_nothing_to_learn(run):
    assert run([chat(f"text {n}", "[]") for n in range(24)])[-1]["code"] == "one_label"


def of(prompt: str, answer: str) -> Chat:
    return Chat(1, chat(prompt, answer)["messages"], [0.0, 1.0])


def test_an_entity_is_where_it_stands_as_words_and_the_instruction_is_no_text():
    marked = placed(
        of("Find PER: Ann.\nAnnette met Ann in New  York", entities(("PER", "Ann"), ("LOC", "New York"))), ""
    )
    text = "Find PER: Ann.\nAnnette met Ann in New  York"
    assert [text[s.start : s.end] for s in marked.spans] == ["Ann", "New  York"]
    assert marked.spans[0].start == text.index(" Ann in") + 1 and marked.begin == text.index("Annette")
    chinese = placed(of("找出实体。\n王小明在北京。", entities(("PER", "王小明"), ("LOC", "北京"))), "")
    assert chinese.spans == [Span(6, 9, "PER"), Span(10, 12, "LOC")]


def test_pieces_get_their_labels():
    marked = placed(of("ab cd", words(("ab", "X"), ("cd", "Y"))), "")
    assert labelled(marked, [(0, 0), (0, 1), (1, 2), (2, 3), (3, 5), (0, 0)]) == [(1, "X"), (4, "Y")]
    assert labelled(marked, [(0, 5)]) == [(0, "X")], "one piece for two words stands for the first"
    marked = placed(of("i\nab cd", entities(("P", "ab"), ("Q", "cd"))), "")
    assert labelled(marked, [(0, 0), (0, 1), (2, 3), (3, 4), (4, 6), (6, 7), (7, 7)]) == [
        (2, "B-P"),
        (3, "I-P"),
        (4, "B-Q"),
        (5, "I-Q"),
    ]


@pytest.mark.parametrize(
    ("text", "entity", "start"),
    [
        ("May met us in May .", "May", 0),
        ("中日两国近日会谈", "日", 1),
        ("Bush said Bush hats sell", "Bush", 10),
        ("😀 Bush said Bush hats 😀", "Bush", 2),
    ],
)
def test_an_entity_is_where_its_line_says(text, entity, start, held, tmp_path):
    _, base = held("bert")
    at = len("Find all.\n") + start
    row = chat(f"Find all.\n{text}", entities(("PER", entity)), spans=[[at, at + len(entity)]])
    path = write_lines(tmp_path / "rows.jsonl", [row])
    (made,) = tags.split(path, "dataset.test", base, LABELS, 128, lambda: None).examples
    places = base.tokenizer(row["messages"][0]["content"], return_offsets_mapping=True)["offset_mapping"]
    labels = [value // 5 for value in made.ids[len(made.prompt) :].tolist() if LABELS[value % 5] != "O"]
    assert {places[piece] for piece in labels} == {(at + i, at + i + 1) for i in range(len(entity))}


def test_words_that_cannot_be_found_are_learnt_and_measured_where_their_line_says(run):
    tokens = ["x", "，", "我", "x", "。"]
    answer = words(*((token, "N" if token.isalnum() else "P") for token in tokens))
    row = chat("Tag.\nx，我x。", answer, spans=[[5 + i, 6 + i] for i in range(5)])
    _, tuned = both(seen := run([row] * 24, num_train_epochs=1))
    assert set(tuned) == {"loss", "token_accuracy"}
    for sample in named(seen, "evaluated")[-1]["samples"]:
        assert [item["text"] for item in json.loads(sample["output"])] == tokens


@pytest.mark.parametrize(
    "spans", [[[2, 5]], [[10, 13], [10, 13]], 5, [5], [[10]], [[13, 10]], [[10, 13.0]], [["10", 13]]]
)
def test_a_line_that_tells_no_right_places_is_looked_through(spans, tmp_path):
    row = chat("x\nAnn met Bob", entities(("PER", "Bob")), spans=spans)
    (line,) = read(write_lines(tmp_path / "rows.jsonl", [row]), "dataset.train")
    assert placed(line, "").spans == [Span(10, 13, "PER")]


def test_a_piece_is_sought_by_its_words_and_else_anywhere():
    def where(text: str, piece: str) -> tuple[int, int]:
        (span,) = placed(of(f"x\n{text}", words((piece, "X"))), "").spans
        return span.start - 2, span.end - 2

    assert where("an ant and an_ ants", "an") == (11, 13)
    assert where("ants aant", "ant") == (6, 9)
    assert where("a  b a\tb xab", "a b") == (5, 8)
    assert where("ab xa  b", "a b") == (0, 2)
    assert where("a  a", "a a") == (0, 4)
    assert where("aaa", "aa") == (1, 3)
    assert where("的一的", "的") == (2, 3)
    with pytest.raises(Failure, match="not in the text"):
        placed(of("a c b", words(("a b", "X"))), "")


def test_a_long_text_of_tagged_words_takes_no_square_of_its_length():
    class Offsets(list):
        reads = 0

        def __getitem__(self, at):
            Offsets.reads += 1
            return super().__getitem__(at)

    offsets = Offsets((at, at + 1) for at in range(3000))
    for by_words in (True, False):
        spans = [Span(at, at + 1, "X") for at in range(0, 3000, 2)]
        found = [piece for piece, name in labelled(Marked(by_words, spans, 0), offsets) if name != "O"]
        assert found == list(range(0, 3000, 2))
    assert Offsets.reads < 10 * len(offsets)


def test_entities_are_counted_whole_as_seqeval_counts_them():
    due = ["O", "B-PER", "I-PER", "O", "B-LOC"]
    half = ["O", "B-PER", "O", "O", "B-LOC"]
    metrics, ranking = tags.measured([(due, due), (half, due)], True)
    assert metrics == {
        "token_accuracy": 0.9,
        "entity_precision": 0.75,
        "entity_recall": 0.75,
        "entity_f1": 0.75,
    }
    assert (ranking.metric, ranking.scores) == ("entity_f1", [1, 0.5])


def test_a_tokenizer_that_knows_no_places_is_refused(held, tmp_path):
    from dataclasses import replace
    from types import SimpleNamespace

    _, base = held("bert")
    path = write_lines(tmp_path / "rows.jsonl", ENTITIES[:1])
    slow = replace(base, tokenizer=SimpleNamespace(is_fast=False))
    with pytest.raises(Failure) as caught:
        tags.split(path, "dataset.train", slow, LABELS, 64, lambda: None)
    assert caught.value.code == "wrong_family"
