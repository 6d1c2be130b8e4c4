"""The canonical text of an exam: numbered single-choice questions, then one line with all the answers."""

from __future__ import annotations

import re

QUESTION = re.compile(r"(\d+)\. (\S.*)\nA\. (\S.*)\nB\. (\S.*)\nC\. (\S.*)\nD\. (\S.*)\n\s*")
ANSWERS = re.compile(r"(?:答案：|Answers:) ?((?:\d+\. [A-D](?: |$))+)")


def well_formed(text: str) -> bool:
    """Whether the text is an exam in canonical form and nothing else.

    That is: questions numbered 1, 2, … n, each a stem of one line and the four options A to D, none empty and no two
    the same; and a last line `答案：1. B 2. C …` or `Answers: 1. B 2. C …` with one answer for each question, in order.
    Blank lines between questions and space around the whole are allowed.
    """
    text = text.strip()
    questions, at = 0, 0
    while match := QUESTION.match(text, at):
        questions += 1
        number, _, *options = match.groups()
        if int(number) != questions or len({option.strip() for option in options}) != 4:
            return False
        at = match.end()
    answers = ANSWERS.fullmatch(text, at)
    given = re.findall(r"(\d+)\. [A-D]", answers[1]) if answers else []
    return bool(questions) and [int(number) for number in given] == list(range(1, questions + 1))
