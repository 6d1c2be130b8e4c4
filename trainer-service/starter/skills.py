"""Makes the documents that the starter model is pre-trained on: plain readings, and short chats that train one skill or several.

No chat ever shows the exam's output (numbered questions with options A to D and one answer line): that is left to tuning.
"""

import random

from layouts import any_layout
from lexicon import made_up_word, words
from readings import LETTERS, Reading, ReadingMaker, option_text, sentence
from skill_phrases import PHRASES

ALIGNED_NOUNS = (
    54  # The first nouns, and all verbs and adjectives, stand in the same order in both languages.
)
ABOUT_A_READING = {
    "questions": 40,
    "choose": 8,
    "quiz": 8,
    "answer": 18,
    "find": 7,
    "facts": 8,
    "open_questions": 8,
    "title": 3,
}
ALONE = {
    "plain": 10,
    "continuation": 4,
    "listing": 8,
    "copying": 8,
    "translation": 4,
    "meaning": 3,
    "small_talk": 2,
    "arithmetic": 2,
}
SHARE_ABOUT = 0.72
Document = str | list[dict[str, str]]


class SkillMaker:
    """Draws pre-training documents of both languages from one random source."""

    def __init__(self):
        self.readings = {lang: ReadingMaker(lang, "train") for lang in ("zh", "en")}

    def draw(self, rng: random.Random) -> Document:
        """One document: plain text, or the messages of a chat."""
        lang = rng.choice(("zh", "en"))
        if rng.random() < SHARE_ABOUT:
            return self.dialogue(lang, rng)
        return getattr(self, pick(ALONE, rng))(lang, rng)

    def dialogue(self, lang: str, rng: random.Random) -> Document:
        """A chat of one to three turns about one reading, which stands in the first question."""
        reading = self.readings[lang].make(rng)
        text = reading.text if rng.random() < 0.7 else reading.paragraphs(rng)
        if rng.random() < 0.5:
            text = rng.choice(PHRASES[lang]["text"]) + rng.choice(("", "\n")) + text
        messages = []
        if rng.random() < 0.3:
            messages.append({"role": "system", "content": rng.choice(PHRASES[lang]["system"])})
        for turn in range(rng.choice((1, 1, 2, 2, 3))):
            instruction, extra, reply = getattr(self, pick(ABOUT_A_READING, rng))(reading, rng)
            parts = [instruction, extra]
            if turn == 0:
                parts = [instruction, text, extra] if rng.random() < 0.6 else [text, instruction, extra]
            joint = rng.choice(("\n", "\n\n"))
            messages += turn_of(joint.join(part for part in parts if part), reply)
        return messages

    def questions(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        lang = reading.facts.lang
        layout = any_layout(lang, rng)
        count = rng.choice((1, 1, 2, 3, 4))
        chosen = [reading.questions[i] for i in sorted(rng.sample(range(4), count))]
        lines = [phrase(lang, {1: "one", 2: "two"}.get(count, "several"), rng, n=count)]
        if rng.random() < 0.4:
            rules = rng.sample(PHRASES[lang]["requirements"], rng.randint(2, 5))
            lines.append(
                rng.choice(PHRASES[lang]["requirements_head"]) + ("" if lang == "zh" else " ").join(rules)
            )
        if rng.random() < 0.5:
            lines += [rng.choice(PHRASES[lang]["layout"]), layout.skeleton()]
        return "\n".join(lines), "", layout.write(chosen)

    def choose(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        question = rng.choice(reading.questions)
        extra = "\n".join((question.stem, *lettered(question.options)))
        return phrase(reading.facts.lang, "choose", rng), extra, question.letter

    def quiz(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        layout = any_layout(reading.facts.lang, rng)
        chosen = rng.sample(reading.questions, rng.randint(2, 4))
        asked = "\n".join(layout.question(n, q.stem, q.options) for n, q in enumerate(chosen, 1))
        reply = layout.pair_joint.join(
            layout.pair.format(n=n, m=layout.marks[q.answer]) for n, q in enumerate(chosen, 1)
        )
        return phrase(reading.facts.lang, "quiz", rng, n=len(chosen)), asked, reply

    def answer(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        facts = reading.facts
        short = {"who": facts.person, "where": facts.place2, "percent": f"{facts.percent}%"}
        if rng.random() < 0.25:
            kind = rng.choice(list(short))
            return phrase(facts.lang, kind, rng), "", short[kind]
        question, reply = self._asked(
            reading, rng.choice([m for m in reading.moves if m in self._grammar(reading).ANSWERS])
        )
        return phrase(facts.lang, "answer", rng, question=question), "", reply

    def find(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        move, text = rng.choice(
            [pair for pair in reading.sentences if pair[0] in self._grammar(reading).ANSWERS]
        )
        return phrase(reading.facts.lang, "find", rng, question=self._asked(reading, move)[0]), "", text

    def facts(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        lang, table = reading.facts.lang, self._grammar(reading).STATEMENTS
        chosen = some(reading.moves, table, rng)
        points = [option_text(table[move][0], reading.facts.slots(), lang) for move in chosen]
        return phrase(lang, "facts", rng, n=len(points)), "", "\n".join(numbered(points))

    def open_questions(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        chosen = some(reading.moves, self._grammar(reading).ANSWERS, rng)
        stems = [self._asked(reading, move)[0] for move in chosen]
        return phrase(reading.facts.lang, "open", rng, n=len(stems)), "", "\n".join(numbered(stems))

    def title(self, reading: Reading, rng: random.Random) -> tuple[str, str, str]:
        lang = reading.facts.lang
        return (
            phrase(lang, "title", rng),
            "",
            sentence(self._grammar(reading).TITLE, reading.facts.slots(), lang),
        )

    def plain(self, lang: str, rng: random.Random) -> Document:
        return self.readings[lang].make(rng).text

    def continuation(self, lang: str, rng: random.Random) -> Document:
        sentences = [text for _, text in self.readings[lang].make(rng).sentences]
        cut = rng.randint(2, len(sentences) - 2)
        gap = "" if lang == "zh" else " "
        return turn_of(
            rng.choice(PHRASES[lang]["continue"]) + "\n" + gap.join(sentences[:cut]),
            gap.join(sentences[cut:]),
        )

    def listing(self, lang: str, rng: random.Random) -> Document:
        items = [self._item(lang, rng) for _ in range(rng.randint(3, 4))]
        kind = rng.choice(("letters", "numbers", "pick"))
        n = rng.randint(1, len(items))
        reply = {"letters": lettered(items), "numbers": numbered(items), "pick": [items[n - 1]]}[kind]
        joint = rng.choice(("\n", "；" if lang == "zh" else "; "))
        return turn_of(phrase(lang, kind, rng, n=n) + "\n" + joint.join(items), "\n".join(reply))

    def copying(self, lang: str, rng: random.Random) -> Document:
        gap = "" if lang == "zh" else " "
        item = gap.join(made_up_word(lang, rng) for _ in range(rng.randint(1, 12)))
        return turn_of(phrase(lang, "copy", rng, item=item), item)

    def translation(self, lang: str, rng: random.Random) -> Document:
        kind = rng.choice(("nouns", "verbs", "adjectives"))
        here, there = (words(code)["generic"][kind] for code in (lang, "en" if lang == "zh" else "zh"))
        at = rng.randrange(min(len(here), len(there), ALIGNED_NOUNS))
        return turn_of(phrase(lang, "translate", rng, item=here[at]), there[at])

    def meaning(self, lang: str, rng: random.Random) -> Document:
        word, meaning, _ = rng.choice(words(lang)["words"]["known"])
        return turn_of(phrase(lang, "meaning", rng, item=word), meaning)

    def small_talk(self, lang: str, rng: random.Random) -> Document:
        kind = rng.choice(("identity", "greet", "thanks"))
        return turn_of(phrase(lang, kind, rng), PHRASES[lang][kind + "_answer"])

    def arithmetic(self, lang: str, rng: random.Random) -> Document:
        if rng.random() < 0.5:
            a, b = rng.randint(1, 60), rng.randint(1, 39)
            return turn_of(phrase(lang, "add", rng, a=a, b=b), str(a + b))
        numbers = rng.sample(range(100), rng.randint(3, 5))
        return turn_of(
            phrase(lang, "order", rng, item=" ".join(map(str, numbers))), " ".join(map(str, sorted(numbers)))
        )

    def _grammar(self, reading: Reading):
        return self.readings[reading.facts.lang].grammar

    def _asked(self, reading: Reading, move: str) -> tuple[str, str]:
        lang = reading.facts.lang
        slots = reading.facts.slots() | {"meaning": reading.facts.meaning}
        question, reply = self._grammar(reading).ANSWERS[move]
        return sentence(question, slots, lang), sentence(reply, slots, lang)

    def _item(self, lang: str, rng: random.Random) -> str:
        if rng.random() < 0.7:
            return made_up_word(lang, rng)
        return rng.choice(words(lang)["generic"][rng.choice(("nouns", "verbs", "adjectives"))])


def pick(weights: dict[str, int], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def some(moves: tuple[str, ...], table: dict, rng: random.Random) -> list[str]:
    """Two to four of the moves that the table knows, in the order of the text."""
    known = [move for move in moves if move in table]
    count = rng.randint(2, min(4, len(known)))
    return [known[i] for i in sorted(rng.sample(range(len(known)), count))]


def phrase(lang: str, kind: str, rng: random.Random, **fill) -> str:
    """One wording of an instruction."""
    return rng.choice(PHRASES[lang][kind]).format(**fill)


def turn_of(prompt: str, reply: str) -> list[dict[str, str]]:
    """A question and its reply as messages."""
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": reply}]


def lettered(items) -> list[str]:
    return [f"{letter}. {item}" for letter, item in zip(LETTERS, items, strict=False)]


def numbered(items) -> list[str]:
    return [f"{number}. {item}" for number, item in enumerate(items, 1)]
