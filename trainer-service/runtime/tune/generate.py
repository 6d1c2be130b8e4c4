"""Greedy answers: the most likely token each time, until a stop token or the limit. No sampling, no penalties."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from transformers import DynamicCache

from tune import decode, speed
from tune.base import Base
from tune.linear import still_layers

log = logging.getLogger("tune")
ROWS = {"cuda": 512, "cpu": 64}


@dataclass(frozen=True)
class Answer:
    """The tokens of an answer without the stop token. `margins[i]`: by how much token i beat the second best."""

    tokens: list[int]
    stopped: bool
    margins: list[float]


def text_of(base: Base, tokens: list[int]) -> str:
    """An answer as text: special tokens left out, nothing else changed."""
    return base.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def greedy_all(
    model: nn.Module,
    base: Base,
    prompts: list[list[int]],
    max_new_tokens: int,
    on_token: Callable[[int], None],
    on_smaller: Callable[[int], None] = lambda rows: None,
    least: float = 0.0,
) -> list[Answer]:
    """Answers to all prompts, as many at once as fit. `on_token(finished)` is called at every token and may raise. Where it
    spares work, an answer ends with a token whose margin is under `least`.

    When the machine runs out of memory, once, `on_smaller(rows)` is called and batches have so many rows at most.
    """
    if not prompts:
        return []
    if flat(model, base):
        return _flat_all(model, base, prompts, max_new_tokens, on_token, on_smaller, least)
    answers: list[Answer | None] = [None] * len(prompts)
    order = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
    finished = 0
    most = ROWS.get(base.place.device.type, 64)
    shrunk = False
    while order:
        room = batch_tokens(model, base) // (len(prompts[order[0]]) + max_new_tokens)
        here = order[: max(1, min(most, room))]
        asked = [prompts[i] for i in here]
        found = None
        try:
            found = greedy(model, base, asked, max_new_tokens, lambda n, f=finished: on_token(f + n))
        except torch.OutOfMemoryError:
            if shrunk or len(here) == 1:
                raise
        if found is None:  # out here the error, and with it the batch's memory, is gone
            most, shrunk = len(here) // 2, True
            on_smaller(most)
            continue
        order = order[len(here) :]
        for index, answer in zip(here, found, strict=True):
            answers[index] = answer
        finished += len(here)
    return answers


def _flat_all(
    model: nn.Module,
    base: Base,
    prompts: list[list[int]],
    max_new_tokens: int,
    on_token: Callable[[int], None],
    on_smaller: Callable[[int], None],
    least: float,
) -> list[Answer]:
    limits = [min(max_new_tokens, base.max_positions - len(p)) for p in prompts]
    room, rows, made = batch_tokens(model, base), ROWS["cuda"], None
    with torch.no_grad(), still_layers(model, base.place.dtype):
        try:
            made = decode.answers(base, prompts, limits, room, rows, on_token, least)
        except torch.OutOfMemoryError:
            log.info("out of memory in an evaluation")
        if made is None:  # out here the error, and with it the memory, is gone
            on_smaller(rows // 2)
            made = decode.answers(base, prompts, limits, room // 2, rows // 2, on_token, least)
    return [Answer(*each) for each in made]


def unpadded(
    model: nn.Module, base: Base, prompts: list[list[int]], max_new_tokens: int, check: Callable[[], None]
) -> list[Answer]:
    """Answers that no padding had a part in, as far as each is sure at least: on a GPU all at once, elsewhere one after
    another."""
    if flat(model, base):
        return greedy_all(model, base, prompts, max_new_tokens, lambda _: check(), least=base.place.tie)
    return [greedy(model, base, [p], max_new_tokens, lambda _: check())[0] for p in prompts]


def flat(model: nn.Module, base: Base) -> bool:
    """Whether these answers are made without padding: on a GPU, by the base itself, where it takes packs."""
    own = model is base.model or getattr(model, "get_base_model", lambda: None)() is base.model
    return own and base.place.device.type == "cuda" and speed.packs(base) and decode.right(base)


def batch_tokens(model: nn.Module, base: Base) -> int:
    """How many tokens, prompts and answers together, one generated batch may hold.

    On a GPU what keys and values of a third of the free memory hold, since a cache that grows is copied.
    """
    if base.place.device.type != "cuda":
        return base.place.batch_tokens
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    free = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    return max(1, free // (3 * 4 * config.num_hidden_layers * heads * width))


@torch.inference_mode()
def greedy(
    model: nn.Module,
    base: Base,
    prompts: list[list[int]],
    max_new_tokens: int,
    on_token: Callable[[int], None] = lambda n: None,
) -> list[Answer]:
    """Answers to one batch of prompts, padded on the left; rows that have stopped leave the batch.

    A prompt alone is not padded and has no attention mask. An answer ends at a stop token of the base, after
    `max_new_tokens`, or where the model's positions end.
    """
    device = base.place.device
    longest = max(len(p) for p in prompts)
    ids = torch.tensor([[base.pad_id] * (longest - len(p)) + p for p in prompts], device=device)
    padded = any(len(p) < longest for p in prompts)
    mask = (
        torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
        if padded
        else None
    )
    positions = (
        (mask.cumsum(-1) - 1).clamp(min=0)
        if padded
        else torch.arange(longest, device=device).expand(len(prompts), -1)
    )
    limit = [min(max_new_tokens, base.max_positions - len(p)) for p in prompts]
    answers = [Answer([], False, []) for _ in prompts]
    rows = list(range(len(prompts)))
    cache = DynamicCache(config=model.config)
    stop_ids = base.stop_ids
    while rows:
        out = model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        values, tokens = out.logits[:, -1].float().topk(2, dim=-1)
        keep = []
        for place, (row, token, margin) in enumerate(
            zip(rows, tokens[:, 0].tolist(), (values[:, 0] - values[:, 1]).tolist(), strict=True)
        ):
            answer = answers[row]
            if token in stop_ids:
                answers[row] = Answer(answer.tokens, True, [*answer.margins, margin])
                continue
            answer.tokens.append(token)
            answer.margins.append(margin)
            if len(answer.tokens) < limit[row]:
                keep.append(place)
        on_token(len(prompts) - len(keep))
        ids, positions = tokens[:, :1], positions[:, -1:] + 1
        if mask is not None:
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        if len(keep) < len(rows):
            rows = [rows[i] for i in keep]
            if rows:
                chosen = torch.tensor(keep, device=device)
                ids, positions = ids[chosen], positions[chosen]
                mask = mask[chosen] if mask is not None else None
                cache.batch_select_indices(chosen)
    return answers
