"""The rows of one batch of answers: a first pass over their prompts, then one captured step for every row at once."""

from __future__ import annotations

import torch

from tune import attention, batch
from tune.base import Base
from tune.data import Example
from tune.flat_cache import NAME, FlatCache
from tune.fused import Fused
from tune.linear import Split
from tune.loss import Loss, head_loss


class Rows:
    """The rows of one batch, on the device: for each its last token, its length, and whether it still counts up.

    The first `plain` rows are answered by the base itself, if the model's still layers have this `split`. `fused` makes the
    steps where there is one; else the model does, as it is.
    """

    def __init__(
        self,
        base: Base,
        rows: int,
        width: int,
        split: Split | None = None,
        plain: int = 0,
        fused: Fused | None = None,
    ):
        self._base, self._width = base, width
        self._split, self._plain, self._fused = split or Split(), plain, fused
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

    def begin(self, rows: list[int], examples: list[Example]) -> tuple[list[int], list[float], Loss]:
        """Reads examples into these rows, all of the base or all of the tuned model: the first token after each prompt, by how
        much it beat the second best, and the loss of what follows the prompts, of which nothing else is kept."""
        base, device = self._base, self._base.place.device
        pack = batch.pack(examples, base.pad_id, None, 1, device.type == "cuda")
        sizes = torch.tensor([len(e.prompt) for e in examples])
        begins = torch.tensor(rows) * self._width
        places = [begin + torch.arange(len(e.ids)) for begin, e in zip(begins, examples, strict=True)]
        for place, size in zip(places, sizes, strict=True):
            place[size:] = self._cache.spare
        ends = (pack.starts[:-1] + sizes - 1).to(device)
        pack, before = pack.to(device), self._cache.places
        self._cache.first, self._cache.places = True, torch.cat(places).to(device)
        self._split.plain = pack.tokens if rows[0] < self._plain else 0
        hidden = self._hidden(
            pack.ids, pack.positions, attention.NAME, pack_starts=pack.starts, pack_sizes=pack.sizes
        )
        self._cache.places = before
        head = base.model.get_output_embeddings()
        total, correct = head_loss(head, hidden[pack.index], pack.labels, pack.weights)
        tokens, margins = _best(head(hidden[ends]))
        at = torch.tensor(rows, device=device)
        self._tokens[at], self._lengths[at], self._active[at] = tokens, sizes.to(device), 1
        return tokens.tolist(), margins.tolist(), Loss(total, pack.weight, pack.answers, correct)

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
        self._split.plain = self._plain
        where = {
            "cache_used": (self._lengths + 1).int(),
            "cache_rows": self._bounds,
            "cache_bounds": self._cache_bounds,
            "cache_width": self._width,
        }
        if self._fused:
            hidden = self._fused.hidden(
                self._tokens, self._lengths, self._cache, *where.values(), self._plain
            )
        else:
            hidden = self._hidden(self._tokens[None], self._lengths[None], NAME, **where)
        self.hidden = hidden
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
                input_ids=ids,
                position_ids=positions,
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
