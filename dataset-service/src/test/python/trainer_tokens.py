"""Writes and counts chats as training does, for tests that hold the service's counts against it.

Reads one JSON object from standard input and writes one to standard output. `render` writes chats out by templates;
`count` counts chats by the trainer's own code, which is on the path, with the models in folders.
"""

from __future__ import annotations

import json
import sys

from jinja2 import TemplateError
from transformers import AutoTokenizer
from tune import base, data
from tune.failure import Failure


def render(asked: dict) -> list:
    """Each template on each chat, with and without the prompt of the next answer; null where it refuses the chat."""
    tokenizer = AutoTokenizer.from_pretrained(asked["folder"], local_files_only=True)
    written = []
    for template in asked["templates"]:
        for chat in asked["chats"]:
            messages = [
                {"role": turn["role"], "content": turn["content"]} for turn in chat
            ]
            for prompt in (True, False):
                try:
                    text = tokenizer.apply_chat_template(
                        messages,
                        chat_template=template,
                        tokenize=False,
                        add_generation_prompt=prompt,
                        **asked["special_tokens"],
                    )
                except TemplateError:
                    text = None
                written.append(text)
    return written


def count(asked: dict) -> list:
    """What the trainer makes of each chat with each model; null where it cannot take it."""
    return [counted(folder, asked) for folder in asked["folders"]]


def counted(folder: str, asked: dict) -> list:
    model = base.load(folder, base.place())
    cutoff = min(asked["cutoff"], model.max_positions)
    counts = []
    for line, messages in enumerate(asked["chats"], 1):
        try:
            chat = data._chat({"messages": messages}, line)
            whole = data.encode(chat, model.tokenizer, model.stop_ids, 1 << 30)
            cut = data.encode(chat, model.tokenizer, model.stop_ids, cutoff)
            total = sum(len(e.ids) for e in whole)
            kept = sum(len(e.ids) for e in cut)
            counts.append(
                {
                    "total": total,
                    "answer": sum(e.answer_tokens for e in whole),
                    "cut_off": total - kept if kept < total else None,
                    "left_out": None if any(e.answer_tokens for e in cut) else True,
                }
            )
        except (Failure, TemplateError):
            counts.append(None)
    return counts


asked = json.load(sys.stdin)
json.dump({"render": render, "count": count}[asked["do"]](asked), sys.stdout)
