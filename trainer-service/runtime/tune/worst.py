"""The examples of the test split on which a model does worst, for people to look at."""

from __future__ import annotations

from tune.data import Example
from tune.task_metrics import Ranking

MOST = 10
LONGEST = 2000


def worst(
    examples: list[Example],
    outputs: list[str | None],
    ranking: Ranking,
    expected: list[str] | None = None,
    places: list[int] | None = None,
) -> list[dict]:
    """Up to ten examples, the worst first; perfect ones are left out. `base_answer` and `base_score` wait for `beside`.

    `outputs`, the ranking's scores and `expected`, which stands for the references, are those of `examples` in their order;
    `places` has the index of each in the split, where some of it is not among them.
    """
    return [
        {
            "index": places[i] if places else i,
            "line": examples[i].line,
            "prompt": cut(question(examples[i])),
            "expected": cut(expected[i] if expected else examples[i].reference),
            "answer": cut(outputs[i]),
            "metric": ranking.metric,
            "score": ranking.scores[i],
            "base_answer": None,
            "base_score": None,
        }
        for i in ranking.worst(MOST)
    ]


def beside(found: list[dict], answers: list[list]) -> list[dict]:
    """The same with what another model made of each: `answers` has [text, score] at each example's index."""
    return [
        one | dict(zip(("base_answer", "base_score"), answers[one["index"]], strict=True))
        if one["index"] < len(answers)
        else one
        for one in found
    ]


def question(example: Example) -> str:
    """The message that an example's answer answers."""
    return example.messages[-1]["content"] if example.messages else ""


def cut(text: str | None) -> str | None:
    """A text that is not longer than an event should be."""
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"
