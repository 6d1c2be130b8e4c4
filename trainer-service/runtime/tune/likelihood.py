"""The test split of plain text: how surprising each of its tokens is to a model. Nothing is generated."""

from __future__ import annotations

from torch import nn

from tune.base import Base
from tune.data import Example
from tune.evaluate import Answers, Evaluation, Tally, likelihood
from tune.generate import text_of
from tune.pulse import Pulse
from tune.smaller import loss_of
from tune.task_metrics import Ranking


def evaluate(model: nn.Module, base: Base, stage: str, examples: list[Example], pulse: Pulse) -> Evaluation:
    """Loss in nats per token and perplexity = exp(loss) over all tokens of the split but each block's first.

    The worst are the blocks with the highest loss: damaged or foreign text, as a rule.
    """
    tally = Tally(base, stage, len(examples), pulse)
    losses, total, tokens = [], 0.0, 0
    for done, example in enumerate(examples):
        tally.at(done)
        loss, count, _ = loss_of(model, base, [example], 1, pulse)
        losses.append(round(loss, 6))
        total, tokens = total + loss * count, tokens + count
    ranking = Ranking("loss", losses, greater=False, perfect=None)
    texts = [text_of(base, e.ids.tolist()) for e in examples]
    found = Answers([None] * len(examples), likelihood(total / tokens, tokens), ranking, texts)
    return tally.done(examples, found)
