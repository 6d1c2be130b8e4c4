"""Encoders that tag: a label for each word, or entities as B-X, I-X and O over the tokenizer's pieces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoModelForTokenClassification

from tune.base import Base
from tune.batch import Batch
from tune.data import Chat, Example, Split, read
from tune.evaluate import Answers, Evaluation, Tally
from tune.failure import Failure
from tune.heads import ROWS, Form
from tune.job import Dataset
from tune.loss import Loss, MeanLoss
from tune.pulse import Pulse
from tune.rows import example, joined, padded, parts
from tune.smaller import in_batches, loss_of
from tune.spans import OUTSIDE, Marked, items, labelled, meeting, placed
from tune.task_metrics import Ranking


def labels_of(dataset: Dataset, check: Callable[[], None]) -> tuple[str, ...]:
    """Every label of the dataset's splits in order: its tags, or O and B-X and I-X of each type."""
    named = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    tags, types = set(), set()
    for name, path in named.items():
        for chat in read(path, f"dataset.{name}", check) if path else ():
            for item in items(chat, f"dataset.{name}"):
                (tags if "tag" in item else types).add(item.get("tag") or item["type"])
            if tags and types:
                reason = "tagged words and entities stand in one dataset; keep one of the two"
                raise chat.refused(f"dataset.{name}", reason)
    if tags:
        return tuple(sorted(tags))
    return (OUTSIDE, *(f"{mark}-{kind}" for kind in sorted(types) for mark in "BI"))


def split(
    path: str, field: str, base: Base, labels: tuple[str, ...], cutoff: int, check: Callable[[], None]
) -> Split:
    """Chats as the pieces of their prompt and, as targets, `piece · labels + label` of every piece that has a label."""
    if not base.tokenizer.is_fast:
        raise Failure(
            "wrong_family",
            "The tokenizer of this base does not say where its pieces lie in a text, so words cannot be tagged. "
            "Choose a base with a tokenizer.json.",
            "base.id",
        )
    made = []
    for chat in read(path, field, check):
        check()
        marked = placed(chat, field)
        whole = base.tokenizer(joined(chat))["input_ids"]
        pieces, offsets = _pieces(base, joined(chat), cutoff)
        targets = [i * len(labels) + labels.index(name) for i, name in labelled(marked, offsets)]
        made.append(example(chat, pieces, targets, len(pieces) < len(whole)))
    return Split.of(made)


def _pieces(base: Base, text: str, cutoff: int) -> tuple[list[int], list[tuple[int, int]]]:
    coded = base.tokenizer(text, truncation=True, max_length=cutoff, return_offsets_mapping=True)
    return coded["input_ids"], coded["offset_mapping"]


def loss(model: nn.Module, batch: Batch) -> Loss:
    """Cross-entropy of the labels of the pieces that have one."""
    row = parts(batch, model.config.pad_token_id)
    logits = model(input_ids=row.sources, attention_mask=row.mask).logits.float()
    on = row.weights > 0
    count = logits.shape[-1]
    rows = torch.arange(len(logits), device=logits.device)[:, None].expand_as(row.targets)[on]
    picked, right, scale = logits[rows, row.targets[on] // count], row.targets[on] % count, row.weights[on]
    total = (functional.cross_entropy(picked, right, reduction="none") * scale).sum()
    return Loss(total, float(scale.sum()), len(right), (picked.argmax(-1) == right).sum())


FORM = Form(AutoModelForTokenClassification, "TOKEN_CLS", loss)


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    base: Base,
    stage: str,
    examples: list[Example],
    labels: tuple[str, ...],
    pulse: Pulse,
    known: MeanLoss | None = None,
) -> Evaluation:
    """Loss, the share of labels that are right and, for entities, seqeval's precision, recall and F1 of whole ones.

    What was cut off with the end of a long text counts as missed. `known`: the split's loss, which is then not made again.
    """
    tally = Tally(base, stage, len(examples), pulse)
    mean, *_ = known or loss_of(model, base, examples, ROWS, pulse)
    said: list[list[str]] = [[] for _ in examples]
    done = 0

    def tag(members: list[int]) -> None:
        nonlocal done
        ids, mask = padded([examples[i].prompt for i in members], base.pad_id, base.place.device)
        best = model(input_ids=ids, attention_mask=mask).logits.argmax(-1).tolist()
        for i, row in zip(members, best, strict=True):
            said[i] = [labels[row[piece]] for piece, _ in _targets(examples[i], labels)]
        done += len(members)
        tally.at(done)

    in_batches(model, [len(e.prompt) for e in examples], ROWS, tag, pulse)
    right = [[name for _, name in _targets(e, labels)] for e in examples]
    outputs, seen = [], []
    for e, own, due in zip(examples, said, right, strict=True):
        pulse.check()
        chat = Chat(e.line, [*e.messages, {"role": "assistant", "content": e.reference}], [], e.spans)
        marked = placed(chat, "dataset.test")
        outputs.append(_answer(base, e, joined(chat), marked, own, labels))
        lost = _lost(due, marked)
        seen.append((own + [OUTSIDE] * len(lost), due + lost))
    metrics, ranking = measured(seen, OUTSIDE in labels)
    metrics = {"loss": round(mean, 6)} | {name: round(value, 6) for name, value in metrics.items()}
    return tally.done(examples, Answers(outputs, metrics, ranking))


def measured(seen: list[tuple[list[str], list[str]]], entities: bool) -> tuple[dict[str, float], Ranking]:
    """Metrics of (labels that were said, labels that are right) of each example, and how good each example is alone."""
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.metrics.sequence_labeling import get_entities

    hits = [sum(a == b for a, b in zip(own, due, strict=True)) for own, due in seen]
    total = sum(len(due) for _, due in seen)
    metrics = {"token_accuracy": sum(hits) / total if total else 0.0}
    if not entities:
        shares = [round(hit / len(due), 6) if due else 1.0 for hit, (_, due) in zip(hits, seen, strict=True)]
        return metrics, Ranking("token_accuracy", shares)
    said, right = [own for own, _ in seen], [due for _, due in seen]
    metrics["entity_precision"] = float(precision_score(right, said, zero_division=0))
    metrics["entity_recall"] = float(recall_score(right, said, zero_division=0))
    metrics["entity_f1"] = float(f1_score(right, said, zero_division=0))
    scores = []
    for own, due in seen:
        ours, theirs = set(get_entities(own)), set(get_entities(due))
        both = len(ours & theirs)
        scores.append(round(2 * both / (len(ours) + len(theirs)), 6) if ours or theirs else 1.0)
    return metrics, Ranking("entity_f1", scores)


def _targets(row: Example, labels: tuple[str, ...]) -> list[tuple[int, str]]:
    """(piece, label) as `split` put them behind the prompt."""
    values = row.ids[len(row.prompt) :].tolist()
    return [(value // len(labels), labels[value % len(labels)]) for value in values]


def _lost(due: list[str], marked: Marked) -> list[str]:
    """Labels of the answer's words or entities that no piece stands for."""
    if marked.words:
        left = Counter(span.name for span in marked.spans) - Counter(due)
        return list(left.elements())
    begun = Counter(name[2:] for name in due if name.startswith("B-"))
    return [f"B-{kind}" for kind in (Counter(s.name for s in marked.spans) - begun).elements()]


def _answer(
    base: Base, row: Example, text: str, marked: Marked, said: list[str], labels: tuple[str, ...]
) -> str:
    """What the head said, in the form of the dataset's answers."""
    from seqeval.metrics.sequence_labeling import get_entities

    _, offsets = _pieces(base, text, len(row.prompt))
    places = [offsets[piece] for piece, _ in _targets(row, labels)]
    if marked.words:
        words = {}
        for span, pieces in meeting(marked.spans, places):
            if pieces and pieces[0] not in words:
                words[pieces[0]] = {"text": text[span.start : span.end], "tag": said[pieces[0]]}
        return json.dumps(list(words.values()), ensure_ascii=False)
    found = [
        {"type": kind, "text": text[places[first][0] : places[last][1]].strip()}
        for kind, first, last in get_entities(said)
    ]
    return json.dumps(found, ensure_ascii=False)
