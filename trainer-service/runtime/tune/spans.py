"""Where the words and entities of a tagging answer lie in the text that it is about, and which label each word piece gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tune.data import Chat
from tune.rows import joined
from tune.task_metrics import OUTSIDE


@dataclass(frozen=True)
class Span:
    """A stretch of text, from `start` to before `end`, with the tag of a word or the type of an entity."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Marked:
    """An answer, placed in the text: words that each have a tag (`words`), or else entities. `begin`: where its text begins."""

    words: bool
    spans: list[Span]
    begin: int


def items(chat: Chat, field: str) -> list[dict]:
    """The answer of a tagging chat: [{"text", "tag"}, …] or [{"type", "text"}, …]; raises Failure that names the line."""
    try:
        found = json.loads(chat.messages[-1]["content"])
    except (ValueError, RecursionError):
        found = None
    found = found if isinstance(found, list) and all(isinstance(item, dict) for item in found) else None
    keys = {"text", "tag"} if found and "tag" in found[0] else {"type", "text"}
    right = found is not None and all(
        set(item) == keys and all(isinstance(value, str) and value.strip() for value in item.values())
        for item in found
    )
    if not right:
        reason = 'the answer must be a list of {"text", "tag"} or of {"type", "text"}, all of one kind'
        raise chat.refused(field, reason)
    return found


def placed(chat: Chat, field: str) -> Marked:
    """An answer's words or entities in the prompt, which ends with their text: where the line says, else where they are found."""
    text, wanted = joined(chat), items(chat, field)
    words = bool(wanted) and "tag" in wanted[0]
    places = _told(chat, text, wanted)
    if places is None:
        places = _found(chat, text, wanted, field, "word" if words else "entity")
    name = "tag" if words else "type"
    spans = [Span(*place, item[name]) for place, item in zip(places, wanted, strict=True)]
    begin = text.rfind("\n") + 1
    return Marked(words, spans, min(begin, spans[0].start) if spans else begin)


def _told(chat: Chat, text: str, wanted: list[dict]) -> list[tuple[int, int]] | None:
    """Where the line says that the answer's texts are; None if it does not, or they are not there."""
    asked = chat.messages[:-1]
    if not chat.spans or not asked:
        return None
    before = len(text) - len(asked[-1]["content"])
    places = [(before + start, before + end) for start, end in chat.spans]
    return places if [text[start:end] for start, end in places] == [item["text"] for item in wanted] else None


def _found(chat: Chat, text: str, wanted: list[dict], field: str, kind: str) -> list[tuple[int, int]]:
    """Where the answer's texts are when they are looked for from the text's end backwards."""
    places, before = [], len(text)
    for item in reversed(wanted):
        at = _last(text, item["text"], before)
        if at is None:
            reason = f"the {kind} {item['text'][:60]!r} of the answer is not in the text, in this order"
            raise chat.refused(field, reason)
        places.append(at)
        before = at[0]
    return places[::-1]


def _last(text: str, piece: str, before: int) -> tuple[int, int] | None:
    """The last place of the piece that ends at `before` or earlier: as words of its own, else wherever it is.

    Space may be longer or shorter in the text than in the piece.
    """
    parts = piece.split()
    last = None
    at = text.rfind(parts[0], 0, before)
    while at >= 0:
        end = _end(text, parts, at, before)
        if end is not None:
            if not text[max(0, at - 1) : at].isalnum() and not text[end : min(end + 1, before)].isalnum():
                return at, end
            last = last or (at, end)
        at = text.rfind(parts[0], 0, at + len(parts[0]) - 1)
    return last


def _end(text: str, parts: list[str], at: int, before: int) -> int | None:
    """Where these parts end in the text if they stand at `at`, with any space between two."""
    at += len(parts[0])
    for part in parts[1:]:
        while at < before and text[at].isspace():
            at += 1
        if not text.startswith(part, at, before):
            return None
        at += len(part)
    return at


def labelled(marked: Marked, offsets: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """(piece, label) of every piece that has one: the first of each word, or all of the text, entities as B-X and I-X.

    `offsets`: where each piece lies in the text; an empty one is no text. A word or an entity without a piece is left out.
    """
    if marked.words:
        found: dict[int, str] = {}
        told = 0
        for span, pieces in meeting(marked.spans, offsets):
            if pieces and told <= span.start:
                found[pieces[0]], told = span.name, offsets[pieces[0]][1]
        return list(found.items())
    labels = {i: OUTSIDE for i, (start, end) in enumerate(offsets) if start < end and end > marked.begin}
    for span, pieces in meeting(marked.spans, offsets):
        mark = "B"
        for i in pieces:
            if i in labels:
                labels[i], mark = f"{mark}-{span.name}", "I"
    return list(labels.items())


def meeting(spans: list[Span], offsets: list[tuple[int, int]]) -> Iterator[tuple[Span, list[int]]]:
    """Each span with the pieces that share text with it. Both lie in the text's order."""
    pieces = [i for i, (start, end) in enumerate(offsets) if start < end]
    first = 0
    for span in spans:
        while first < len(pieces) and offsets[pieces[first]][1] <= span.start:
            first += 1
        last = first
        while last < len(pieces) and offsets[pieces[last]][0] < span.end:
            last += 1
        yield span, pieces[first:last]
