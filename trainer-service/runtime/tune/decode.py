"""Greedy answers on a GPU: prompts end to end in their first pass, then one captured step for every row at once.

Keys and values lie in one flat cache a layer, `width` places for each row, so nothing is padded, copied or masked. A row that
has its answer takes the next prompt. For causal models that take packs.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

import torch
from torch import nn

from tune import attention
from tune.base import Base
from tune.flat_cache import NAME, FlatCache

PREFILL_TOKENS = 8192
_right: weakref.WeakKeyDictionary[nn.Module, bool] = weakref.WeakKeyDictionary()


class Rows:
    """The rows of one batch, on the device: for each its last token, its length, and whether it still counts up."""

    def __init__(self, base: Base, rows: int, width: int):
        self._base, self._rows, self._width = base, rows, width
        device = base.place.device
        self._cache = FlatCache(rows, width, device)
        self._begins = torch.arange(rows, device=device) * width
        self._tokens = torch.zeros(rows, dtype=torch.int64, device=device)
        self._lengths = torch.zeros(rows, dtype=torch.int64, device=device)
        self._active = torch.zeros(rows, dtype=torch.int64, device=device)
        self._margins = torch.zeros(rows, device=device)
        self._bounds = torch.arange(rows + 1, dtype=torch.int32, device=device)
        self._cache_bounds = self._bounds * width
        self._graph: torch.cuda.CUDAGraph | None = None

    def begin(self, rows: list[int], prompts: list[list[int]]) -> tuple[list[int], list[float]]:
        """Reads the prompts into these rows; the first token of each and by how much it beat the second best."""
        base, device = self._base, self._base.place.device
        sizes = [len(p) for p in prompts]
        starts = torch.tensor([0, *sizes], dtype=torch.int32).cumsum(0, dtype=torch.int32)
        positions = torch.cat([torch.arange(n) for n in sizes])
        begins = torch.tensor(rows).repeat_interleave(torch.tensor(sizes)) * self._width
        at = torch.tensor(rows, device=device)
        before = self._cache.places
        self._cache.first, self._cache.places = True, (begins + positions).to(device)
        about = [len(sizes), max(sizes)] if device.type == "cuda" else sizes
        hidden = self._hidden(
            torch.tensor([i for p in prompts for i in p], device=device),
            positions.to(device),
            attention.NAME,
            pack_starts=starts.to(device),
            pack_sizes=torch.tensor(about, dtype=torch.int32),
        )
        self._cache.places = before
        tokens, margins = _best(base.model.get_output_embeddings()(hidden[(starts[1:] - 1).to(device)]))
        self._tokens[at], self._lengths[at] = tokens, torch.tensor(sizes, device=device)
        self._active[at] = 1
        return tokens.tolist(), margins.tolist()

    def end(self, rows: list[int]) -> None:
        """These rows have their answers."""
        at = torch.tensor(rows, device=self._base.place.device)
        self._active[at] = 0
        self._lengths[at] = 0

    def next(self) -> tuple[list[int], list[float]]:
        """The next token of every row, and its margin. What rows without a prompt get means nothing."""
        if self._base.place.device.type != "cuda":
            self._step()
        elif self._graph is None:
            self._capture()
        else:
            self._graph.replay()
        tokens, margins = torch.stack([self._tokens.double(), self._margins.double()]).tolist()
        return [int(token) for token in tokens], margins

    def _capture(self) -> None:
        """Does the step once as it is, then records it: a capture runs nothing."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            self._step()
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._step()

    def _step(self) -> None:
        self._cache.first = False
        self._cache.places.copy_(self._begins + self._lengths)
        hidden = self._hidden(
            self._tokens,
            self._lengths,
            NAME,
            cache_used=(self._lengths + 1).int(),
            cache_rows=self._bounds,
            cache_bounds=self._cache_bounds,
            cache_width=self._width,
        )
        tokens, margins = _best(self._base.model.get_output_embeddings()(hidden))
        self._tokens.copy_(tokens)
        self._margins.copy_(margins)
        self._lengths.add_(self._active)

    def _hidden(self, ids: torch.Tensor, positions: torch.Tensor, name: str, **more: object) -> torch.Tensor:
        model = self._base.model
        before = model.config._attn_implementation
        model.set_attn_implementation(name)
        try:
            out = model.get_decoder()(
                input_ids=ids[None],
                position_ids=positions[None],
                past_key_values=self._cache,
                use_cache=True,
                **more,
            )
            return out.last_hidden_state[0]
        finally:
            model.set_attn_implementation(before)


def _best(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The token of the best logit of each row, and how far it is above the second best."""
    logits = logits.float()
    best, tokens = logits.max(-1)
    second = logits.scatter(1, tokens[:, None], -torch.inf).amax(-1)
    return tokens, best - second


@torch.inference_mode()
def answers(
    base: Base,
    prompts: list[list[int]],
    limits: list[int],
    places: int,
    most_rows: int,
    on_token: Callable[[int], None],
    least: float = 0.0,
) -> list[tuple[list[int], bool, list[float]]]:
    """For each prompt (tokens, stopped, margins) as `generate.Answer` has them; `limits` are the most tokens of each. An answer
    ends with a token whose margin is under `least`.

    At most `most_rows` at once, and no more than `places` tokens of keys and values.
    """
    width = max(len(p) + n for p, n in zip(prompts, limits, strict=True))
    count = max(1, min(most_rows, places // width, len(prompts)))
    rows = Rows(base, count, width)
    waiting = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))[::-1]
    holder: list[int | None] = [None] * count
    made: list[tuple[list[int], list[float]]] = [([], []) for _ in prompts]
    stopped = [False] * len(prompts)
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
        return len(tokens) >= limits[request] or margin < least

    while waiting or any(request is not None for request in holder):
        free = [row for row, request in enumerate(holder) if request is None]
        if waiting and len(free) >= max(1, min(count // 4, len(waiting))):
            here, tokens = [], 0
            while waiting and free and (not here or tokens + len(prompts[waiting[-1]]) <= PREFILL_TOKENS):
                here.append(free.pop())
                holder[here[-1]] = waiting.pop()
                tokens += len(prompts[holder[here[-1]]])
            new = zip(here, *rows.begin(here, [prompts[holder[row]] for row in here]), strict=True)
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
        on_token(finished)
    return [(tokens, end, margins) for (tokens, margins), end in zip(made, stopped, strict=True)]


def right(base: Base) -> bool:
    """Whether the base keeps its keys and values where this file looks for them: a trial's last states must be those of a
    pass without a cache, in float32 to 1e-4, in bfloat16 to a twentieth."""
    if base.model not in _right:
        _right[base.model] = _trial(base)
    return _right[base.model]


@torch.inference_mode()
def _trial(base: Base) -> bool:
    model, device = base.model, base.place.device
    was_training = model.training
    ids = torch.arange(3, 15, device=device) % model.config.get_text_config().vocab_size
    parts = ids[:5], ids[5:]
    model.eval()
    try:
        rows = Rows(base, 2, 8)
        rows.begin([0, 1], [p[:-1].tolist() for p in parts])
        rows._tokens.copy_(torch.stack([p[-1] for p in parts]))
        kept: list[torch.Tensor] = []
        hook = model.get_decoder().register_forward_hook(lambda *seen: kept.append(seen[-1][0][0]))
        try:
            rows._step()
        finally:
            hook.remove()
        alone = torch.stack(
            [model.get_decoder()(input_ids=p[None], use_cache=False)[0][0, -1] for p in parts]
        )
        apart = float((kept[0].float() - alone.float()).norm() / alone.float().norm())
        return apart <= (1e-4 if base.place.dtype == torch.float32 else 0.05)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return False
    finally:
        model.train(was_training)
