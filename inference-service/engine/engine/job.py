"""One answer in the making."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from engine.errors import Refused
from engine.peft_folder import Adapter
from engine.sampling import Sampler
from engine.text import TextStream


@dataclass(frozen=True)
class TokenScore:
    """A token's log probability under the model's own distribution, and the best ones beside it."""

    token: int
    logprob: float
    best: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Piece:
    """What an answer has gained; the last piece has a `finish` reason or an `error`."""

    text: str = ""
    scores: tuple[TokenScore, ...] = ()
    finish: str | None = None
    error: Refused | None = None

    @property
    def is_last(self) -> bool:
        return self.finish is not None or self.error is not None


@dataclass(eq=False)
class Job:
    """A request on its way through the scheduler.

    `deliver` is called on the event loop: once for each new text when `stream`, once at the end otherwise,
    and never again after a last piece. Setting `cancelled` stops the work at the next token. `begun`: when
    the work began, by the monotonic clock.
    """

    adapter: Adapter
    prompt: list[int]
    sampler: Sampler
    text: TextStream
    limit: int
    stop_tokens: frozenset[int]
    deliver: Callable[[Piece], None]
    stream: bool = False
    logprobs: int | None = None
    cancelled: bool = False
    begun: float = 0.0
    _unsent: list[str] = field(default_factory=list)
    _scores: list[TokenScore] = field(default_factory=list)

    @property
    def generated(self) -> int:
        return len(self.sampler.answer)

    def take(self, token: int, logits: torch.Tensor) -> Piece | None:
        """Counts the token just chosen from `logits` [vocabulary]; returns a piece worth delivering."""
        if self.logprobs is not None:
            self._scores.append(_score(token, logits, self.logprobs))
        finish = None
        if token in self.stop_tokens:
            finish = "stop"
        else:
            self._unsent.append(self.text.push(token))
            if self.text.stopped:
                finish = "stop"
            elif self.generated >= self.limit:
                finish = "length"
        if finish:
            self._unsent.append(self.text.finish())
            if self.text.stopped:
                finish = "stop"
        text = "".join(self._unsent)
        if not finish and not (self.stream and text):
            return None
        piece = Piece(text, tuple(self._scores), finish)
        self._unsent.clear()
        self._scores.clear()
        return piece


def _score(token: int, logits: torch.Tensor, count: int) -> TokenScore:
    logprobs = logits.log_softmax(-1)
    best = logprobs.topk(count) if count else None
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True) if best else ()
    return TokenScore(token, float(logprobs[token]), tuple(pairs))
