"""Plain text for continued pre-training: documents end to end, cut into blocks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tune.base import Base
from tune.data import Example, Split, has_surrogate, prompt_ids, rows, written_out

OPENING = 32


def split(path: str, field: str, base: Base, cutoff: int, check: Callable[[], None]) -> Split:
    """The texts of a file, each ended by the tokenizer's end-of-text token, packed into blocks of `cutoff` tokens.

    A block begins with the token that the block before it ended with, so every token after the first of the file is
    predicted exactly once. Nothing is dropped: the last block is as short as what is left. A block's `line` is that of
    its first token; its messages ask for the text that it begins with, so that its probes can be replayed as a chat.
    """
    ids: list[int] = []
    lines: list[int] = []
    for number, text in rows(path, field, check, _text):
        check()
        tokens = base.tokenizer(text, add_special_tokens=False)["input_ids"]
        ids += [*tokens, base.tokenizer.eos_token_id]
        lines += [number] * (len(tokens) + 1)
    return Split.of(
        [
            _block(base, field, ids[at : at + cutoff], lines[at])
            for at in range(0, max(0, len(ids) - 1), cutoff - 1)
        ]
    )


def _block(base: Base, field: str, ids: list[int], line: int) -> Example:
    opening = base.tokenizer.decode(ids[:OPENING], skip_special_tokens=True).strip("\ufffd")
    messages = [{"role": "user", "content": opening}]
    with written_out(field, line):
        prompt = prompt_ids(base.tokenizer, messages)
    weights = np.ones(len(ids), np.float32)
    weights[0] = 0
    return Example(
        line, np.asarray(ids, np.int32), weights, prompt, messages, "", False, longest=len(ids) - 1
    )


def _text(raw: object, number: int) -> tuple[int, str]:
    """Checks one line; raises ValueError with what would be right."""
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise ValueError('must be an object with "text": a text that is not empty')
    if has_surrogate(text):
        raise ValueError("text has half of a surrogate pair, which is no character")
    return number, text
