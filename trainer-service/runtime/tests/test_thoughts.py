"""Templates of Qwen3's kind, which write an empty thought before the last answer and none before earlier ones."""

from __future__ import annotations

import pytest
from conftest import byte_tokenizer, chat, write_lines
from test_data import STOP, learnt
from test_tool_turns import said as turns

from tune import evaluate
from tune.data import split
from tune.generate import Answer
from tune.pulse import Pulse
from tune.spec import Spec

THOUGHT = "<think>\n\n</think>\n\n"
# What Qwen3's does with chats without tools.
THINKS = (
    "{% set ns = namespace(last=-1) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}"
    "{% endif %}{% endfor %}{% for m in messages %}<|im_start|>{{ m.role }}\n{% set content = m.content %}"
    "{% if m.role == 'assistant' %}{% set thought = '' %}{% if '</think>' in content %}"
    "{% set thought = content.split('</think>')[0].split('<think>')[-1].strip('\n') %}"
    "{% set content = content.split('</think>')[-1].lstrip('\n') %}{% endif %}"
    "{% if loop.index0 > ns.last %}<think>\n{{ thought }}\n</think>\n\n{% endif %}{% endif %}{{ content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture
def thinking():
    return byte_tokenizer(THINKS)


def examples(rows: list[dict], tmp_path, tokenizer, **spec) -> list:
    path = write_lines(tmp_path / "rows.jsonl", rows)
    return split(path, "dataset.train", tokenizer, STOP, 512, Spec(**spec), lambda: None).examples


@pytest.mark.parametrize("answer", ["good", "think", "<", "\ngood", f"{THOUGHT}good"])
def test_an_empty_thought_is_learnt_and_not_part_of_what_is_measured(answer, tmp_path, thinking):
    (made,) = examples([chat("q", answer)], tmp_path, thinking)
    assert learnt(made)[0].startswith(THOUGHT)
    said = learnt(made)[0].removesuffix("<|im_end|>").removeprefix(made.lead)
    assert said.strip() == made.reference.strip()
    assert made.reference == answer


def test_a_thought_that_the_template_writes_otherwise_is_measured_as_it_is_learnt(tmp_path, thinking):
    (made,) = examples([chat("q", "<think>well</think>yes")], tmp_path, thinking)
    assert (made.reference, made.lead) == ("<think>\nwell\n</think>\n\nyes", "")
    assert learnt(made) == ["<think>\nwell\n</think>\n\nyes<|im_end|>"]


def test_each_answer_of_a_rewritten_chat_is_learnt_as_it_is_asked_for(tmp_path, thinking):
    first, second = examples([turns("q1", "a1", "q2", "a2")], tmp_path, thinking)
    assert learnt(first) == [f"{THOUGHT}a1<|im_end|>"] and learnt(second) == [f"{THOUGHT}a2<|im_end|>"]
    for example, end in ((first, 2), (second, 4)):
        messages = turns("q1", "a1", "q2", "a2")["messages"][:end]
        whole = thinking.apply_chat_template(messages, tokenize=False)
        assert thinking.decode(example.ids) == whole.removesuffix("\n")
        assert example.ids[: len(example.prompt)].tolist() == example.prompt
        assert (example.messages, example.reference) == (messages[:-1], messages[-1]["content"])
        assert (example.line, example.lead) == (1, THOUGHT)


def test_of_a_rewritten_chat_only_the_answers_with_weight_are_examples(tmp_path, thinking):
    row = turns("q1", "a1", "q2", "a2", "q3", "a3")
    (last,) = examples([row], tmp_path, thinking, mask_history=True)
    assert learnt(last) == [f"{THOUGHT}a3<|im_end|>"]
    row["messages"][1]["weight"] = 0
    row["messages"][5]["weight"] = 0.5
    second, third = examples([row], tmp_path, thinking)
    assert learnt(second) == [f"{THOUGHT}a2<|im_end|>"] and set(third.weights) == {0.0, 0.5}
    for message in row["messages"]:
        message["weight"] = 0
    assert not examples([row], tmp_path, thinking)


def test_prompts_of_a_rewritten_chat_are_learnt_once_and_what_has_no_weight_never(tmp_path, thinking):
    row = turns("q1", "a1", "q2", "a2", "q3", "a3")
    row["messages"][1]["weight"] = 0
    second, third = examples([row], tmp_path, thinking, train_on_prompt=True)
    for example, number in ((second, 2), (third, 3)):
        (run,) = learnt(example)
        assert run.endswith(f"user\nq{number}<|im_end|>\n<|im_start|>assistant\n{THOUGHT}a{number}<|im_end|>")
        assert "q1" not in run and "a1" not in run and run.count("assistant") == 1


def test_what_is_learnt_is_measured_as_perfect(tmp_path, thinking, base, monkeypatch):
    rows = [chat("q", "good"), chat("p", "bad"), turns("q1", "bad", "q2", "good")]
    made = examples(rows, tmp_path, thinking)
    learnt_whole = [Answer(e.ids[len(e.prompt) : -1].tolist(), True, []) for e in made]
    monkeypatch.setattr(evaluate, "greedy_all", lambda *given: learnt_whole)
    pulse = Pulse(lambda event: None, lambda: None)
    found = evaluate.evaluate(base.model, base, "evaluation", made, 64, "classification", pulse)
    for metric in ("exact_match", "accuracy", "macro_f1", "rougeL"):
        assert found.metrics[metric] == 1, metric
    assert found.metrics["unknown_labels"] == 0 and not found.worst
    assert [sample["output"] for sample in found.samples] == ["good", "bad", "bad"]
