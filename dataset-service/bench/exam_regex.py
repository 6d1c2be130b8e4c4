"""Reads exam workbooks with plain regular expressions, as tutorials do, and says how many rows it reads a second
on one process and on two, in the best of some short rounds.

`exam_regex.py ROWS BOOK.xlsx…` also writes the rows, the text, options and answers of each, every cell ended by the
ASCII unit separator, so that `io.tunemesh.dataset.exam.ExamSpeed ROWS` reads the very same cells. One JSON line goes to standard output.
"""

import json
import multiprocessing
import re
import sys
import time
from pathlib import Path

import openpyxl

ROUND, ROUNDS = 0.5, 10
COLUMNS = {"阅读文本": "text", "选项": "options", "答案": "answers"}
QUESTION = re.compile(
    r"(?:^|\n)\s*[（(]?(\d+)[)）]?[．.、:：]?\s*(.*?)(?=\n\s*[（(]?\d+[)）]?[．.、:：]|\Z)",
    re.DOTALL,
)
OPTION = re.compile(
    r"([A-D])[．.、:：)）]\s*(.*?)(?=\s*[A-D][．.、:：)）]|\Z)", re.DOTALL
)
RANGE = re.compile(r"(\d+)\s*[-~～—]\s*(\d+)[．.、:：]?\s*([A-D\s]+)")
ANSWER = re.compile(r"(\d+)\s*[．.、:：)）]?\s*([A-D])(?![a-z])")
BLANKS = re.compile(r"[ \t\u00a0\u3000]+")


def rows_of(book: Path) -> list[dict[str, str]]:
    """The rows of a workbook's first sheet, by the names of the three columns."""
    sheet = openpyxl.load_workbook(book, read_only=True).worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    header = [COLUMNS.get(str(name).strip()) for name in next(lines)]
    return [
        {
            name: str(cell or "")
            for name, cell in zip(header, line, strict=False)
            if name
        }
        for line in lines
    ]


def read(row: dict[str, str]) -> list[dict] | None:
    """The single-choice questions of a row with their options and answers, or None where one is not whole."""
    answers = {}
    key = BLANKS.sub(" ", row["answers"])
    for first, last, letters in RANGE.findall(key):
        answers.update(
            zip(
                range(int(first), int(last) + 1), letters.replace(" ", ""), strict=False
            )
        )
    for number, letter in ANSWER.findall(key):
        answers.setdefault(int(number), letter)
    items = []
    for number, body in QUESTION.findall(BLANKS.sub(" ", row["options"])):
        options = {letter: text.strip() for letter, text in OPTION.findall(body)}
        if not options:
            continue
        if len(options) != 4 or int(number) not in answers:
            return None
        stem = body[: OPTION.search(body).start()].strip()
        items.append(
            {
                "number": int(number),
                "stem": stem,
                "options": options,
                "answer": answers[int(number)],
            }
        )
    return items or None


def rate(rows: list[dict[str, str]]) -> float:
    """Rows a second in one round."""
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < ROUND:
        for row in rows:
            read(row)
        done += len(rows)
    return done / (time.perf_counter() - begun)


def best(rows: list[dict[str, str]], processes: int) -> float:
    """Rows a second of all processes together, in the round that was disturbed least."""
    with multiprocessing.Pool(processes) as pool:
        return max(
            sum(pool.map(rate, [rows] * processes, chunksize=1)) for _ in range(ROUNDS)
        )


def main() -> None:
    target, books = Path(sys.argv[1]), [Path(book) for book in sys.argv[2:]]
    rows = [row for book in books for row in rows_of(book)]
    cells = (row[name] + "\x1f" for row in rows for name in COLUMNS.values())
    target.write_text("".join(cells), encoding="utf-8", newline="")
    figures = {
        "reader": "regex",
        "rows_per_s": round(best(rows, 1)),
        "rows_per_s_on_two": round(best(rows, 2)),
        "kept_share": round(sum(read(row) is not None for row in rows) / len(rows), 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
