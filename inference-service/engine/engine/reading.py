"""What encoders answer: labels, numbers, entities and embeddings, a batch at a time on one thread."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from engine.adapters import Adapters
from engine.errors import Refused
from engine.model import BaseModel, joined
from engine.peft_folder import Adapter
from engine.schema import ClassifyRequest, EmbeddingRequest

_ROWS = 32


class Reader:
    """Reads texts with an encoder. At most `max_waiting` requests wait; more get 429."""

    def __init__(self, base: BaseModel, adapters: Adapters, max_waiting: int) -> None:
        self._base = base
        self._adapters = adapters
        self._max_waiting = max_waiting
        self._thread = ThreadPoolExecutor(1, "reader")
        self._first_token = base.family == "encoder" and _pools_first_token(base.folder)
        self.waiting = 0

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def classify(self, body: ClassifyRequest) -> tuple[list[dict], int]:
        """An entry for each text, and how many tokens were read."""
        self._need_encoder("/v1/classify")
        adapter = await self._adapters.get(body.model)
        if adapter.task is None:
            raise Refused(
                400,
                f"'{body.model}' has no head: name a classifier, regression or tagger tuned on it.",
                param="model",
            )
        texts = [joined(body.template_input())] if body.messages else _listed(body.input)
        coded = [self._code(text, body.truncate_prompt_tokens) for text in texts]
        rows = await self._aside(lambda: self._classified(adapter, texts, coded))
        return rows, sum(len(row["input_ids"]) for row in coded)

    async def embed(self, body: EmbeddingRequest) -> tuple[list[torch.Tensor], int]:
        """A vector of length 1 for each text, and how many tokens were read."""
        self._need_encoder("/v1/embeddings")
        adapter = await self._adapters.get(body.model)
        if adapter.task is not None:
            raise Refused(
                400, f"'{body.model}' gives labels, not embeddings: name the base model.", param="model"
            )
        coded = [self._code(text, body.truncate_prompt_tokens) for text in body.texts()]
        size = self._base.network.config.hidden_size
        if body.dimensions is not None and body.dimensions != size:
            raise Refused(400, f"Its embeddings have {size} dimensions and no others.", param="dimensions")
        vectors = await self._aside(lambda: self._embedded(coded))
        return vectors, sum(len(row["input_ids"]) for row in coded)

    def _need_encoder(self, path: str) -> None:
        if self._base.family != "encoder":
            raise Refused(
                400, f"This engine serves a model that writes, and {path} needs an encoder.", param="model"
            )

    def _code(self, text: str | list[int], limit: int | None) -> dict[str, list]:
        longest = self._base.max_len
        cut = longest if limit == -1 else min(limit or longest, longest)
        if isinstance(text, list):
            coded = {"input_ids": list(text), "offset_mapping": [(0, 0)] * len(text)}
            if any(not 0 <= token < self._base.network.config.vocab_size for token in text):
                raise Refused(400, "A token id is outside the vocabulary.", param="input")
        else:
            coded = self._base.tokenizer(
                text,
                truncation=limit is not None,
                max_length=cut if limit is not None else None,
                return_offsets_mapping=self._base.tokenizer.is_fast,
            )
        if not coded["input_ids"]:
            raise Refused(400, "A text has no tokens.", param="input")
        if len(coded["input_ids"]) > longest:
            raise Refused(
                400,
                f"A text has {len(coded['input_ids'])} tokens and the model reads {longest}. Shorten it, "
                "or send 'truncate_prompt_tokens': -1.",
                code="context_length_exceeded",
                param="input",
            )
        return {"input_ids": coded["input_ids"], "offset_mapping": coded.get("offset_mapping")}

    async def _aside(self, work) -> Any:
        if self.waiting >= self._max_waiting:
            raise Refused(
                429, f"{self.waiting} requests are waiting already.", code="queue_full", retry_after=1
            )
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self.waiting -= 1

    @torch.inference_mode()
    def _states(self, network: Any, coded: list[dict], pick) -> list[Any]:
        """`pick(output, row, length)` of every text, in batches of like length."""
        found: list[Any] = [None] * len(coded)
        order = sorted(range(len(coded)), key=lambda i: len(coded[i]["input_ids"]))
        pad = self._base.tokenizer.pad_token_id or 0
        for begin in range(0, len(order), _ROWS):
            members = order[begin : begin + _ROWS]
            longest = max(len(coded[i]["input_ids"]) for i in members)
            ids = torch.full((len(members), longest), pad)
            mask = torch.zeros((len(members), longest), dtype=torch.long)
            for row, i in enumerate(members):
                length = len(coded[i]["input_ids"])
                ids[row, :length] = torch.tensor(coded[i]["input_ids"])
                mask[row, :length] = 1
            device = self._base.device
            output = network(input_ids=ids.to(device), attention_mask=mask.to(device))
            for row, i in enumerate(members):
                found[i] = pick(output, row, len(coded[i]["input_ids"]))
        return found

    def _classified(self, adapter: Adapter, texts: list[str], coded: list[dict]) -> list[dict]:
        if adapter.task == "SEQ_CLS":
            scores = self._states(adapter.network, coded, lambda out, row, _: out.logits[row].float().cpu())
            return [_label(adapter.labels, row) | {"index": i} for i, row in enumerate(scores)]
        tags = self._states(
            adapter.network, coded, lambda out, row, length: out.logits[row, :length].float().cpu()
        )
        return [
            {"index": i, "label": None, "probs": [], "num_classes": len(adapter.labels)}
            | {"tokens": _tagged(adapter.labels, texts[i], coded[i]["offset_mapping"], row)}
            for i, row in enumerate(tags)
        ]

    def _embedded(self, coded: list[dict]) -> list[torch.Tensor]:
        def pick(out: Any, row: int, length: int) -> torch.Tensor:
            states = out.last_hidden_state[row, :length].float()
            pooled = states[0] if self._first_token else states.mean(0)
            return torch.nn.functional.normalize(pooled, dim=0).cpu()

        return self._states(self._base.network, coded, pick)


def _label(labels: tuple[str, ...] | None, logits: torch.Tensor) -> dict:
    """vLLM's entry; a regression's one "probability" is the number itself, and so is its label."""
    if labels is None:
        value = float(logits[0])
        return {"label": repr(value), "probs": [value], "num_classes": 1}
    likely = logits.softmax(-1).tolist()
    best = max(range(len(labels)), key=lambda i: likely[i])
    return {"label": labels[best], "probs": likely, "num_classes": len(labels)}


def _tagged(labels: tuple[str, ...], text: str, offsets: list, logits: torch.Tensor) -> list[dict]:
    """The label of every piece of the text, with its place and how likely it is."""
    likely = logits.softmax(-1)
    best = likely.max(-1)
    return [
        {
            "start": start,
            "end": end,
            "text": text[start:end],
            "label": labels[int(best.indices[at])],
            "score": float(best.values[at]),
        }
        for at, (start, end) in enumerate(offsets)
        if start < end
    ]


def _listed(texts: str | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else texts


def _pools_first_token(folder: Path) -> bool:
    """What sentence-transformers wrote beside the model; without it, the mean."""
    path = folder / "1_Pooling" / "config.json"
    said = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return bool(said.get("pooling_mode_cls_token"))
