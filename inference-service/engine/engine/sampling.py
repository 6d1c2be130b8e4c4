"""From logits to the next token: greedy, or sampled with the usual filters."""

from dataclasses import dataclass, field

import torch

_LEAST_TEMPERATURE = 0.01
_MOST_LOGIT = 1e30


@dataclass(frozen=True)
class Sampling:
    """How one request chooses its tokens. Temperature 0 is greedy; one below 0.01 is 0.01, as in vLLM.

    With the same `seed`, the same request draws the same tokens whatever else runs beside it, up to
    rounding in the logits.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None

    @property
    def is_plain_argmax(self) -> bool:
        return self.temperature == 0 and not self.changes_logits

    @property
    def changes_logits(self) -> bool:
        return self.repetition_penalty != 1 or self.presence_penalty != 0 or self.frequency_penalty != 0


@dataclass
class Sampler:
    """Draws the tokens of one request; owns its random state and the tokens seen so far.

    `begin`: the tokens before the answer, which count as said when repetition is penalised.
    """

    sampling: Sampling
    begin: list[int]
    answer: list[int] = field(default_factory=list)
    generator: torch.Generator | None = None

    def pick(self, logits: torch.Tensor) -> int:
        """The next token for float32 `logits` of shape [vocabulary]."""
        s = self.sampling
        if s.changes_logits:
            logits = self._penalised(logits)
        if s.temperature == 0:
            return int(logits.argmax())
        probs = self._filtered(logits / max(s.temperature, _LEAST_TEMPERATURE))
        return int(torch.multinomial(probs, 1, generator=self._random(probs.device)))

    def _random(self, device: torch.device) -> torch.Generator:
        if self.generator is None:
            self.generator = torch.Generator(device)
            seed = self.sampling.seed
            self.generator.manual_seed(seed) if seed is not None else self.generator.seed()
        return self.generator

    def _penalised(self, logits: torch.Tensor) -> torch.Tensor:
        """Repetition as transformers does it (`begin` and answer); presence and frequency as OpenAI
        documents them (answer only)."""
        s = self.sampling
        logits = logits.clone()
        if s.repetition_penalty != 1:
            seen = torch.tensor(self.begin + self.answer, device=logits.device).unique()
            score = logits[seen]
            factor = s.repetition_penalty
            logits[seen] = torch.where(score < 0, score * factor, score / factor)
        if self.answer and (s.presence_penalty or s.frequency_penalty):
            said, count = torch.tensor(self.answer, device=logits.device).unique(return_counts=True)
            logits[said] -= s.presence_penalty + s.frequency_penalty * count
        return logits.clamp(-_MOST_LOGIT, _MOST_LOGIT)

    def _filtered(self, logits: torch.Tensor) -> torch.Tensor:
        s = self.sampling
        if 0 < s.top_k < logits.shape[-1]:
            kept, ids = logits.topk(s.top_k)
            logits = torch.full_like(logits, -torch.inf).scatter(0, ids, kept)
        probs = logits.softmax(-1)
        if s.top_p < 1:
            ranked, ids = probs.sort(descending=True)
            over = ranked.cumsum(-1) - ranked >= s.top_p
            over[0] = False
            ranked[over] = 0
            probs = torch.zeros_like(probs).scatter(0, ids, ranked)
        if s.min_p > 0:
            probs = probs.where(probs >= s.min_p * probs.max(), 0)
        return probs


def pick_all(logits: torch.Tensor, samplers: list[Sampler]) -> list[int]:
    """The next token of each row for float32 `logits` [rows, vocabulary]; greedy rows cost one call."""
    tokens = logits.argmax(-1).tolist()
    for row, sampler in enumerate(samplers):
        if not sampler.sampling.is_plain_argmax:
            tokens[row] = sampler.pick(logits[row])
        sampler.answer.append(tokens[row])
    return tokens
