"""Types a row's questions and answers the way many hands type them: marks, widths, spacing and order vary, content does not."""

import random
from dataclasses import dataclass

from readings import LETTERS, Question

WIDE = str.maketrans("0123456789ABCDE", "０１２３４５６７８９ＡＢＣＤＥ")
CYRILLIC = str.maketrans("ABC", "АВС")
SPACES = (" ", "  ", "    ", "\t", "\u00a0", "\u3000")


@dataclass(frozen=True)
class Hand:
    """The habits of whoever typed one row."""

    dot: str
    letter_dot: str
    wide_digits: bool
    letters: str
    score: str
    blank: str
    layout: str
    answers: str
    first: int


def any_hand(lang: str, rng: random.Random) -> Hand:
    """Random habits that occur in workbooks of this language."""
    zh = lang == "zh"
    return Hand(
        dot=rng.choice(("．", ".", "、", "． ", ". ") if zh else (". ", ".", "．", ".\u00a0")),
        letter_dot=rng.choice(("．", ".", "、", "． ", "．\t") if zh else (". ", ".", "．", ".\t")),
        wide_digits=zh and rng.random() < 0.15,
        letters=rng.choice(("latin",) * 6 + ("wide", "cyrillic")),
        score=rng.choice(("", "（3分）", "（3分）", "(3分)", "（ 3 分 ）")) if zh else "",
        blank=rng.choice(("", "", "（　　）", "(    )")) if zh else "",
        layout=rng.choice(("lines",) * 5 + ("row", "pairs", "columns")),
        answers=rng.choice(("spaced", "spaced", "lines", "tight", "explained", "range")),
        first=1 if zh else rng.choice((21, 24, 28, 32, 1)),
    )


def typed_number(number: int, hand: Hand) -> str:
    text = str(number).translate(WIDE) if hand.wide_digits else str(number)
    return text + hand.dot


def typed_letter(letter: str, hand: Hand, rng: random.Random) -> str:
    if hand.letters == "wide":
        return letter.translate(WIDE)
    if hand.letters == "cyrillic" and rng.random() < 0.5:
        return letter.translate(CYRILLIC)
    return letter


def typed_question(number: int, question: Question, lang: str, hand: Hand, rng: random.Random) -> str:
    """The question as it stands in the `选项` cell; all four options are there, perhaps in the order A C B D."""
    stem = question.stem
    if lang == "en" and rng.random() < 0.08:
        stem = stem.replace(" ", "  ", 1)
    head = typed_number(number, hand) + stem + hand.blank + hand.score
    options = []
    for letter, text in zip(LETTERS, question.options, strict=True):
        if lang == "en" and hand.layout == "lines" and len(text) > 40 and rng.random() < 0.08:
            text = (
                text.replace(" ", "\n", 1) if not text.startswith(tuple(f"{x} " for x in LETTERS)) else text
            )
        if lang == "zh" and hand.layout == "lines" and len(text) > 16 and rng.random() < 0.05:
            text = text[:10] + "\n" + text[10:]
        options.append(typed_letter(letter, hand, rng) + hand.letter_dot + text)
    a, b, c, d = options
    gap = rng.choice(("    ", "\t", " \u00a0 ", "\u3000\u3000"))
    end = rng.choice(("", "", " ", "\t"))
    if hand.layout == "row":
        lines = [gap.join(options)]
    elif hand.layout == "pairs":
        lines = [a + gap + b, c + gap + d]
    elif hand.layout == "columns":
        lines = [a + gap + c, b + gap + d]
    else:
        lines = [option + end for option in options]
    return "\n".join((head, *lines))


def typed_answers(
    answers: list[tuple[int, str, str]],
    open_answers: list[tuple[int, str]],
    lang: str,
    hand: Hand,
    rng: random.Random,
) -> str:
    """The `答案` cell from (number, letter, text of the right option) and (number, answer) of the short-answer questions."""
    entries: list[tuple[int, str]] = list(open_answers)
    head = ""
    numbers = [number for number, _, _ in answers]
    if hand.answers == "range" and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        dash = rng.choice(("-", "—", "～", "~", "–"))
        letters = rng.choice(("", " ")).join(letter for _, letter, _ in answers)
        head = f"{numbers[0]}{dash}{numbers[-1]}{rng.choice((' ', '．', '  ', '.'))}{letters}"
    else:
        for number, letter, text in answers:
            typed = typed_letter(letter, hand, rng)
            if hand.answers == "explained":
                typed += (
                    rng.choice((f"【解析】原文说明{text}。", f"（{text}）", f"。{text}"))
                    if lang == "zh"
                    else rng.choice((f". {text}", ".", f" ({text})"))
                )
            elif lang == "en" and rng.random() < 0.3:
                typed += "."
            entries.append((number, typed))
    joint = {"lines": "\n", "tight": " "}.get(hand.answers, rng.choice(("    ", "  ", "\t", "\n", "\u3000")))
    body = joint.join(typed_number(number, hand) + text for number, text in sorted(entries))
    return joint.join(part for part in (head, body) if part)
