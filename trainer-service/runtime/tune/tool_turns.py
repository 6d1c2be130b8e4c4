"""Calls of tools in a chat. In a dataset they are text in the tags of the Hermes and Qwen templates; a base model whose
template knows tools gets them back as data, so that they are written as they are when the model is served."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from jinja2 import TemplateError

REFUSALS = (TemplateError, TypeError, ValueError, RecursionError)
"""What a template raises for tools that it does not take, or transformers for what is no tool."""
BEFORE_FUNCTIONS = "# Tools\n\nYou may call these functions, described one in a line:\n<tools>\n"
AFTER_FUNCTIONS = (
    "\n</tools>\n\nWrite each call as a JSON object with its name and its arguments:\n"
    '<tool_call>\n{"name": …, "arguments": {…}}\n</tool_call>'
)
CALLS = re.compile(
    r"((?:.*?\n)??)(<tool_call>\n[^\n]+\n</tool_call>(?:\n<tool_call>\n[^\n]+\n</tool_call>)*)", re.DOTALL
)
RESULTS = re.compile(r"<tool_response>\n(.*)\n</tool_response>", re.DOTALL)


@dataclass(frozen=True)
class Told:
    """A chat as a template is given it: what each of its messages becomes, and the functions that may be called."""

    parts: list[list[dict]]
    tools: list | None = None
    has_tools: bool = False

    def first(self, count: int) -> list[dict]:
        return [message for part in self.parts[:count] for message in part]


def told(tokenizer: object, messages: list[dict]) -> Told:
    """The chat with its tools as data if the tokenizer's template knows tools and takes these; else as it is."""
    plain = Told([[message] for message in messages])
    if not any("<tool" in message["content"] for message in messages) or not knows_tools(tokenizer):
        return plain
    data = as_data(messages)
    if data is None:
        return plain
    try:
        tokenizer.apply_chat_template(data.first(len(messages)), tools=data.tools, tokenize=False)
    except REFUSALS:
        return plain
    return data


def knows_tools(tokenizer: object) -> bool:
    template = tokenizer.chat_template
    return isinstance(template, str) and bool(
        re.search(r"\btools\b", template) and re.search(r"\btool_calls\b", template)
    )


def as_data(messages: list[dict]) -> Told | None:
    """Tools, calls and results as data; None where there are none, or where a result has no call before it."""
    tools, parts, made = None, [], 0
    open_calls: list[str] = []
    for message in messages:
        role, text = message["role"], message["content"]
        part = None
        if role == "system" and text.endswith(AFTER_FUNCTIONS):
            part, tools = _system(text)
        elif role == "assistant":
            part, open_calls = _calls(text, made)
            made += len(open_calls)
        elif role == "user" and (found := RESULTS.fullmatch(text)):
            part = _results(found[1], open_calls)
            if part is None:
                return None
        parts.append([message] if part is None else part)
    return Told(parts, tools, True) if tools or made else None


def _system(text: str) -> tuple[list[dict] | None, list | None]:
    own, found, functions = text.removesuffix(AFTER_FUNCTIONS).partition(BEFORE_FUNCTIONS)
    if not found or (own and not own.endswith("\n\n")):
        return None, None
    try:
        tools = [_json(line) for line in functions.split("\n")]
    except (ValueError, RecursionError):
        return None, None
    if not all(isinstance(tool, dict) for tool in tools):
        return None, None
    tools = [_function(tool) for tool in tools]
    return ([{"role": "system", "content": own.removesuffix("\n\n")}] if own else []), tools


def _json(text: str) -> object:
    """JSON whose numbers floats hold; else a template would write other numbers, so that it has to stay text."""
    return json.loads(text, parse_float=_float)


def _float(text: str) -> float:
    number = float(text)
    if (number and not 1e-300 <= abs(number) <= 1e300) or Decimal(repr(number)) != Decimal(text):
        raise ValueError(f"a float does not hold {text}")
    return number


def _function(said: dict) -> dict:
    """As it comes in a question to the served model: ShareGPT's functions stand bare."""
    bare = "name" in said and "function" not in said
    return {"type": "function", "function": said} if bare else said


def _calls(text: str, made: int) -> tuple[list[dict] | None, list[str]]:
    found = CALLS.fullmatch(text)
    if not found:
        return None, []
    calls = []
    for written in re.findall(r"<tool_call>\n([^\n]+)\n</tool_call>", found[2]):
        try:
            call = _json(written)
        except (ValueError, RecursionError):
            return None, []
        if not isinstance(call, dict) or call.keys() != {"name", "arguments"}:
            return None, []
        if not isinstance(call["arguments"], dict):
            return None, []
        # Mistral's templates want ids of nine letters and digits.
        calls.append({"id": f"call{made + len(calls):05}", "type": "function", "function": call})
    said = {"role": "assistant", "content": found[1].removesuffix("\n"), "tool_calls": calls}
    return [said], [call["id"] for call in calls]


def _results(text: str, calls: list[str]) -> list[dict] | None:
    results = text.split("\n</tool_response>\n<tool_response>\n")
    if len(results) > len(calls):
        return None
    return [
        {"role": "tool", "tool_call_id": call, "content": result}
        for call, result in zip(calls, results, strict=False)
    ]
