"""What an answer in words is worth where the task has one kind of answer: a label, a number, or marked entities."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Ranking:
    """How good each answer of a split is alone, by one metric. None: an answer that could not be read.

    `perfect` is the score of an answer that nobody has to look at; None where there is no such score.
    """

    metric: str
    scores: list[float | None]
    greater: bool = True
    perfect: float | None = 1.0

    def worst(self, most: int) -> list[int]:
        """The indexes of up to `most` answers that are not perfect: those that could not be read, then the worst first."""
        wrong = [i for i, score in enumerate(self.scores) if score is None or score != self.perfect]
        sign = 1 if self.greater else -1
        return sorted(wrong, key=lambda i: (-math.inf if (s := self.scores[i]) is None else sign * s, i))[
            :most
        ]


def classification(outputs: list[str], references: list[str]) -> dict[str, float]:
    """`accuracy`, and `macro_precision`, `macro_recall`, `macro_f1` over the labels that the references have.

    Labels are compared without the space around them. `unknown_labels` is the share of answers that are none of these
    labels; they count as wrong.
    """
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    said, right = [o.strip() for o in outputs], [r.strip() for r in references]
    labels = sorted(set(right))
    precision, recall, f1, _ = precision_recall_fscore_support(
        right, said, labels=labels, average="macro", zero_division=0
    )
    return {
        "accuracy": float(accuracy_score(right, said)),
        "macro_precision": float(precision),
        "macro_recall": float(recall),
        "macro_f1": float(f1),
        "unknown_labels": sum(answer not in labels for answer in said) / len(said),
    }


def regression(outputs: list[str], references: list[str]) -> dict[str, float]:
    """`readable`: the share of answers that are a number; over these `mse`, `mae` and, if there are two, `r2`."""
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

    numbers = [(_number(o), _number(r)) for o, r in zip(outputs, references, strict=True)]
    pairs = [(said, right) for said, right in numbers if said is not None and right is not None]
    metrics = {"readable": len(pairs) / len(numbers)}
    if pairs:
        said, right = zip(*pairs, strict=True)
        metrics["mse"] = float(mean_squared_error(right, said))
        metrics["mae"] = float(mean_absolute_error(right, said))
    if len(pairs) > 1:
        metrics["r2"] = float(r2_score(right, said))
    return metrics


def tagging(outputs: list[str], references: list[str]) -> dict[str, float]:
    """Entities (`[{"type", "text"}]`): `entity_precision`, `entity_recall`, `entity_f1` over all of the split; an entity
    is right when type and text are. Tags (`[{"text", "tag"}]`): `token_accuracy`, a token being right at its own place.

    `readable` is the share of answers that are such a list; any other has nothing right in it.
    """
    found, wanted, both, right, tokens, readable = 0, 0, 0, 0, 0, 0
    for output, reference in zip(outputs, references, strict=True):
        said, due = _list(output), _list(reference) or []
        readable += said is not None
        if any("tag" in item for item in due):
            tokens += len(due)
            right += sum(a == b for a, b in zip(said or [], due, strict=False))
            continue
        ours, theirs = (Counter((i.get("type"), i.get("text")) for i in items) for items in (said or [], due))
        found, wanted, both = found + ours.total(), wanted + theirs.total(), both + (ours & theirs).total()
    metrics = {"readable": readable / len(outputs)}
    if tokens:
        metrics["token_accuracy"] = right / tokens
    if wanted or found:
        metrics["entity_precision"] = both / found if found else 0.0
        metrics["entity_recall"] = both / wanted if wanted else 0.0
        metrics["entity_f1"] = 2 * both / (found + wanted)
    return metrics


def right_labels(outputs: list[str], references: list[str]) -> Ranking:
    """1 for the right label, 0 for any other."""
    return Ranking(
        "accuracy", [float(o.strip() == r.strip()) for o, r in zip(outputs, references, strict=True)]
    )


def distances(outputs: list[str], references: list[str]) -> Ranking:
    """How far an answer that is a number is from the right one."""
    pairs = [(_number(o), _number(r)) for o, r in zip(outputs, references, strict=True)]
    scores = [None if said is None or right is None else round(abs(said - right), 6) for said, right in pairs]
    return Ranking("absolute_error", scores, greater=False, perfect=0.0)


def marked(outputs: list[str], references: list[str]) -> Ranking:
    """F1 of an answer's entities (1 where there are none and none are found), or the share of its tags that are right."""
    scores: list[float | None] = []
    plain = False
    for output, reference in zip(outputs, references, strict=True):
        found = tagging([output], [reference])
        plain = plain or "token_accuracy" in found
        scores.append(round(found.get("token_accuracy", found.get("entity_f1", 1.0)), 6))
        if not found["readable"]:
            scores[-1] = None
    return Ranking("token_accuracy" if plain else "entity_f1", scores)


RANKED = {"classification": right_labels, "regression": distances, "tagging": marked}
OF_TASK = {"classification": classification, "regression": regression, "tagging": tagging}


def _number(text: str) -> float | None:
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _list(text: str) -> list[dict] | None:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    right = isinstance(items, list) and all(
        isinstance(i, dict) and all(isinstance(v, str) for v in i.values()) for i in items
    )
    return items if right else None
