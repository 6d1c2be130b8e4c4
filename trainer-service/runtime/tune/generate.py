"""Greedy answers: the most likely token each time, until a stop token or the limit. No sampling, no penalties."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import torch
from torch import nn
from transformers import DynamicCache

from tune import decode, speed
from tune.base import Base
from tune.data import Example
from tune.linear import only_plain, still_layers
from tune.loss import Loss
from tune.sharded import team_of

log = logging.getLogger("tune")
ROWS = {"cuda": 512, "cpu": 64}
FLAT = ("cuda",)


@dataclass(frozen=True)
class Answer:
    """The tokens of an answer without the stop token. `margins[i]`: by how much token i beat the second best."""

    tokens: list[int]
    stopped: bool
    margins: list[float]


@dataclass(frozen=True)
class Side:
    """What one of two models said: its answers, its mean loss on the references, and the number of their tokens."""

    answers: list[Answer]
    loss: float
    tokens: int


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

    When the machine runs out of memory, once, `on_smaller(rows)` is called and batches have so many rows at most. Not of a
    spread model: the error comes out, as the other processes go on with whole batches.
    """
    if not prompts:
        return []
    if flat(model, base):
        return _flat_all(model, base, prompts, max_new_tokens, on_token, on_smaller, least)[0]
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
            if shrunk or len(here) == 1 or team_of(model).size > 1:
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
    least: float = 0.0,
    twice: bool = False,
    examples: list[Example] | None = None,
) -> tuple[list[Answer], list[tuple[int, Loss]]]:
    """The answers, those of the base itself first where each is asked `twice`, and the losses of the examples that were read
    with their side."""
    if not prompts:
        return [], []
    most = limits(base, prompts, max_new_tokens)
    with torch.no_grad(), still_layers(model, base.place.dtype) as split:

        def tried(room: int, rows: int) -> tuple[list[Answer], list[tuple[int, Loss]]]:
            read: list[tuple[int, Loss]] = []
            more = split if twice else None, examples, lambda *loss: read.append(loss)
            made = decode.answers(base, prompts, most, room, rows, on_token, least, *more)
            return [Answer(*each) for each in made], read

        room, rows = batch_tokens(model, base), ROWS["cuda"]
        with suppress(torch.OutOfMemoryError):
            return tried(room, rows)
        # Out here the error, and with it the memory, is gone.
        log.info("out of memory in an evaluation")
        on_smaller(rows // 2)
        return tried(room // 2, rows // 2)


def both(
    model: nn.Module,
    base: Base,
    examples: list[Example],
    max_new_tokens: int,
    on_token: Callable[[int], None],
    on_smaller: Callable[[int], None],
) -> tuple[list[Side], bool]:
    """The base's own answers and the tuned model's, in one pass that reads the base's weights once, where `beside` allows it;
    and whether the losses are those of the examples. They are not where an example does not begin with its prompt."""
    prompts = [e.prompt for e in examples]
    whole = all(e.ids[: len(e.prompt)].tolist() == e.prompt for e in examples)
    more = {"twice": True, "examples": examples if whole else None}
    made, read = _flat_all(model, base, prompts, max_new_tokens, on_token, on_smaller, **more)
    sides = made[: len(prompts)], made[len(prompts) :]
    losses = [[loss for at, loss in read if at == side] for side in (0, 1)]
    return [Side(answers, *_mean(found)) for answers, found in zip(sides, losses, strict=True)], whole


def _mean(losses: list[Loss]) -> tuple[float, int]:
    """The mean over all loss tokens, and their number."""
    total = sum(loss.total.item() for loss in losses)
    return total / (sum(loss.weight for loss in losses) or 1), sum(loss.tokens for loss in losses)


def unpadded(
    model: nn.Module,
    base: Base,
    prompts: list[list[int]],
    max_new_tokens: int,
    check: Callable[[], None],
    known: Mapping[tuple[int, ...], Answer] | None = None,
) -> list[Answer]:
    """Answers that no padding had a part in, as far as each is sure at least: on a GPU all at once, elsewhere one after
    another. What is `known` of this model's answers, made in the same way, is not asked again."""
    found = [(known or {}).get(tuple(prompt)) for prompt in prompts]
    most = limits(base, prompts, max_new_tokens)
    found = [answer and _cut(answer, limit) for answer, limit in zip(found, most, strict=True)]
    asked = [prompt for prompt, answer in zip(prompts, found, strict=True) if not answer]
    if flat(model, base):
        made = greedy_all(model, base, asked, max_new_tokens, lambda _: check(), least=base.place.tie)
    else:
        made = [greedy(model, base, [p], max_new_tokens, lambda _: check())[0] for p in asked]
    new = iter(made)
    return [answer or next(new) for answer in found]


def _cut(answer: Answer, limit: int) -> Answer | None:
    """The answer as it would be under a lower limit; None where that limit is higher than the answer's own was."""
    if not answer.stopped and len(answer.tokens) < limit:
        return None
    stopped = answer.stopped and len(answer.tokens) < limit
    return Answer(answer.tokens[:limit], stopped, answer.margins[:limit])


def flat(model: nn.Module, base: Base) -> bool:
    """Whether these answers are made without padding: on a GPU, by the base itself, where it takes packs. A rotation that is
    made anew for each length cannot be captured."""
    own = model is base.model or getattr(model, "get_base_model", lambda: None)() is base.model
    if not own or base.place.device.type not in FLAT or speed.turns_by_length(base.model):
        return False
    return speed.packs(base) and decode.right(base)


def beside(model: nn.Module, base: Base) -> bool:
    """Whether rows of the base itself can be answered beside those of the tuned model."""
    return flat(model, base) and only_plain(base.model)


def batch_tokens(model: nn.Module, base: Base) -> int:
    """How many tokens, prompts and answers together, one generated batch may hold: of a spread model, in each of its
    processes, which all have to call this."""
    return team_of(model).least(_room(model, base))


def _room(model: nn.Module, base: Base) -> int:
    """On a GPU what keys and values of a third of the free memory hold, since a cache that grows is copied."""
    if base.place.device.type != "cuda":
        return base.place.batch_tokens
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    free = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    return max(1, free // (3 * 4 * config.num_hidden_layers * heads * width))


def before(base: Base, prompts: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Prompts padded on the left, since their answers come behind them, with their mask and positions."""
    longest, device = max(map(len, prompts)), base.place.device
    ids = torch.tensor([[base.pad_id] * (longest - len(p)) + p for p in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
    return ids, mask, (mask.cumsum(-1) - 1).clamp(min=0)


def limits(base: Base, prompts: list[list[int]], max_new_tokens: int) -> list[int]:
    """The most tokens of each answer: also where the model's positions end."""
    return [min(max_new_tokens, base.max_positions - len(p)) for p in prompts]


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
    ids, mask, positions = before(base, prompts)
    mask = mask if len(set(map(len, prompts))) > 1 else None
    limit = limits(base, prompts, max_new_tokens)
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
