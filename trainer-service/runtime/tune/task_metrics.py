"""What an answer in words is worth where the task has one kind of answer: a label, a number, or marked entities."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


OUTSIDE = "O"


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


def short(value: float) -> float:
    """Six significant digits, whatever the size of the dataset's numbers: steps are compared by them."""
    return float(f"{value:.6g}")


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


def without_auc(there: set[str], labels: set[str], most: int | None = None) -> str | None:
    """Why there is no area under the ROC curve over examples that have the labels `there`; None where there is one."""
    if most and len(labels) > most:
        return f"the dataset has {len(labels)} labels; up to {most} are weighed against one another"
    if len(labels) < 2:
        return "the dataset has one label only"
    if missing := sorted(labels - there):
        named = ", ".join(f'"{label[:40]}"' for label in missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return f"no example has the label {named}{more}"
    return None


def auc(scores: torch.Tensor, references: list[str], labels: tuple[str, ...]) -> dict[str, float]:
    """`auc` of scores [examples, labels] in logits: of the second of two labels, else of each against the rest, their mean.
    Nothing where `without_auc` has a reason, or a score is no number."""
    from sklearn.metrics import roc_auc_score

    if without_auc(set(references), set(labels)):
        return {}
    right = [labels.index(r) for r in references]
    likely = scores.double().softmax(-1)
    if not likely.isfinite().all():
        return {}
    if len(labels) == 2:
        return {"auc": float(roc_auc_score(right, likely[:, 1]))}
    return {"auc": float(roc_auc_score(right, likely, multi_class="ovr", average="macro"))}


OVER_READABLE = ("mse", "mae", "r2")


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
    is right when type and text are. Tags (`[{"text", "tag"}]`): `token_accuracy`, a token being right at its own place;
    where a tag is "O", so that the others mark spans (B-X, I-X, …), the entity metrics as well, a span being right when its
    type, its place and its words are.

    `readable` is the share of answers that are such a list; any other has nothing right in it.
    """
    found, wanted, both, right, tokens, readable = 0, 0, 0, 0, 0, 0
    lists = [(_list(o), _list(r) or []) for o, r in zip(outputs, references, strict=True)]
    spans = any(item.get("tag") == OUTSIDE for _, due in lists for item in due)
    for said, due in lists:
        readable += said is not None
        tagged = any("tag" in item for item in due)
        if tagged:
            tokens += len(due)
            right += sum(a == b for a, b in zip(said or [], due, strict=False))
        if spans or not tagged:
            marks = _spans if tagged else _entities
            ours, theirs = marks(said or []), marks(due)
            found, wanted, both = (
                found + ours.total(),
                wanted + theirs.total(),
                both + (ours & theirs).total(),
            )
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
    scores = [None if said is None or right is None else short(abs(said - right)) for said, right in pairs]
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


def _entities(items: list[dict]) -> Counter:
    return Counter((item.get("type"), item.get("text")) for item in items)


def _spans(items: list[dict]) -> Counter:
    """The stretches of words that tags mark: type, place and words of each."""
    from seqeval.metrics.sequence_labeling import get_entities

    texts = [item.get("text") for item in items]
    marked = get_entities([item.get("tag") or OUTSIDE for item in items])
    return Counter((kind, first, tuple(texts[first : last + 1])) for kind, first, last in marked)


def _list(text: str) -> list[dict] | None:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    right = isinstance(items, list) and all(
        isinstance(i, dict) and all(isinstance(v, str) for v in i.values()) for i in items
    )
    return items if right else None
