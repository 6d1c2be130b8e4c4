"""Chats with tools: a template that knows tools gets them as data, and only what the assistant says is learnt."""

from __future__ import annotations

import json

import pytest
from conftest import byte_tokenizer
from test_data import encoded, learnt

from tune import tool_turns

# What templates of Qwen2.5's kind do with tools.
TOOLS = (
    "{% if tools %}<|im_start|>system\n{% if messages[0].role == 'system' %}{{ messages[0].content }}\n{% endif %}"
    "Tools:{% for tool in tools %}\n{{ tool | tojson }}{% endfor %}<|im_end|>\n"
    "{% elif messages[0].role == 'system' %}<|im_start|>system\n{{ messages[0].content }}<|im_end|>\n{% endif %}"
    "{% for m in messages %}{% if m.role == 'tool' %}<|im_start|>user\n[{{ m.content }}]<|im_end|>\n"
    "{% elif m.role == 'assistant' %}<|im_start|>assistant\n{{ m.content }}"
    "{% for call in m.tool_calls or [] %}!{{ call.function.name }}({{ call.function.arguments | tojson }})"
    "{% endfor %}<|im_end|>\n"
    "{% elif m.role == 'user' %}<|im_start|>user\n{{ m.content }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CALL = '<tool_call>\n{"name":"weather","arguments":{"city":"上海"}}\n</tool_call>'


def functions(*each: dict) -> str:
    lines = "\n".join(json.dumps(one) for one in each)
    return tool_turns.BEFORE_FUNCTIONS + lines + tool_turns.AFTER_FUNCTIONS


def result(text: str) -> str:
    return f"<tool_response>\n{text}\n</tool_response>"


def said(*turns: str, system: str | None = None) -> dict:
    messages = [{"role": "system", "content": system}] if system else []
    messages += [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
    return {"messages": messages}


@pytest.fixture
def knowing():
    return byte_tokenizer(TOOLS)


def test_tools_calls_and_results_are_written_by_the_template(tmp_path, knowing):
    row = said(
        "Weather?",
        f"Let me see.\n{CALL}",
        result("rain\nwind"),
        "Wet.",
        system=functions({"name": "weather"}),
    )
    example = encoded(row, tmp_path, tokenizer=knowing)
    text = knowing.decode(example.ids)
    assert 'Tools:{"type": "function", "function": {"name": "weather"}}<|im_end|>' in text
    assert "<|im_start|>user\n[rain\nwind]<|im_end|>" in text
    assert "<tool" not in text
    assert learnt(example) == ['Let me see.!weather({"city": "上海"})<|im_end|>', "Wet.<|im_end|>"]
    assert knowing.decode(example.prompt).endswith("[rain\nwind]<|im_end|>\n<|im_start|>assistant\n")


def test_a_call_that_is_the_answer_is_expected_in_the_words_that_are_learnt(tmp_path, knowing):
    row = said("Weather?", f"Let me see.\n{CALL}", system=functions({"name": "weather"}))
    example = encoded(row, tmp_path, tokenizer=knowing)
    assert example.reference == 'Let me see.!weather({"city": "上海"})' and example.tools
    assert learnt(example) == [f"{example.reference}<|im_end|>"]
    spoken = encoded(said("Weather?", CALL, result("rain"), " Wet. "), tmp_path, tokenizer=knowing)
    assert spoken.reference == " Wet. " and spoken.tools


def test_a_system_message_of_its_own_stays(tmp_path, knowing):
    row = said("Weather?", CALL, system="Be brief.\n\n" + functions({"name": "weather"}))
    assert "system\nBe brief.\nTools:" in knowing.decode(encoded(row, tmp_path, tokenizer=knowing).ids)


def test_a_template_without_tools_gets_text(tmp_path):
    row = said("Weather?", CALL, result("rain"), "Wet.", system=functions({"name": "weather"}))
    example = encoded(row, tmp_path)
    assert learnt(example) == [f"{CALL}<|im_end|>", "Wet.<|im_end|>"]
    assert result("rain") in byte_tokenizer().decode(example.ids)


@pytest.mark.parametrize(
    "turns",
    [
        ("a <tool_call> of mine", "Yes."),
        (result("nobody asked"), "Well."),
        ("Go", "<tool_call>\n{\n</tool_call>"),
        ("Go", '<tool_call>\n{"name":"f"}\n</tool_call>'),
        ("Go", f"{CALL} and more"),
        ("Go", CALL, f"{result('a')}\n{result('b')}", "Two for one."),
    ],
)
def test_what_only_looks_like_tools_stays_text(tmp_path, knowing, turns):
    text = knowing.decode(encoded(said(*turns), tmp_path, tokenizer=knowing).ids)
    assert all(turn in text for turn in turns)


@pytest.mark.parametrize("refusal", ["raise_exception('no')", "'' + m.tool_calls[0].function.arguments"])
def test_a_chat_whose_tools_the_template_turns_down_stays_text(refusal, tmp_path, knowing):
    knowing.chat_template = (
        f"{{% for m in messages %}}{{% if m.tool_calls %}}{{{{ {refusal} }}}}{{% endif %}}{{% endfor %}}"
        + TOOLS
    )
    assert learnt(encoded(said("Go", CALL), tmp_path, tokenizer=knowing)) == [f"{CALL}<|im_end|>"]


def test_tools_that_are_none_stay_text(tmp_path, knowing):
    row = said("Go", "Gone.", system=functions(1))
    text = knowing.decode(encoded(row, tmp_path, tokenizer=knowing).ids)
    assert "Tools:" not in text


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("12345678.50", True),
        ("0.0005", True),
        ("1e22", True),
        ("1234567890123456789", True),
        ("1234567890123456789.25", False),
        ("1e400", False),
        ("1e-999999999", False),
    ],
)
def test_a_call_with_a_number_that_no_float_holds_stays_text(number, kept):
    call = f'<tool_call>\n{{"name":"f","arguments":{{"x":{number}}}}}\n</tool_call>'
    assert (tool_turns.as_data(said("Go", call)["messages"]) is not None) == kept


def test_calls_and_tools_nested_too_deep_stay_text(tmp_path, knowing):
    deep = "[" * 100_000
    call = f"<tool_call>\n{deep}\n</tool_call>"
    assert tool_turns.as_data(said("Go", call)["messages"]) is None
    system = tool_turns.BEFORE_FUNCTIONS + deep + tool_turns.AFTER_FUNCTIONS
    assert tool_turns.as_data(said("Go", "Gone.", system=system)["messages"]) is None
