"""Greedy answers on a GPU: prompts end to end in their first pass, then one captured step for every row at once.

Keys and values lie in one flat cache a layer, `width` places for each row, so nothing is padded, copied or masked. A row that
has its answer takes the next prompt. For causal models that take packs.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from tune import fused
from tune.answer_rows import Rows
from tune.base import Base
from tune.data import Example
from tune.linear import Split
from tune.loss import Loss

log = logging.getLogger("tune")
PREFILL_TOKENS = 8192
_right: weakref.WeakKeyDictionary[nn.Module, bool] = weakref.WeakKeyDictionary()
_fused: weakref.WeakKeyDictionary[nn.Module, bool] = weakref.WeakKeyDictionary()


@torch.inference_mode()
def answers(
    base: Base,
    prompts: list[list[int]],
    limits: list[int],
    places: int,
    most_rows: int,
    on_token: Callable[[int], None],
    least: float = 0.0,
    split: Split | None = None,
    examples: list[Example] | None = None,
    on_read: Callable[[int, Loss], None] = lambda side, loss: None,
) -> list[tuple[list[int], bool, list[float]]]:
    """For each prompt (tokens, stopped, margins) as `generate.Answer` has them; `limits` are the most tokens of each. An answer
    ends with a token whose margin is under `least`. With the `split` of the model's still layers each prompt is answered twice
    in one pass: the base's answers come first, then those with the adapter; `on_token` is told of pairs.

    Where there are `examples`, which begin with the prompts, they are read whole: `on_read(side, loss)` is given the losses,
    side 0 being the base's where there are two. At most `most_rows` at once, and no more than `places` tokens of keys and values.
    """
    width = max(len(p) + n for p, n in zip(prompts, limits, strict=True))
    sides, count = 2 if split else 1, len(prompts)
    each = max(1, min(most_rows // sides, places // (width * sides), count))
    rows = Rows(base, sides * each, width, split, each if split else 0, _step_of(base, split))
    read = examples or [_prompt(prompt) for prompt in prompts]
    longest = sorted(range(count), key=lambda i: len(read[i].ids))
    waiting = [[side * count + i for i in longest] for side in range(sides)]
    holder: list[int | None] = [None] * (sides * each)
    made: list[tuple[list[int], list[float]]] = [([], []) for _ in range(sides * count)]
    stopped = [False] * len(made)
    finished = 0

    def take(row: int, token: int, margin: float) -> bool:
        """Adds a token to the row's answer; whether that was its last."""
        request = holder[row]
        tokens, margins = made[request]
        margins.append(margin)
        if token in base.stop_ids:
            stopped[request] = True
            return True
        tokens.append(token)
        return len(tokens) >= limits[request % count] or margin < least

    while any(waiting) or any(request is not None for request in holder):
        free = [row for row, request in enumerate(holder) if request is None and waiting[row // each]]
        if free and len(free) >= max(1, min(len(holder) // 4, sum(map(len, waiting)))):
            side, here, room = free[0] // each, [], PREFILL_TOKENS
            for row in free:
                next_up = waiting[side][-1:]
                if row // each != side or not next_up or (here and len(read[next_up[0] % count].ids) > room):
                    break
                holder[row] = waiting[side].pop()
                here.append(row)
                room -= len(read[holder[row] % count].ids)
            tokens, margins, loss = rows.begin(here, [read[holder[row] % count] for row in here])
            on_read(side, loss)
            new = zip(here, tokens, margins, strict=True)
        else:
            held = [row for row, request in enumerate(holder) if request is not None]
            tokens, margins = rows.next()
            new = [(row, tokens[row], margins[row]) for row in held]
        done = [row for row, token, margin in new if take(row, token, margin)]
        if done:
            rows.end(done)
            for row in done:
                holder[row] = None
            finished += len(done)
        on_token(finished // sides)
    return [(tokens, end, margins) for (tokens, margins), end in zip(made, stopped, strict=True)]


def _prompt(ids: list[int]) -> Example:
    """A prompt with nothing after it."""
    return Example(0, np.asarray(ids, np.int32), np.zeros(len(ids), np.float32), ids, [], "", False)


def right(base: Base) -> bool:
    """Whether the base keeps its keys and values where the flat cache has them: a trial's last states must be those of a
    pass without a cache, in float32 to 1e-4, in bfloat16 to a twentieth."""
    if base.model not in _right:
        _right[base.model] = _trial(base, None, None)
    return _right[base.model]


def _step_of(base: Base, split: Split | None) -> fused.Fused | None:
    """The fused step of the model as it is now, where such a one has passed the same trial."""
    step = fused.of(base) if _fused.get(base.model, True) else None
    if step and base.model not in _fused:
        _fused[base.model] = _trial(base, step, split)
    return step if step and _fused[base.model] else None


@torch.inference_mode()
def _trial(base: Base, step: fused.Fused | None, split: Split | None) -> bool:
    model, device = base.model, base.place.device
    was_training = model.training
    ids = torch.arange(3, 15, device=device) % model.config.get_text_config().vocab_size
    parts = ids[:5], ids[5:]
    model.eval()
    try:
        rows = Rows(base, 2, 8, split, 0, step)
        rows.begin([0, 1], [_prompt(p[:-1].tolist()) for p in parts])
        rows._tokens.copy_(torch.stack([p[-1] for p in parts]))
        rows._step()
        alone = torch.stack(
            [model.get_decoder()(input_ids=p[None], use_cache=False)[0][0, -1] for p in parts]
        )
        apart = float((rows.hidden.float() - alone.float()).norm() / alone.float().norm())
        return apart <= (1e-4 if base.place.dtype == torch.float32 else 0.05)
    except Exception as error:
        log.info("this model takes no %s steps on a flat cache: %s", "fused" if step else "captured", error)
        return False
    finally:
        model.train(was_training)
