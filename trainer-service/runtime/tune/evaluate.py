"""The test split answered by a model: the same decoding and the same metrics for the base and for the tuned model."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from torch import nn

from tune import events
from tune.attention import GROUPED
from tune.base import Base
from tune.data import Example
from tune.generate import greedy_all, text_of
from tune.metrics import text_metrics
from tune.pulse import Pulse
from tune.speed import attention_set, packs
from tune.train import mean_loss, memory

SAMPLES = 3


@dataclass(frozen=True)
class Evaluation:
    """What the evaluated event says. `left_out`: examples whose prompt leaves the model no room for an answer."""

    examples: int
    left_out: int
    metrics: dict
    samples: list[dict]
    seconds: float


def evaluate(
    model: nn.Module,
    base: Base,
    stage: str,
    examples: list[Example],
    max_new_tokens: int,
    form: str | None,
    pulse: Pulse,
) -> Evaluation:
    """Loss and perplexity on the references, then greedy answers and their metrics. Reports progress each second."""
    began = told = time.perf_counter()
    pulse.emit(events.Progress(stage, 0, len(examples), memory_bytes=memory(base)))

    def on_token(finished: int) -> None:
        nonlocal told
        pulse.check()
        if time.perf_counter() - told >= 1:
            told = time.perf_counter()
            pulse.emit(events.Progress(stage, finished, len(examples), memory_bytes=memory(base)))

    loss, tokens = mean_loss(model, base, examples, 8, pulse.check)
    metrics = {
        "loss": round(loss, 6),
        "perplexity": round(math.exp(min(loss, 700)), 4),
        "reference_tokens": tokens,
    }
    answered = [e for e in examples if len(e.prompt) < base.max_positions]
    samples = []
    if answered:
        grouped = GROUPED if base.place.device.type == "cuda" and packs(base) else None
        with attention_set(base.model, grouped):
            answers = greedy_all(model, base, [e.prompt for e in answered], max_new_tokens, on_token)
        outputs = [text_of(base, answer.tokens) for answer in answers]
        metrics |= text_metrics(outputs, [e.reference for e in answered], form, pulse.check)
        metrics["stopped"] = sum(answer.stopped for answer in answers) / len(answers)
        metrics["answer_tokens"] = sum(len(answer.tokens) for answer in answers)
        samples = [
            {
                "prompt": e.messages[-1]["content"] if e.messages else "",
                "reference": e.reference,
                "output": output,
            }
            for e, output in list(zip(answered, outputs, strict=True))[:SAMPLES]
        ]
    pulse.emit(events.Progress(stage, len(examples), len(examples), memory_bytes=memory(base)))
    seconds = round(time.perf_counter() - began, 3)
    return Evaluation(len(answered), len(examples) - len(answered), metrics, samples, seconds)
