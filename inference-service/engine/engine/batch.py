"""The rows that run together on one network, one token a step."""

from typing import Any

import torch
from transformers.cache_utils import DynamicCache, EncoderDecoderCache

from engine.job import Job
from engine.kv import RowCache


class Batch:
    """Jobs that share a network; rows come and go between steps.

    Each prompt is read alone, exactly as `generate` reads it, and then joins the others, aligned at
    the end.
    """

    def __init__(self, network: Any) -> None:
        self.network = network
        self.jobs: list[Job] = []
        self._lengths: list[int] = []
        self._cache: RowCache | None = None
        kinds = getattr(network.config.get_text_config(), "layer_types", None) or []
        self._plain_attention = all(kind == "full_attention" for kind in kinds)

    def read(self, job: Job) -> tuple[RowCache, torch.Tensor]:
        """The prompt's cache, and float32 logits [1, vocabulary] for the first token."""
        cache = RowCache(job.adapter.prefix)
        ids = torch.tensor([job.prompt], device=self.network.device)
        logits = self._run(input_ids=ids, past_key_values=cache)
        return cache, logits

    def join(self, job: Job, cache: RowCache) -> None:
        self._lengths.append(cache.length)
        self.jobs.append(job)
        if self._cache is None:
            self._cache = cache
        else:
            self._cache.join(cache)

    def step(self) -> torch.Tensor:
        """Float32 logits [rows, vocabulary] for the next token of every row."""
        device = self.network.device
        last = [[job.sampler.answer[-1]] for job in self.jobs]
        logits = self._run(
            input_ids=torch.tensor(last, device=device),
            past_key_values=self._cache,
            position_ids=torch.tensor(self._lengths, device=device)[:, None],
            attention_mask=self._mask(device),
        )
        self._lengths = [length + 1 for length in self._lengths]
        return logits

    def drop(self, gone: set[Job]) -> None:
        """Removes rows, and the places that only they needed."""
        kept = [row for row, job in enumerate(self.jobs) if job not in gone]
        if len(kept) == len(self.jobs):
            return
        self.jobs = [self.jobs[row] for row in kept]
        self._lengths = [self._lengths[row] for row in kept]
        if kept:
            self._cache.keep(kept, max(self._lengths))
        else:
            self._cache = None

    def _mask(self, device: torch.device) -> torch.Tensor | None:
        """Which places each row may see, or None when all rows fill the whole cache."""
        total = self._cache.length + 1
        empty = [total - 1 - length for length in self._lengths]
        if not any(empty):
            return None
        seen = torch.arange(total, device=device) >= torch.tensor(empty, device=device)[:, None]
        # The ready-made form spares the model's own mask building in each step; a model with sliding
        # layers needs the plain form, because it makes one mask for each kind of layer.
        return seen[:, None, None, :] if self._plain_attention else seen.long()

    def _run(self, **inputs) -> torch.Tensor:
        return self.network(**inputs, use_cache=True, logits_to_keep=1).logits[:, -1].float()


class PairBatch:
    """The same for encoder-decoders, whose prompt the encoder reads once. Each row has its own cache
    and is stepped alone."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.jobs: list[Job] = []
        self._rows: dict[Job, dict[str, Any]] = {}

    def read(self, job: Job) -> tuple[dict[str, Any], torch.Tensor]:
        ids = torch.tensor([job.prompt], device=self.network.device)
        row = {
            "encoder_outputs": self.network.get_encoder()(input_ids=ids),
            "past_key_values": EncoderDecoderCache(DynamicCache(), DynamicCache()),
        }
        return row, self._next(row, self.network.config.decoder_start_token_id)

    def join(self, job: Job, row: dict[str, Any]) -> None:
        self._rows[job] = row
        self.jobs.append(job)

    def step(self) -> torch.Tensor:
        return torch.cat([self._next(self._rows[job], job.sampler.answer[-1]) for job in self.jobs])

    def drop(self, gone: set[Job]) -> None:
        self.jobs = [job for job in self.jobs if job not in gone]
        self._rows = {job: self._rows[job] for job in self.jobs}

    def _next(self, row: dict[str, Any], token: int) -> torch.Tensor:
        ids = torch.tensor([[token]], device=self.network.device)
        return self.network(decoder_input_ids=ids, use_cache=True, **row).logits[:, -1].float()


def batch_on(network: Any) -> Batch | PairBatch:
    """A new batch for the network's family."""
    return PairBatch(network) if network.config.is_encoder_decoder else Batch(network)
