"""The test split answered by a model: the same decoding and the same metrics for the base and for the tuned model."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field, replace

from peft import PeftModel
from torch import nn

from tune import events, generate, worst
from tune.attention import GROUPED
from tune.base import Base
from tune.data import Example
from tune.generate import Answer, greedy_all, text_of
from tune.loss import MeanLoss
from tune.metrics import measured
from tune.packable import attention_set, packs
from tune.peak import memory
from tune.pulse import Pulse
from tune.smaller import loss_of, say
from tune.task_metrics import Ranking

SAMPLES = 3


@dataclass(frozen=True)
class Evaluation:
    """What the evaluated event says. `left_out`: examples whose prompt leaves the model no room for an answer.

    `answers`: for each example of the split what the model said, cut, and how good that is: what a later model is put beside.
    """

    examples: int
    left_out: int
    metrics: dict
    samples: list[dict]
    seconds: float
    worst: list[dict] = field(default_factory=list)
    answers: list[list] = field(default_factory=list)

    def event(self, model: str) -> events.Evaluated:
        values = asdict(self)
        del values["answers"]
        return events.Evaluated(model, "test", **values)

    def beside(self, base: Evaluation | None) -> Evaluation:
        """The same with the base's answers and scores beside the worst of this model's."""
        return replace(self, worst=worst.beside(self.worst, base.answers)) if base else self


@dataclass(frozen=True)
class Answers:
    """What a model made of examples: an output and a score for each, and metrics over all. `expected`: what the worst are
    shown beside, where that is not their reference."""

    outputs: list[str | None]
    metrics: dict
    ranking: Ranking
    expected: list[str] | None = None


class Tally:
    """Tells of an evaluation's progress: at its begin, each second that it comes by, and at its end."""

    def __init__(self, base: Base, stage: str, total: int, pulse: Pulse):
        self._base, self._stage, self._total, self._pulse = base, stage, total, pulse
        self._began = time.perf_counter()
        self._tell(0)

    def at(self, finished: int) -> None:
        """So many examples are done; raises Stop if the job was asked to end."""
        self._pulse.check()
        if time.perf_counter() - self._told >= 1:
            self._tell(finished)

    def _tell(self, finished: int) -> None:
        self._told = time.perf_counter()
        held = memory(self._base)
        self._pulse.emit(events.Progress(self._stage, finished, self._total, memory_bytes=held))

    def done(self, examples: list[Example], found: Answers, places: list[int] | None = None) -> Evaluation:
        """The evaluation of a split, of which `examples`, at `places` of it (all where that is left out), were answered."""
        places = list(range(len(examples))) if places is None else places
        answers: list[list] = [[None, None] for _ in range(self._total)]
        for place, output, score in zip(places, found.outputs, found.ranking.scores, strict=True):
            answers[place] = [worst.cut(output), score]
        samples = [
            {"prompt": worst.question(e), "reference": e.reference, "output": output}
            for e, output in list(zip(examples, found.outputs, strict=True))[:SAMPLES]
            if output is not None
        ]
        listed = worst.worst(examples, found.outputs, found.ranking, found.expected, places)
        self._tell(self._total)
        seconds = round(time.perf_counter() - self._began, 3)
        return Evaluation(
            len(examples), self._total - len(examples), found.metrics, samples, seconds, listed, answers
        )


def likelihood(loss: float, tokens: int) -> dict:
    """A loss in nats per token as the metrics that are made of it."""
    return {
        "loss": round(loss, 6),
        "perplexity": round(math.exp(min(loss, 700)), 4),
        "reference_tokens": tokens,
    }


Said = dict[tuple[int, ...], Answer]
"""Answers to prompts, made without padding."""


def evaluate(
    model: nn.Module,
    base: Base,
    stage: str,
    examples: list[Example],
    max_new_tokens: int,
    form: str | None,
    pulse: Pulse,
    said: Said | None = None,
    known: MeanLoss | None = None,
) -> Evaluation:
    """Loss and perplexity on the references, then greedy answers and their metrics. Reports progress each second.

    Answers that a probe may hold are left in `said`. `known`: the split's loss, which is then not made again.
    """
    tally = Tally(base, stage, len(examples), pulse)
    loss = likelihood(*(known or loss_of(model, base, examples, 8, pulse))[:2])
    asked = _Asked.of(base, examples, form, pulse)
    grouped = GROUPED if base.place.device.type == "cuda" and packs(base) else None
    with attention_set(base.model, grouped):
        answers = greedy_all(model, base, asked.prompts, max_new_tokens, tally.at, asked.smaller)
    if said is not None and answers and generate.flat(model, base):
        said |= asked.said(answers)
    return asked.evaluation(tally, loss, answers)


def both(
    model: PeftModel,
    base: Base,
    examples: list[Example],
    max_new_tokens: int,
    form: str | None,
    pulse: Pulse,
    said: Said,
) -> tuple[Evaluation, Evaluation]:
    """The same of the base itself and of the tuned model, whose answers are made together: `seconds` are those of both."""
    tally = Tally(base, "evaluation", len(examples), pulse)
    asked = _Asked.of(base, examples, form, pulse)
    sides, whole = generate.both(model, base, asked.examples, max_new_tokens, tally.at, asked.smaller)
    losses = [(side.loss, side.tokens) for side in sides]
    if not whole or len(asked.examples) < len(examples):
        with model.disable_adapter():
            losses[0] = loss_of(model, base, examples, 8, pulse)[:2]
        losses[1] = loss_of(model, base, examples, 8, pulse)[:2]
    said |= asked.said(sides[1].answers)
    first, then = (
        asked.evaluation(tally, likelihood(*loss), side.answers)
        for side, loss in zip(sides, losses, strict=True)
    )
    return first, then


@dataclass(frozen=True)
class _Asked:
    """The examples that leave room for an answer, at `places` of the split."""

    base: Base
    places: list[int]
    examples: list[Example]
    form: str | None
    pulse: Pulse

    @staticmethod
    def of(base: Base, examples: list[Example], form: str | None, pulse: Pulse) -> _Asked:
        places = [i for i, e in enumerate(examples) if len(e.prompt) < base.max_positions]
        return _Asked(base, places, [examples[i] for i in places], form, pulse)

    @property
    def prompts(self) -> list[list[int]]:
        return [e.prompt for e in self.examples]

    def said(self, answers: list[Answer]) -> Said:
        return {tuple(prompt): answer for prompt, answer in zip(self.prompts, answers, strict=True)}

    def smaller(self, rows: int) -> None:
        say(self.pulse, f"{rows} examples")

    def evaluation(self, tally: Tally, metrics: dict, answers: list[Answer]) -> Evaluation:
        if not answers:
            return tally.done([], Answers([], metrics, Ranking("rougeL", [])), [])
        said = (text_of(self.base, answer.tokens) for answer in answers)
        outputs = [text.removeprefix(e.lead) for text, e in zip(said, self.examples, strict=True)]
        references = [e.reference for e in self.examples]
        found, ranking = measured(outputs, references, self.form, self.pulse.check)
        metrics = metrics | found
        metrics["stopped"] = sum(answer.stopped for answer in answers) / len(answers)
        metrics["answer_tokens"] = sum(len(answer.tokens) for answer in answers)
        return tally.done(self.examples, Answers(outputs, metrics, ranking), self.places)
