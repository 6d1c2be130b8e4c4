"""Makes short synthetic readings in Chinese and English, and the single-choice questions that follow from their facts.

All wording is ours. A reading is made of moves (introduction, definition, cause, contrast, survey, limit, opinion, …); a
question asks about one move and takes its wrong options from other moves or from twisted facts.
"""

import itertools
import random
from dataclasses import dataclass

import grammar_en
import grammar_zh
from lexicon import Facts, Lexicon

GRAMMARS = {"zh": grammar_zh, "en": grammar_en}
LETTERS = "ABCD"


@dataclass(frozen=True)
class Question:
    """One single-choice question with four different options; `answer` is the index of the right one."""

    kind: str
    stem: str
    options: tuple[str, str, str, str]
    answer: int

    @property
    def letter(self) -> str:
        return LETTERS[self.answer]


@dataclass(frozen=True)
class Reading:
    """A text with the facts it states, its sentences by move in the order of the text, and its questions in exam order."""

    facts: Facts
    sentences: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]

    @property
    def text(self) -> str:
        return ("" if self.facts.lang == "zh" else " ").join(sentence for _, sentence in self.sentences)

    def paragraphs(self, rng: random.Random) -> str:
        """The text broken into two or three paragraphs, Chinese ones indented or not."""
        gap, indent = ("", rng.choice(("", "\u3000\u3000"))) if self.facts.lang == "zh" else (" ", "")
        cuts = [
            0,
            *sorted(rng.sample(range(2, len(self.sentences) - 1), rng.choice((1, 2)))),
            len(self.sentences),
        ]
        parts = (self.sentences[a:b] for a, b in itertools.pairwise(cuts))
        return "\n".join(indent + gap.join(text for _, text in part) for part in parts)

    @property
    def moves(self) -> tuple[str, ...]:
        return tuple(move for move, _ in self.sentences)


class ReadingMaker:
    """Makes readings of one language and one part (`train` or `held`, see Lexicon)."""

    def __init__(self, lang: str, part: str):
        self.lang, self.lexicon, self.grammar = lang, Lexicon(lang, part), GRAMMARS[lang]

    def make(self, rng: random.Random, count: int = 4) -> Reading:
        """One reading with `count` (3 or 4) questions; the same random source gives the same reading."""
        facts = self.lexicon.draw(rng)
        slots = facts.slots()
        moves = self._moves(rng)
        sentences = tuple(
            (move, sentence(rng.choice(self.grammar.MOVES[move]), slots, self.lang)) for move in moves
        )
        plan = list(self.grammar.PLAN)
        if count == 3:
            del plan[rng.choice((1, 2))]
        questions = tuple(self.question(rng.choice(kinds), facts, moves, rng) for kinds in plan)
        return Reading(facts, sentences, questions)

    def question(self, kind: str, facts: Facts, moves: tuple[str, ...], rng: random.Random) -> Question:
        """A question of one kind about these facts; options that state facts stand in the order of the text."""
        grammar, slots = self.grammar, facts.slots()
        stem = sentence(rng.choice(grammar.STEMS[kind]), slots, self.lang)
        if kind == "number":
            options, answer = self._numbers(facts, rng)
        elif kind == "word":
            options, answer = shuffled((facts.meaning, *facts.wrong_meanings), rng)
        elif kind == "reason":
            present = [move for move in moves if move in grammar.REASON]
            options, answer = [grammar.REASON[move] for move in present], present.index("cause")
        elif kind in ("understand", "misunderstand", "method"):
            table = grammar.METHODS if kind == "method" else grammar.STATEMENTS
            present = [move for move in moves if move in table]
            chosen = sorted(rng.sample(range(len(present)), 4))
            answer = rng.randrange(4)
            twisted = [(i == answer) == (kind == "misunderstand") for i in range(4)]
            slots["q"] = other_percents(facts.percent, rng)[0]
            options = [table[present[c]][t] for c, t in zip(chosen, twisted, strict=True)]
        else:
            name = {"title": "TITLE_OPTIONS"}.get(kind, kind.upper())
            options, answer = shuffled(getattr(grammar, name), rng)
        filled = tuple(option_text(option, slots, self.lang) for option in options)
        return Question(kind, stem, filled, answer)

    def _moves(self, rng: random.Random) -> tuple[str, ...]:
        first = rng.choice(("intro", "intro", "doubt", "story"))
        middle = ["cause", "contrast", "number"]
        rng.shuffle(middle)
        middle.insert(rng.randint(1, 3), "word")
        if rng.random() < 0.5:
            middle.append("image")
        last = ["limit", "opinion"] if rng.random() < 0.6 else ["opinion", "limit"]
        end = ["end"] if rng.random() < 0.5 else []
        return (first, "define", *middle, *last, *end)

    def _numbers(self, facts: Facts, rng: random.Random) -> tuple[list[str], int]:
        percents = sorted([facts.percent, *other_percents(facts.percent, rng)])
        slots = facts.slots()
        return [self.grammar.NUMBER.format(**slots, q=q) for q in percents], percents.index(facts.percent)


def other_percents(percent: int, rng: random.Random) -> list[int]:
    """Three other believable percentages."""
    near = {percent + 10, percent - 5, percent + 5, percent * 2, percent // 2, percent + 20}
    return rng.sample(sorted(n for n in near if 2 < n < 96 and n != percent), 3)


def shuffled(options: tuple[str, ...], rng: random.Random) -> tuple[list[str], int]:
    """The options in a random order, and where the first one (the right one) now stands."""
    order = rng.sample(range(4), 4)
    return [options[i] for i in order], order.index(0)


def sentence(template: str, slots: dict, lang: str) -> str:
    """The filled template; an English one begins with a capital letter, after a full stop or colon too."""
    text = template.format(**slots)
    if lang == "zh":
        return text
    parts = text.split("? ")
    return "? ".join(part[:1].upper() + part[1:] for part in parts)


def option_text(template: str, slots: dict, lang: str) -> str:
    """An option: as in the text, without a full stop in Chinese, as a short sentence in English."""
    text = sentence(template.format(**slots), {}, lang) if "{" in template else sentence(template, {}, lang)
    return text if lang == "zh" or ": " in text or text.startswith(("How ", "A Journey")) else text + "."
