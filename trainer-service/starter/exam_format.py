"""The exam task as tuning sees it: the prompt, the one canonical output, and the check whether an output is well formed."""

import functools
import pathlib
import re

from readings import LETTERS

TEMPLATES = pathlib.Path(__file__).parents[2] / "platform/src/main/resources/templates"
ANSWERS = {"zh": "答案：", "en": "Answers: "}
_ITEM = re.compile(r"(\d+)\. (\S.*)\nA\. (\S.*)\nB\. (\S.*)\nC\. (\S.*)\nD\. (\S.*)\n")


@functools.cache
def template(lang: str) -> str:
    """The dataset service's own prompt template for exam rows, its choice between one question and several made for several."""
    text = (TEMPLATES / f"exam-{lang}.txt").read_text(encoding="utf-8").strip()
    return re.sub(r"\{#if [^}]*\}.*?\{#else\}(.*?)\{/if\}", r"\1", text)


def prompt(lang: str, text: str, count: int) -> str:
    """What the model is asked."""
    return template(lang).replace("{questions}", str(count)).replace("{text}", text)


def canonical(lang: str, items: list[dict]) -> str:
    """The output for `items` of `{stem, options: {A..D}, answer}`: numbered questions and one answer line."""
    lines = []
    for number, item in enumerate(items, 1):
        lines.append(f"{number}. {item['stem']}")
        lines += [f"{letter}. {item['options'][letter]}" for letter in LETTERS]
    answers = " ".join(f"{number}. {item['answer']}" for number, item in enumerate(items, 1))
    return "\n".join(lines) + f"\n{ANSWERS[lang]}{answers}"


def parse(lang: str, output: str) -> list[dict] | None:
    """The items of a canonical output, or None when anything departs from the form or two options of a question agree."""
    items, at = [], 0
    while match := _ITEM.match(output, at):
        number, stem, *options = match.groups()
        if int(number) != len(items) + 1 or len(set(options)) != 4:
            return None
        items.append({"stem": stem, "options": dict(zip(LETTERS, options, strict=True))})
        at = match.end()
    rest = output[at:].strip()
    head = ANSWERS[lang].strip()
    if not items or not rest.startswith(head):
        return None
    letters = re.findall(r"(\d+)\. ([A-D])(?= |$)", rest[len(head) :])
    if [int(number) for number, _ in letters] != list(range(1, len(items) + 1)):
        return None
    if rest != ANSWERS[lang] + " ".join(f"{number}. {letter}" for number, letter in letters):
        return None
    return [item | {"answer": letter} for item, (_, letter) in zip(items, letters, strict=True)]


def well_formed(lang: str, output: str, count: int) -> bool:
    """Whether the output is canonical and holds exactly the number of questions that were asked for."""
    items = parse(lang, output)
    return items is not None and len(items) == count
