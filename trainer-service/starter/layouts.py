"""Layouts in which pre-training chats write multiple-choice questions.

They are drawn from parts, so that a model learns what a layout is. The exam's own marks (`1. ` before a stem, `A. ` before an
option, an answer line of `1. B`) are not among the parts: that form is left to tuning.
"""

import random
from dataclasses import dataclass

from readings import Question

MARKS = (tuple("abcd"), tuple("ABCD"), tuple("①②③④"), ("i", "ii", "iii", "iv"), tuple("wxyz"), tuple("1234"))
OWN_MARKS = {
    "zh": (tuple("甲乙丙丁"), tuple("一二三四"), tuple("子丑寅卯")),
    "en": (("one", "two", "three", "four"), tuple("pqrs")),
}
FRAMES = (
    ("(", ") "),
    ("", ") "),
    ("[", "] "),
    ("", ": "),
    ("- ", ": "),
    ("", "> "),
    ("<", "> "),
    ("* ", " | "),
)
HEADS = {
    "zh": ("题目{n}：", "问{n}：", "【问题{n}】", "第{n}题 ", "（{n}）", "# {n} ", "{n}）", "问："),
    "en": ("Question {n}: ", "Q{n}: ", "Ask {n}) ", "[{n}] ", "({n}) ", "# {n} ", "Item {n}> ", "Q: "),
}
KEYS = {
    "zh": ("正确项：", "解：", "应选 ", "选：", "【答】", "参考："),
    "en": ("Key: ", "Right: ", "Correct: ", "Pick ", "Solution: ", "Keys > "),
}
JOINTS = ("\n", "\n", "\n", "; ", " ")
PAIRS = ("{n}-{m}", "{n}{m}", "({n}) {m}", "{n}: {m}", "{n}={m}")
PAIR_JOINTS = (" ", ", ", "; ", "\n")


@dataclass(frozen=True)
class Layout:
    """Marks of the options and their frame, what stands before a stem and a key, and whether the keys stand together at the end."""

    marks: tuple[str, ...]
    frame: tuple[str, str]
    head: str
    key: str
    joint: str
    keys_at_end: bool
    pair: str
    pair_joint: str

    def question(self, number: int, stem: str, options: tuple[str, ...]) -> str:
        before, after = self.frame
        typed = self.joint.join(
            before + mark + after + option for mark, option in zip(self.marks, options, strict=True)
        )
        return self.head.format(n=number) + stem + "\n" + typed

    def write(self, questions: list[Question]) -> str:
        """All the questions with their keys, each after its question or all at the end."""
        return self._write([(q.stem, q.options, self.marks[q.answer]) for q in questions])

    def skeleton(self) -> str:
        """The layout of one question, with dots for its content."""
        return self._write([("…", ("…",) * 4, "…")])

    def _write(self, rows: list[tuple]) -> str:
        blocks = [self.question(n, stem, options) for n, (stem, options, _) in enumerate(rows, 1)]
        if not self.keys_at_end:
            return "\n".join(
                f"{block}\n{self.key}{mark}" for block, (_, _, mark) in zip(blocks, rows, strict=True)
            )
        pairs = self.pair_joint.join(self.pair.format(n=n, m=mark) for n, (_, _, mark) in enumerate(rows, 1))
        return "\n".join(blocks) + "\n" + self.key + pairs


def any_layout(lang: str, rng: random.Random) -> Layout:
    """A random layout for questions in this language."""
    return Layout(
        marks=rng.choice(MARKS + OWN_MARKS[lang]),
        frame=rng.choice(FRAMES),
        head=rng.choice(HEADS[lang]),
        key=rng.choice(KEYS[lang]),
        joint=rng.choice(JOINTS),
        keys_at_end=rng.random() < 0.5,
        pair=rng.choice(PAIRS),
        pair_joint=rng.choice(PAIR_JOINTS),
    )
