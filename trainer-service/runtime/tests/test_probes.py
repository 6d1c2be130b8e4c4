"""Which answers become probes: those alone that another correct program gives too, to texts that it reads whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from conftest import TEMPLATE, byte_tokenizer, chat, write_lines
from running import named, run_job
from test_tool_turns import CALL, TOOLS, result, said

from tune import data, decode, generate, methods, probes, seq2seq
from tune.data import Chat
from tune.generate import Answer
from tune.rows import example
from tune.spec import Spec

LABELS = ("bad", "good")


class Head:
    """Says of every text what it is told to, a row of logits for each piece or for the whole."""

    def __init__(self, *said):
        self.said = list(said)
        self.read = []

    def __call__(self, input_ids, attention_mask):
        self.read.append(input_ids[0].tolist())
        return SimpleNamespace(logits=torch.tensor([self.said[min(len(self.read), len(self.said)) - 1]]))


def rows(*texts: str, answer: str = "good") -> list:
    chats = [Chat(n, chat(text, answer)["messages"], [0.0, 1.0]) for n, text in enumerate(texts, 1)]
    return [example(each, [1], [0], False) for each in chats]


def read(head, base, examples, labels=LABELS, tagged=False, count=4):
    return probes.read(head, base, labels, tagged, examples, count, lambda: None)


def test_a_label_that_hardly_won_is_left_out(held):
    _, base = held("bert")
    head = Head([1.0, 1.0005], [1.0, 3.0], [float("nan"), float("nan")], [2.0, 1.0])
    made = read(head, base, rows("first", "second", "third", "fourth"))
    assert [(probe["input"], probe["expected"]) for probe in made] == [("second", "good"), ("fourth", "bad")]
    assert made[0]["probability"] == pytest.approx(0.880797) and made[0]["tolerance"] == 1e-3


def test_half_precision_is_sure_of_less(held):
    _, base = held("bert")
    half = replace(base, place=replace(base.place, dtype=torch.bfloat16))
    (probe,) = read(Head([1.0, 1.1], [1.0, 1.2]), half, rows("first", "second"))
    assert probe["input"] == "second" and probe["tolerance"] == 2**-5


def test_a_number_may_be_off_by_a_thousandth_of_it_or_of_what_is_usual(held):
    _, base = held("bert")
    head = Head([50.0], [0.001], [float("inf")])
    made = read(head, base, rows("a", "b", "c", answer="-4"), labels=None)
    assert [probe["expected"] for probe in made] == pytest.approx([50.0, 0.001])
    assert [probe["tolerance"] for probe in made] == pytest.approx([0.05, 0.004])


def test_a_piece_that_is_not_sure_has_no_label(held):
    _, base = held("bert")
    (probe,) = read(Head([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), base, rows("abc"), tagged=True)
    assert probe == {"input": "abc", "expected": ["good", None, "bad"]}


def test_a_text_without_a_sure_piece_is_left_out(held):
    _, base = held("bert")
    assert read(Head([[1.0, 1.0], [2.0, 2.0]]), base, rows("ab"), tagged=True) == []


def test_a_text_is_read_whole_or_not_at_all(held):
    """Training read one token of each text; an engine reads all, and refuses what is longer than 128."""
    _, base = held("bert")
    head = Head([0.0, 1.0])
    made = read(head, base, rows("x" * 129, "", "y" * 128))
    assert [probe["input"] for probe in made] == ["y" * 128]
    assert [len(ids) for ids in head.read] == [128]


def test_a_tokenizer_without_a_limit_counts_as_one_of_512_tokens(held, monkeypatch):
    _, base = held("t5")
    monkeypatch.setattr(base.tokenizer, "model_max_length", int(1e30))
    endless = replace(base, max_positions=2**31)
    made = read(Head([0.0, 1.0]), endless, rows("x" * 513, "y" * 512))
    assert [probe["input"] for probe in made] == ["y" * 512]


@pytest.mark.parametrize("count", [0, 2])
def test_there_are_as_many_as_asked_for_and_no_text_is_read_beyond(count, held):
    _, base = held("bert")
    head = Head([0.0, 1.0])
    assert len(read(head, base, rows("a", "b", "c"), count=count)) == count
    assert len(head.read) == count


def test_a_head_that_is_never_sure_is_given_up(held, monkeypatch):
    _, base = held("bert")
    monkeypatch.setattr(probes, "TRIED", 3)
    head = Head([1.0, 1.0])
    assert read(head, base, rows("a", "b", "c", "d")) == []
    assert len(head.read) == 3


def test_an_encoder_decoder_is_asked_only_what_it_reads_whole(held):
    _, base = held("t5")
    made = probes.written(base.model, base, {}, rows("abc", "x" * 129, "some text"), 4, lambda: None)
    assert [probe["messages"][0]["content"] for probe in made] == ["abc", "some text"]


def test_a_limit_leaves_room_for_the_prompt_and_for_virtual_tokens(base):
    (asked,) = rows("a")
    known = {tuple(asked.prompt): Answer([65, 66], True, [9.0] * 3)}
    for spec, room in ((Spec(), 20), (Spec(method="prompt", num_virtual_tokens=12), 8)):
        narrow = methods.room(replace(base, max_positions=len(asked.prompt) + 20), spec)
        (probe,) = probes.written(base.model, narrow, known, [asked], 1, lambda: None)
        assert probe["finish"] == "stop" and probe["max_tokens"] == room


def test_an_encoder_decoder_s_prompt_takes_no_room_of_its_answer(held, monkeypatch):
    _, base = held("t5")
    narrow = replace(base, max_positions=20)
    monkeypatch.setattr(seq2seq, "unpadded", lambda *any: [Answer([65], True, [9.0] * 2)])
    (probe,) = probes.written(base.model, narrow, {}, rows("x" * 10), 1, lambda: None)
    assert probe["max_tokens"] == 20


def test_an_encoder_decoder_knows_how_sure_each_token_was(held):
    _, base = held("t5")
    ids = base.tokenizer("abc")["input_ids"]
    (answer,) = seq2seq.unpadded(base.model, base, [ids], 24, lambda: None)
    written = [base.model.config.decoder_start_token_id, *answer.tokens][: len(answer.margins)]
    with torch.inference_mode():
        out = base.model(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([written]))
    best = out.logits[0].topk(2, dim=-1).values
    assert answer.margins == pytest.approx((best[:, 0] - best[:, 1]).tolist(), abs=1e-4)


def test_an_encoder_decoder_writes_what_generate_writes(held):
    _, base = held("t5")
    for probe in probes.written(base.model, base, {}, rows("abc", "some text", "?"), 3, lambda: None):
        ids = base.tokenizer(probe["messages"][0]["content"], return_tensors="pt")["input_ids"]
        said = base.model.generate(input_ids=ids, max_new_tokens=probe["max_tokens"], do_sample=False)
        new = said[0, 1:].tolist()
        assert new[: len(probe["tokens"])] == probe["tokens"]
        assert probe["finish"] == "length" or new[-1] in base.stop_ids


def test_an_answer_that_only_has_to_be_sure_ends_with_its_first_token_that_is_not(base):
    prompts = [[n, n + 1, n + 2] for n in range(6)]
    whole = decode.answers(base, prompts, [24] * 6, 600, 3, lambda done: None)
    least = sorted(m for _, _, margins in whole for m in margins)[len(prompts) * 4]
    short = decode.answers(base, prompts, [24] * 6, 600, 3, lambda done: None, least)
    assert any(
        len(margins) < len(before) for (_, _, margins), (_, _, before) in zip(short, whole, strict=True)
    )
    for (tokens, _, margins), (all_tokens, _, all_margins) in zip(short, whole, strict=True):
        sure = next((i for i, m in enumerate(all_margins) if m < least), len(all_margins))
        assert len(margins) == min(sure + 1, len(all_margins))
        assert tokens == all_tokens[: len(tokens)] and len(tokens) >= min(sure, len(all_tokens))


def test_a_chat_with_tools_is_asked_as_the_text_that_an_engine_gets(base, tmp_path, monkeypatch):
    tokenizer = byte_tokenizer(TOOLS)
    knowing = replace(base, tokenizer=tokenizer)
    path = write_lines(tmp_path / "t.jsonl", [said(f"Go {n}", CALL, result("a"), "Gone.") for n in range(5)])
    examples = data.split(path, "dataset.train", tokenizer, base.stop_ids, 512, Spec(), lambda: None).examples
    assert all(e.tools for e in examples)
    asked, rendered = [], []
    made, text = generate.unpadded, data.prompt_ids
    monkeypatch.setattr(
        generate, "unpadded", lambda *given, **more: asked.extend(given[2]) or made(*given, **more)
    )
    monkeypatch.setattr(probes, "prompt_ids", lambda *given: rendered.append(1) or text(*given))
    found = probes.written(base.model, knowing, {}, examples, 2, lambda: None)
    assert len(found) == len(rendered) == 2
    assert asked == [text(tokenizer, probe["messages"]) for probe in found]
    assert asked[0] != examples[0].prompt and CALL in tokenizer.decode(asked[0])


def test_a_base_whose_template_writes_the_date_has_no_probes_and_says_so(job_line, base, monkeypatch):
    monkeypatch.setattr(base.tokenizer, "chat_template", "{{ strftime_now('%d %b %Y') }}" + TEMPLATE)
    for count, told in ((2, ["no_probes"]), (0, [])):
        seen = run_job(job_line(name=f"of-{count}", probes=count, num_train_epochs=1), base)
        assert json.loads(Path(seen[-1]["probes"]).read_text("utf-8")) == []
        assert [notice["code"] for notice in named(seen, "notice")] == told


def test_a_chat_whose_tools_the_template_wants_as_data_alone_is_not_asked(base, tmp_path):
    refuse = "{% if '<tool_call>' in m.content %}{{ raise_exception('no') }}{% endif %}"
    tokenizer = byte_tokenizer(f"{{% for m in messages %}}{refuse}{{% endfor %}}{TOOLS}")
    path = write_lines(tmp_path / "t.jsonl", [said("Go", CALL, result("a"), "Gone."), said("Go", "Gone.")])
    examples = data.split(path, "dataset.train", tokenizer, base.stop_ids, 512, Spec(), lambda: None).examples
    found = probes.written(base.model, replace(base, tokenizer=tokenizer), {}, examples, 2, lambda: None)
    assert [len(probe["messages"]) for probe in found] == [1]
