"""Chats to tokens: what is learnt, what is cut, in which order."""

from __future__ import annotations

import itertools
import json
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import TEMPLATE, byte_tokenizer, chat, write_lines
from transformers.utils import chat_template_utils

from tune import choices, plain
from tune.batch import batches, by_length
from tune.data import Split, encode, prompt_ids, read, split
from tune.failure import Failure
from tune.spec import Spec

STOP = frozenset({258})


def base_with(tokenizer) -> SimpleNamespace:
    return SimpleNamespace(tokenizer=tokenizer, stop_ids=STOP)


def encoded(row: dict, tmp_path, cutoff: int = 512, tokenizer=None):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row))
    made = encode(read(str(path), "dataset.train")[0], tokenizer or byte_tokenizer(), STOP, cutoff)
    assert len(made) == 1
    return made[0]


def learnt(example) -> list[str]:
    tokenizer = byte_tokenizer()
    runs, current = [], []
    for token, weight in zip(example.ids, example.weights, strict=True):
        if weight > 0:
            current.append(int(token))
        elif current:
            runs.append(tokenizer.decode(current))
            current = []
    return runs + ([tokenizer.decode(current)] if current else [])


def test_only_the_assistants_words_and_its_end_of_turn_are_learnt(tmp_path):
    row = {
        "messages": [
            {"role": "system", "content": "s"},
            *chat("q1", "a1")["messages"],
            *chat("q2", "答案")["messages"],
        ]
    }
    example = encoded(row, tmp_path)
    assert learnt(example) == ["a1<|im_end|>", "答案<|im_end|>"]
    whole = byte_tokenizer().apply_chat_template(row["messages"], tokenize=False)
    assert byte_tokenizer().decode(example.ids) == whole.removesuffix("\n")


def test_the_prompt_has_the_tokens_that_precede_the_answer_in_training(tmp_path):
    example = encoded(chat("q", "\nanswer that starts with a break"), tmp_path)
    first = int(np.argmax(example.weights > 0))
    assert example.prompt == example.ids[:first].tolist() == prompt_ids(byte_tokenizer(), example.messages)


def test_a_message_or_example_of_weight_zero_is_not_learnt(tmp_path):
    row = {"messages": chat("q1", "a1")["messages"] + chat("q2", "a2")["messages"]}
    row["messages"][1]["weight"] = 0
    assert learnt(encoded(row, tmp_path)) == ["a2<|im_end|>"]
    assert encoded(chat("q", "a", weight=0), tmp_path).answer_tokens == 0
    assert set(encoded(chat("q", "a", weight=0.5), tmp_path).weights) == {0.0, 0.5}


def test_a_long_example_loses_its_end_and_says_so(tmp_path):
    example = encoded(chat("q", "a" * 100), tmp_path, cutoff=50)
    assert example.truncated and len(example.ids) == len(example.weights) == 50
    assert "<|im_end|>" not in learnt(example)[0]


def test_a_template_that_adds_no_end_of_turn_gets_one(tmp_path):
    tokenizer = byte_tokenizer(
        "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
    )
    example = encoded(chat("q", "a"), tmp_path, tokenizer=tokenizer)
    assert learnt(example) == ["a\n<|im_end|>"]


def test_a_template_that_rewrites_earlier_turns_is_refused(tmp_path):
    tokenizer = byte_tokenizer(TEMPLATE.replace("{% for m", "{{ messages|length }}{% for m"))
    row = {"messages": chat("q1", "a1")["messages"] + chat("q2", "a2")["messages"]}
    with pytest.raises(Failure, match="line 1") as caught:
        encoded(row, tmp_path, tokenizer=tokenizer)
    assert caught.value.code == "chat_template"


REFUSES = "{% if messages[0].role == 'system' %}{{ raise_exception('No system role') }}{% endif %}" + TEMPLATE


def test_a_chat_that_the_template_refuses_is_named(tmp_path):
    refused = {"messages": [{"role": "system", "content": "s"}, *chat("q", "a")["messages"]]}
    path = write_lines(tmp_path / "rows.jsonl", [chat("q", "a"), refused])
    with pytest.raises(Failure, match=r"line 2: .*No system role") as caught:
        split(path, "dataset.train", byte_tokenizer(REFUSES), STOP, 512, Spec(), lambda: None)
    assert (caught.value.code, caught.value.field, caught.value.line) == ("chat_template", "dataset.train", 2)


def test_a_template_that_refuses_to_ask_for_plain_text_names_its_line(tmp_path):
    path = write_lines(tmp_path / "rows.jsonl", [{"text": "some"}])
    base = base_with(byte_tokenizer("{{ raise_exception('only with tools') }}"))
    with pytest.raises(Failure, match=r"line 1: .*only with tools") as caught:
        plain.split(path, "dataset.train", base, 16, lambda: None)
    assert (caught.value.code, caught.value.line) == ("chat_template", 1)


@pytest.mark.parametrize("day", [datetime(2024, 2, 29), datetime(2031, 12, 24)])
def test_a_template_that_writes_the_date_writes_the_same_on_any_day(day, tmp_path, monkeypatch):
    monkeypatch.setattr(chat_template_utils, "datetime", SimpleNamespace(now=lambda: day))
    tokenizer = byte_tokenizer("{{ strftime_now('%d %b %Y') }}" + TEMPLATE)
    example = encoded(chat("q", "a"), tmp_path, tokenizer=tokenizer)
    assert tokenizer.decode(example.ids).startswith("01 Jan 2025<|im_start|>user")
    assert example.prompt == prompt_ids(tokenizer, example.messages)


def conversation(*weights: float) -> dict:
    turns = [chat(f"q{n}", f"a{n}")["messages"] for n in range(len(weights))]
    for (_, answer), weight in zip(turns, weights, strict=True):
        answer["weight"] = weight
    return {"messages": [message for turn in turns for message in turn]}


def test_a_chat_is_measured_by_the_last_of_its_answers_that_has_weight(tmp_path):
    example = encoded(conversation(1, 0.5, 0), tmp_path)
    assert example.reference == "a1" and [m["content"] for m in example.messages] == ["q0", "a0", "q1"]
    assert example.prompt == example.ids[: len(example.prompt)].tolist()
    assert byte_tokenizer().decode(example.ids).endswith("a2<|im_end|>")
    data = SimpleNamespace(splits={"test": Split.of([example])})
    assert byte_tokenizer().decode(choices.answers(data)["a1"]) == "a1<|im_end|>"


@pytest.mark.parametrize("learn_prompts", [True, False])
def test_the_longest_answer_of_a_chat_is_that_of_one_turn(learn_prompts, tmp_path):
    row = {"messages": chat("q1", "a" * 9)["messages"] + chat("long " * 9, "a")["messages"]}
    chats = read(write_lines(tmp_path / "rows.jsonl", [row]), "dataset.train")
    lengths = [len(e.ids) for e in encode(chats[0], byte_tokenizer(), STOP, 512)]
    for cutoff, longest in ((512, 10), (lengths[0] - 1, 10), (25, 4)):
        (example,) = encode(chats[0], byte_tokenizer(), STOP, cutoff, learn_prompts)
        assert example.longest == longest
    row["messages"][1]["weight"] = 0
    chats = read(write_lines(tmp_path / "rows.jsonl", [row]), "dataset.train")
    assert encode(chats[0], byte_tokenizer(), STOP, 512, learn_prompts)[0].longest == 2


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b'{"messages": ', "not JSON"),
        (b"\xff\xfe", "not UTF-8 at byte 1"),
        (b"[]", "must be an object"),
        (b'{"messages": []}', "not empty"),
        (b'{"messages": [{"role": "robot", "content": "x"}]}', "messages[0].role must be one of"),
        (b'{"messages": [{"role": "user", "content": null}]}', "messages[0].content must be a text"),
        (b'{"messages": [{"role": "assistant", "content": " "}]}', "not empty"),
        (b'{"messages": [{"role": "user", "content": "x"}]}', "the last message must be the assistant's"),
        (
            b'{"messages": [{"role": "assistant", "content": "x", "weight": 101}]}',
            "messages[0].weight must be",
        ),
        (b'{"messages": [{"role": "assistant", "content": "\\ud800"}]}', "surrogate"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(bad, says, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(chat("q", "a")).encode() + b"\r\n\n" + bad + b"\n")
    with pytest.raises(Failure) as caught:
        read(str(path), "dataset.train")
    assert caught.value.code == "dataset_unreadable" and caught.value.line == 3
    assert caught.value.reason.startswith("line 3 of rows.jsonl: ") and says in caught.value.reason


def test_history_is_masked_or_prompts_are_learnt_when_asked(tmp_path):
    path = write_lines(
        tmp_path / "rows.jsonl", [{"messages": chat("q1", "a1")["messages"] + chat("q2", "a2")["messages"]}]
    )

    def learnt_with(**spec) -> list[str]:
        made = split(path, "dataset.train", byte_tokenizer(), STOP, 512, Spec(**spec), lambda: None)
        return learnt(made.examples[0])

    assert learnt_with() == ["a1<|im_end|>", "a2<|im_end|>"]
    assert learnt_with(mask_history=True) == ["a2<|im_end|>"]
    assert [run.split("\n")[0] for run in learnt_with(train_on_prompt=True)] == ["<|im_start|>user"] * 2
    assert learnt_with(train_on_prompt=True)[1].endswith("q2<|im_end|>\n<|im_start|>assistant\na2<|im_end|>")


def test_plain_text_is_packed_without_loss_and_each_token_is_predicted_once(tmp_path):
    texts = ["first text", "第二", "x" * 30]
    path = write_lines(tmp_path / "rows.jsonl", [{"text": t} for t in texts])
    made = plain.split(path, "dataset.train", base_with(byte_tokenizer()), 16, lambda: None)
    ids = [made.examples[0].ids, *(e.ids[1:] for e in made.examples[1:])]
    assert byte_tokenizer().decode(np.concatenate(ids)) == "".join(t + "<|im_end|>" for t in texts)
    assert all(len(e.ids) <= 16 for e in made.examples) and not made.left_out and not made.truncated
    assert sum(e.answer_tokens for e in made.examples) == sum(len(t.encode()) + 1 for t in texts) - 1
    assert [e.line for e in made.examples] == [1, 2, 3, 3]
    assert [e.longest for e in made.examples] == [e.answer_tokens for e in made.examples]
    for before, after in itertools.pairwise(made.examples):
        assert before.ids[-1] == after.ids[0]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"messages": []}, 'must be an object with "text"'),
        ({"text": " "}, "not empty"),
        ({"text": 7}, 'must be an object with "text"'),
        ([], 'must be an object with "text"'),
        ({"text": "\ud800"}, "surrogate"),
    ],
)
def test_a_bad_line_of_plain_text_is_named(bad, says, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "good"}) + "\n" + json.dumps(bad) + "\n")
    with pytest.raises(Failure) as caught:
        plain.split(str(path), "dataset.train", base_with(byte_tokenizer()), 16, lambda: None)
    assert (caught.value.code, caught.value.line) == ("dataset_unreadable", 2)
    assert says in caught.value.reason


def test_batches_hold_each_example_once_near_its_like_and_repeat_by_seed_and_epoch():
    lengths = [(i * 37) % 101 + 1 for i in range(203)]
    cut = batches(lengths, 4, 42, 0)
    assert sorted(i for b in cut for i in b) == list(range(203))
    assert cut == batches(lengths, 4, 42, 0)
    assert cut != batches(lengths, 4, 42, 1) and cut != batches(lengths, 4, 43, 0)
    padded = sum(max(lengths[i] for i in b) * len(b) for b in cut)
    assert padded < 1.08 * sum(lengths)


def test_evaluation_batches_are_longest_first():
    assert by_length([3, 9, 5], 2) == [[1, 2], [0]]
