"""The canonical text of an exam: numbered single-choice questions, then one line with all the answers."""

from __future__ import annotations

import re

QUESTION = re.compile(r"(\d+)\. (\S.*)")
OPTION = re.compile(r"([A-D])\. (\S.*)")
ANSWERS = re.compile(r"(?:答案：|Answers: ?)(.*)")
ANSWER = re.compile(r"(\d+)\. ?([A-D])")


def well_formed(text: str) -> bool:
    """Whether the text is an exam in canonical form and nothing else.

    That is: questions numbered 1, 2, … n; each a stem and then exactly the options A, B, C, D in order, none empty and
    no two the same; and a last line `答案：1. B 2. C …` or `Answers: 1. B 2. C …` with one answer for each question, in
    order. Blank lines are allowed; a stem or option may go on over further lines.
    """
    lines = [line.strip() for line in text.strip().split("\n") if line.strip()]
    if not lines or not (answers := ANSWERS.fullmatch(lines[-1])):
        return False
    letters: list[str] = []
    options: list[str] = []
    questions = 0
    for line in lines[:-1]:
        if option := OPTION.fullmatch(line):
            if not questions or len(letters) == 4 or option[1] != "ABCD"[len(letters)]:
                return False
            letters.append(option[1])
            options.append(option[2].strip())
        elif (question := QUESTION.fullmatch(line)) and int(question[1]) == questions + 1 and (not questions or len(letters) == 4):
            if len(set(options)) != len(options):
                return False
            questions += 1
            letters, options = [], []
        elif re.match(r"[A-D]\.|\d+\.(?!\d)|答案|Answers:", line) or not questions:
            return False
        elif options:
            options[-1] += "\n" + line
    if not questions or len(letters) != 4 or len(set(options)) != 4:
        return False
    given = ANSWER.findall(answers[1])
    canonical = " ".join(f"{number}. {letter}" for number, letter in given)
    written = re.sub(r"\s+", " ", re.sub(r"\. ?", ". ", answers[1].strip()))
    return [int(number) for number, _ in given] == list(range(1, questions + 1)) and written == canonical
