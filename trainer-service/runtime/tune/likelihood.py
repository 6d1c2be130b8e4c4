"""The test split of plain text: how surprising each of its tokens is to a model. Nothing is generated."""

from __future__ import annotations

import math
import time

from torch import nn

from tune import events
from tune.base import Base
from tune.data import Example
from tune.evaluate import Evaluation
from tune.pulse import Pulse
from tune.train import mean_loss, memory


def evaluate(model: nn.Module, base: Base, stage: str, examples: list[Example], pulse: Pulse) -> Evaluation:
    """Loss in nats per token and perplexity = exp(loss) over all tokens of the split but each block's first."""
    began = time.perf_counter()
    pulse.emit(events.Progress(stage, 0, len(examples), memory_bytes=memory(base)))
    loss, tokens = mean_loss(model, base, examples, 8, pulse.check)
    metrics = {
        "loss": round(loss, 6),
        "perplexity": round(math.exp(min(loss, 700)), 4),
        "reference_tokens": tokens,
    }
    pulse.emit(events.Progress(stage, len(examples), len(examples), memory_bytes=memory(base)))
    return Evaluation(len(examples), 0, metrics, [], round(time.perf_counter() - began, 3))
