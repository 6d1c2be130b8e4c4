"""The rows of the sample workbooks, typed with noise, and their truth."""

import random
from dataclasses import dataclass, replace

from readings import LETTERS, ReadingMaker
from typing_noise import any_hand, typed_answers, typed_number, typed_question

BOOKS = (("zh", "语文.xlsx", 60), ("en", "英语.xlsx", 45))
OPEN_QUESTIONS = (
    ("请简要概括文章的论证思路。（4分）", "①先提出话题；②再分析原因；③最后指出不足并给出建议。"),
    ("结合全文，谈谈你对这一做法的看法。(6分)", "①肯定它的作用；②指出它的不足；③联系2023年以来的生活实际。"),
    ("文章为什么要写调查结果？请简要分析。（4 分）", "①用数字增强说服力；②A项所说的效果由此得到证明。"),
    ("请根据材料，概括推广这一做法的3.5个以上要点。（5分）", "①因地制宜；②长期维护；③公众参与；④及时总结。"),
)
FAULTS = {
    "zh": ("missing_option", "answer_not_an_option", "missing_answer", "empty_answers"),
    "en": ("repeated_option", "empty_text", "empty_options", "answers_of_other_numbers"),
}


@dataclass(frozen=True)
class Row:
    """The three cells of a row, and its truth: the items of a row to keep, or why it must be refused."""

    text: str
    options: str
    answers: str
    truth: dict


def make_row(lang: str, maker: ReadingMaker, rng: random.Random, fault: str | None) -> Row:
    """One typed row; with a fault, a row that must be refused."""
    reading = maker.make(rng, rng.choice((3, 4, 4) if lang == "zh" else (4, 4, 4, 3)))
    hand = any_hand(lang, rng)
    if fault:
        hand = replace(hand, layout="lines", answers="spaced")
    blocks, answers, open_answers, items = [], [], [], []
    number = hand.first
    open_at = (
        rng.choice((None, None, len(reading.questions), len(reading.questions), 2)) if lang == "zh" else None
    )
    for at, question in enumerate(reading.questions):
        if at == open_at:
            number = _add_open(number, blocks, open_answers, hand, rng)
        blocks.append(typed_question(number, question, lang, hand, rng))
        answers.append((number, question.letter, question.options[question.answer]))
        options = dict(zip(LETTERS, question.options, strict=True))
        items.append({"number": number, "stem": question.stem, "options": options, "answer": question.letter})
        number += 1
    if open_at == len(reading.questions):
        _add_open(number, blocks, open_answers, hand, rng)
    if fault == "missing_option":
        blocks[1] = "\n".join(line for i, line in enumerate(blocks[1].split("\n")) if i != 3)
    elif fault == "repeated_option":
        lines = blocks[1].split("\n")
        lines[3] = lines[2][0] + lines[3][1:]
        blocks[1] = "\n".join(lines)
    elif fault == "answer_not_an_option":
        answers[1] = (answers[1][0], "E", answers[1][2])
    elif fault == "missing_answer":
        del answers[1]
    elif fault == "answers_of_other_numbers":
        answers = [(n + 40, letter, text) for n, letter, text in answers]
    text = reading.text if rng.random() < 0.6 else reading.paragraphs(rng)
    cells = {
        "text": text,
        "options": rng.choice(("\n", "\n", "\n\n")).join(blocks),
        "answers": typed_answers(answers, open_answers, lang, hand, rng),
    }
    empty = {"empty_text": "text", "empty_options": "options", "empty_answers": "answers"}.get(fault)
    if empty:
        cells[empty] = ""
    return Row(**cells, truth={"refused": fault} if fault else {"items": items})


def _add_open(number: int, blocks: list, open_answers: list, hand, rng: random.Random) -> int:
    stem, reply = rng.choice(OPEN_QUESTIONS)
    blocks.append(typed_number(number, hand) + stem)
    open_answers.append((number, reply))
    return number + 1


def make_rows(lang: str, count: int, seed: int) -> list[Row]:
    """The rows of one workbook: no text twice, the faulty rows at seeded places."""
    rng, maker = random.Random(f"{seed} {lang}"), ReadingMaker(lang, "held")
    faulty = dict(zip(rng.sample(range(count), len(FAULTS[lang])), FAULTS[lang], strict=True))
    rows, seen = [], set()
    while len(rows) < count:
        row = make_row(lang, maker, rng, faulty.get(len(rows)))
        if row.text not in seen:
            seen.add(row.text)
            rows.append(row)
    return rows


def truth_of(seed: int) -> list[dict]:
    """What a right parser finds: one entry a row, with its workbook, its row number in the sheet and its text."""
    entries = []
    for lang, file, count in BOOKS:
        for number, row in enumerate(make_rows(lang, count, seed), 2):
            entries.append({"workbook": file, "row": number, "lang": lang, "text": row.text, **row.truth})
    return entries
