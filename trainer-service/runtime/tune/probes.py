"""Questions with the answers that an adapter gives at the end of its training, so that whoever serves it can check that it
does too: each was asked alone, and holds only what another correct program answers the same."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from itertools import islice

import torch
from jinja2 import TemplateError
from torch import nn

from tune import generate, seq2seq
from tune.base import UNLIMITED, USUAL_LIMIT, Base
from tune.data import Example, prompt_ids
from tune.evaluate import Said
from tune.generate import Answer, text_of
from tune.rows import padded, text

ANSWER_TOKENS = 64
TRIED = 1000


def written(
    model: nn.Module,
    base: Base,
    said: Said,
    examples: list[Example],
    count: int,
    check: Callable[[], None],
) -> list[dict]:
    """Greedy answers to prompts, each generated without padding. An answer is at most 64 tokens; it ends before a token
    that beat the second best by so little that another correct program could choose differently, and never within a
    character. `max_tokens` is the limit under which exactly `expected` comes back; `tokens` are the ids without the
    stop token. What this model has `said` without padding is not asked again.
    """
    way = functools.partial(generate.unpadded, known=said)
    if base.family == "encoder-decoder":
        way = seq2seq.unpadded
    made: list[dict] = []
    askable = _askable(base, examples)
    while tried := list(islice(askable, count - len(made))):
        given = way(model, base, [prompt for _, prompt in tried], ANSWER_TOKENS, check)
        made += [p for p in map(functools.partial(_written, base), tried, given) if p]
    return made


def _askable(base: Base, examples: list[Example]) -> Iterator[tuple[Example, list[int]]]:
    """Examples whose prompt and a first token of an answer have room, with the prompt's tokens."""
    if base.family == "encoder-decoder":
        read = ((e, _whole(base, text(e.messages))) for e in examples[:TRIED])
    else:
        read = ((e, _as_text(base, e)) for e in examples)
    return ((example, prompt) for example, prompt in read if prompt is not None)


def _as_text(base: Base, example: Example) -> list[int] | None:
    """The tokens of a question as an engine is asked it, None where they leave no room. Tools are text in it: not every engine
    takes them as data, and one that does takes calls out of the answer. A template may refuse that, which is None too."""
    prompt = example.prompt
    if example.tools:
        try:
            prompt = prompt_ids(base.tokenizer, example.messages)
        except TemplateError:
            return None
    return prompt if len(prompt) < base.max_positions else None


def _written(base: Base, asked: tuple[Example, list[int]], answer: Answer) -> dict | None:
    """The probe that an answer makes; None where nothing of it is sure."""
    example, prompt = asked
    taken = 0 if base.family == "encoder-decoder" else len(prompt)
    sure = next(
        (i for i, margin in enumerate(answer.margins) if margin < base.place.tie), len(answer.margins)
    )
    tokens, stopped = answer.tokens[:sure], answer.stopped and sure == len(answer.margins)
    while tokens and text_of(base, tokens).endswith("\ufffd"):
        tokens, stopped = tokens[:-1], False
    if not (tokens or stopped):
        return None
    return {
        "messages": example.messages,
        "max_tokens": min(ANSWER_TOKENS, base.max_positions - taken) if stopped else len(tokens),
        "expected": text_of(base, tokens),
        "tokens": tokens,
        "finish": "stop" if stopped else "length",
    }


@torch.inference_mode()
def read(
    model: nn.Module,
    base: Base,
    labels: tuple[str, ...] | None,
    tagged: bool,
    examples: list[Example],
    count: int,
    check: Callable[[], None],
) -> list[dict]:
    """What a head says of whole texts. `expected` is a label, with its `probability`, a number, or the labels of the
    text's pieces, null for one that is not sure; `tolerance` is how far off probability and number may be. No more than
    the first thousand examples are tried.
    """
    if tagged:
        answer = functools.partial(_tags, base, labels)
    elif labels:
        answer = functools.partial(_label, base, labels)
    else:
        answer = functools.partial(_number, base, _usual(examples))
    made: list[dict] = []
    for example in examples[:TRIED]:
        if len(made) == count:
            break
        check()
        said = text(example.messages)
        prompt = _whole(base, said)
        if not said or prompt is None:
            continue
        ids, mask = padded([prompt], base.pad_id, base.place.device)
        found = answer(said, model(input_ids=ids, attention_mask=mask).logits[0].float().cpu())
        if found:
            made.append({"input": said} | found)
    return made


def _whole(base: Base, said: str) -> list[int] | None:
    """The tokens of a text as an engine reads it, which cuts nothing off; None where it refuses them for being none or too many.

    A tokenizer that sets no limit is one of 512 tokens to it.
    """
    unlimited = base.tokenizer.model_max_length >= UNLIMITED
    limit = min(base.max_positions, USUAL_LIMIT) if unlimited else base.max_positions
    prompt = base.tokenizer(said)["input_ids"]
    return prompt if 0 < len(prompt) <= limit else None


def _label(base: Base, labels: tuple[str, ...], said: str, logits: torch.Tensor) -> dict | None:
    values, best = logits.topk(2)
    if not values[0] - values[1] >= base.place.tie:
        return None
    probability = float(logits.softmax(-1)[best[0]])
    return {"expected": labels[best[0]], "probability": probability, "tolerance": base.place.tolerance}


def _number(base: Base, usual: float, said: str, logits: torch.Tensor) -> dict | None:
    value = float(logits[0])
    if not math.isfinite(value):
        return None
    return {"expected": value, "tolerance": base.place.tolerance * max(abs(value), usual)}


def _usual(examples: list[Example]) -> float:
    """The mean size of the dataset's numbers: one near 0 is a difference of greater ones, and as exact as they are."""
    return sum(abs(float(e.reference)) for e in examples) / max(1, len(examples))


def _tags(base: Base, labels: tuple[str, ...], said: str, logits: torch.Tensor) -> dict | None:
    places = base.tokenizer(said, return_offsets_mapping=True)["offset_mapping"]
    values, best = logits.topk(2, dim=-1)
    sure = (values[:, 0] - values[:, 1] >= base.place.tie).tolist()
    named = [
        labels[label] if known else None
        for (start, end), label, known in zip(places, best[:, 0].tolist(), sure, strict=True)
        if start < end
    ]
    return {"expected": named} if any(named) else None
