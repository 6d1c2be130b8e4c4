"""The exam task as tuning sees it: the prompt, the one canonical output, and the check whether an output is well formed."""

import re

from readings import LETTERS

PROMPTS = {
    "zh": (
        "你是一位经验丰富的语文命题专家。请根据下面的阅读文本命制{n}道单项选择题。\n"
        "要求：每题有A、B、C、D四个选项，只有一个正确答案；不要重复原文；用中文书写；最后一行给出答案。\n"
        "考查点：重要概念的含义；重要句子的理解；论点、论据和论证方法。\n"
        "阅读文本：\n{text}"
    ),
    "en": (
        "You are an expert who sets English reading tests. Write {n} single-choice questions on the text below.\n"
        "Requirements: four options A, B, C and D for each question, exactly one right answer; do not repeat the text; "
        "write in English; give the answers in the last line.\n"
        "Points to examine: the main idea; specific information; the meaning of words from context.\n"
        "Text:\n{text}"
    ),
}
ANSWERS = {"zh": "答案：", "en": "Answers: "}
_ITEM = re.compile(r"(\d+)\. (\S.*)\nA\. (\S.*)\nB\. (\S.*)\nC\. (\S.*)\nD\. (\S.*)\n")


def prompt(lang: str, text: str, count: int) -> str:
    """What the model is asked."""
    return PROMPTS[lang].format(n=count, text=text)


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
    if rest != f"{head} " * (lang == "en") + f"{head}" * (lang == "zh") + " ".join(f"{n}. {a}" for n, a in letters):
        return None
    return [item | {"answer": letter} for item, (_, letter) in zip(items, letters, strict=True)]


def well_formed(lang: str, output: str, count: int) -> bool:
    """Whether the output is canonical and holds exactly the number of questions that were asked for."""
    items = parse(lang, output)
    return items is not None and len(items) == count
