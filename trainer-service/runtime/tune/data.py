"""Chat examples: read from JSONL, written out by the model's own chat template, loss on the assistant's words only."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from jinja2 import TemplateError

from tune.failure import Failure
from tune.spec import Spec
from tune.turns import Turn, Turns, render

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Chat:
    """One line of a dataset file, checked: it ends with the assistant, and each message has its loss weight.

    `spans`: where each entry of a tagging answer lies in the message before it, as [start, end]; None if it is not told."""

    line: int
    messages: list[dict]
    weights: list[float]
    spans: list[list[int]] | None = None

    def refused(self, field: str, reason: str) -> Failure:
        """What is wrong with the line, which a task finds that reads its answer."""
        return Failure("dataset_unreadable", f"line {self.line}: {reason}", field, self.line)


@dataclass(frozen=True)
class Example:
    """A chat as tokens. `weights[i]` is the loss weight of predicting `ids[i]` (0: none); the prompt of the last
    answer that has weight is `prompt`, tokenised exactly as it is for generation. `tools`: the template was given tools or
    calls as data. `lead`: what the model learns to write before `reference`, because its template does. `longest`: the tokens
    of the longest answer that is learnt. `unread`: how many ids at the end no model is fed, as they are the outputs of a head."""

    line: int
    ids: np.ndarray
    weights: np.ndarray
    prompt: list[int]
    messages: list[dict]
    reference: str
    truncated: bool
    tools: bool = False
    lead: str = ""
    longest: int = 0
    spans: list[list[int]] | None = None
    unread: int = 0

    @property
    def tokens(self) -> int:
        """How many tokens the model is fed."""
        return len(self.ids) - self.unread

    @property
    def answer_tokens(self) -> int:
        return int((self.weights > 0).sum())


def read(path: str, field: str, check: Callable[[], None] = lambda: None) -> list[Chat]:
    """Every chat of an OpenAI chat JSONL file; fails as `rows` does."""
    return rows(path, field, check, _chat)


def rows(path: str, field: str, check: Callable[[], None], take: Callable[[object, int], object]) -> list:
    """What `take(row, line)` makes of every line of a JSONL file; its ValueError says what is wrong with the row.

    Raises Failure("dataset_unreadable") that names the line; a file that cannot be read at all is one too, which
    another attempt may not meet.
    """

    name = os.path.basename(path)

    def refuse(number: int, reason: str) -> Failure:
        return Failure("dataset_unreadable", f"line {number} of {name}: {reason}", field, number)

    try:
        with open(path, "rb") as file:
            lines = file.read().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        reason = f"{name}: the file cannot be read ({error.strerror})"
        raise Failure("dataset_unreadable", reason, field, retry=True) from None
    taken = []
    for number, line in enumerate(lines, 1):
        check()
        if not line.strip():
            continue
        try:
            taken.append(take(json.loads(line.decode("utf-8")), number))
        except UnicodeDecodeError as error:
            raise refuse(number, f"not UTF-8 at byte {error.start + 1}") from None
        except json.JSONDecodeError as error:
            raise refuse(number, f"not JSON: {error.msg} at character {error.pos + 1}") from None
        except (ValueError, RecursionError) as error:
            raise refuse(number, str(error)) from None
    return taken


def _chat(raw: object, number: int) -> Chat:
    """Checks one line; raises ValueError with what would be right."""
    if not isinstance(raw, dict) or not isinstance(raw.get("messages"), list) or not raw["messages"]:
        raise ValueError('must be an object with "messages": a list of messages that is not empty')
    example_weight = _weight(raw.get("weight"), "weight")
    messages, weights = [], []
    for index, message in enumerate(raw["messages"]):
        where = f"messages[{index}]"
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise ValueError(f"{where}.role must be one of system, user, assistant")
        content = message.get("content")
        if not isinstance(content, str) or (message["role"] == "assistant" and not content.strip()):
            raise ValueError(
                f"{where}.content must be a text" + (" that is not empty" if isinstance(content, str) else "")
            )
        if has_surrogate(content):
            raise ValueError(f"{where}.content has half of a surrogate pair, which is no character")
        weight = _weight(message.get("weight"), f"{where}.weight")
        messages.append({"role": message["role"], "content": content})
        weights.append(weight * example_weight if message["role"] == "assistant" else 0.0)
    if messages[-1]["role"] != "assistant":
        raise ValueError("the last message must be the assistant's")
    return Chat(number, messages, weights, _spans(raw.get("spans")))


def _spans(value: object) -> list[list[int]] | None:
    """Pairs of numbers in the text's order; anything else tells no places."""
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return None
    flat = [number for pair in value for number in pair]
    right = all(type(number) is int and number >= 0 for number in flat) and flat == sorted(flat)
    return value if right else None


def has_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def _weight(value: object, where: str) -> float:
    if value is None:
        return 1.0
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value <= 100
        or math.isnan(value)
    ):
        raise ValueError(f"{where} must be a number from 0 to 100")
    return float(value)


@contextmanager
def written_out(field: str, line: int) -> Iterator[None]:
    """Raises Failure("chat_template") that names the line where the model's own template refuses what stands there."""
    try:
        yield
    except TemplateError as error:
        reason = f"line {line}: this model's chat template refuses it ({str(error)[:200]}). Change it, or use another base model."
        raise Failure("chat_template", reason, field, line) from None


def prompt_ids(tokenizer: object, messages: list[dict]) -> list[int]:
    """The tokens after which the assistant's answer follows, as a model is asked for it."""
    return tokenizer(render(tokenizer, messages, True), add_special_tokens=False)["input_ids"]


def encode(
    chat: Chat, tokenizer: object, stop_ids: frozenset[int], cutoff: int, learn_prompts: bool = False
) -> list[Example]:
    """Tokens and loss weights of a chat, cut to `cutoff` tokens at its end.

    Each stretch between two speakers is tokenised on its own, so that what precedes an answer has the same tokens
    in training as in generation. An answer's loss runs to its end-of-turn token; what the template adds after that
    is never generated and has no loss. With `learn_prompts` what stands before an answer has the answer's weight.

    A chat is one example. Where the template writes a turn otherwise once another follows, as Qwen3's takes out
    thoughts, it is one for each answer that has weight, written as it is when the model is asked for that answer.
    """
    turns = Turns.of(chat.messages, tokenizer, stop_ids)
    if together := turns.together(turns.answers):
        return [_example(chat, turns, together, cutoff, learn_prompts)]
    examples: list[Example] = []
    for index in [i for i in turns.answers if chat.weights[i] > 0] or turns.answers[-1:]:
        alone = turns.alone(index)
        if not alone:
            raise Failure(
                "chat_template",
                f"line {chat.line}: this model's chat template writes what stands before an answer otherwise once the "
                "answer is there, so that the answer cannot be learnt; use another base model.",
                line=chat.line,
            )
        examples.append(_example(chat, turns, [alone], cutoff, learn_prompts))
    return examples


def _example(chat: Chat, turns: Turns, said: list[Turn], cutoff: int, learn_prompts: bool) -> Example:
    """The example of answers that stand in one text."""
    ids: list[int] = []
    weights: list[float] = []
    longest = 0
    for turn in said:
        weight = chat.weights[turn.index]
        longest = max(longest, min(turn.said, cutoff - len(ids) - len(turn.glue)) if weight else 0)
        ids += turn.glue + turn.answer
        weights += [0.0] * turn.earlier + [weight * learn_prompts] * (len(turn.glue) - turn.earlier)
        weights += [weight] * turn.said
        weights += [0.0] * (len(turn.answer) - turn.said)
    last = ([turn for turn in said if chat.weights[turn.index] > 0] or said)[-1]
    reference, lead = turns.reference(last)
    return Example(
        line=chat.line,
        ids=np.asarray(ids[:cutoff], np.int32),
        weights=np.asarray(weights[:cutoff], np.float32),
        prompt=last.glue if len(said) == 1 else turns.ids(last.before),
        messages=chat.messages[: last.index],
        reference=reference,
        truncated=len(ids) > cutoff,
        tools=turns.told.has_tools,
        lead=lead,
        longest=longest,
    )


@dataclass(frozen=True)
class Split:
    """The examples of one split: those that train, and the lines of those cut short or left with nothing to learn."""

    examples: list[Example]
    truncated: list[int]
    left_out: list[int]

    @staticmethod
    def of(encoded: list[Example]) -> Split:
        """Sets aside what has nothing to learn."""
        kept = [e for e in encoded if e.answer_tokens]
        return Split(
            kept, [e.line for e in kept if e.truncated], [e.line for e in encoded if not e.answer_tokens]
        )


def split(
    path: str,
    field: str,
    tokenizer: object,
    stop_ids: frozenset[int],
    cutoff: int,
    spec: Spec,
    check: Callable[[], None],
) -> Split:
    """Reads and encodes a split of chats. With spec.mask_history only the last answer of a chat is learnt."""
    encoded = []
    for chat in read(path, field, check):
        check()
        if spec.mask_history:
            earlier = [0.0] * (len(chat.weights) - 1)
            chat = replace(chat, weights=[*earlier, chat.weights[-1]])
        with written_out(field, chat.line):
            encoded += encode(chat, tokenizer, stop_ids, cutoff, spec.train_on_prompt)
    return Split.of(encoded)
