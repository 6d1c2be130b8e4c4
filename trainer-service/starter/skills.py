"""Makes the documents that the starter model is pre-trained on: plain readings, and short chats that each train one skill.

No chat ever shows the exam's output (numbered questions with options A to D and one answer line): that is left to tuning.
"""

import random

from lexicon import made_up_word, words
from readings import LETTERS, Question, Reading, ReadingMaker, option_text, sentence
from skill_phrases import LAYOUTS, PHRASES

ALIGNED_NOUNS = 54  # The first nouns, and all verbs and adjectives, stand in the same order in both languages.
WEIGHTS = {
    "plain": 10,
    "one_question": 22,
    "several_questions": 14,
    "choose": 7,
    "quiz": 7,
    "answer": 10,
    "find": 4,
    "facts": 5,
    "open_questions": 5,
    "continuation": 3,
    "title": 3,
    "listing": 6,
    "copying": 6,
    "translation": 3,
    "meaning": 2,
    "small_talk": 2,
    "arithmetic": 2,
}
Document = str | list[dict[str, str]]


class SkillMaker:
    """Draws pre-training documents of both languages from one random source."""

    def __init__(self):
        self.readings = {lang: ReadingMaker(lang, "train") for lang in ("zh", "en")}
        self.names, self.weights = list(WEIGHTS), list(WEIGHTS.values())

    def draw(self, rng: random.Random) -> Document:
        """One document: plain text, or the messages of a chat."""
        lang = rng.choice(("zh", "en"))
        skill = rng.choices(self.names, self.weights)[0]
        return getattr(self, skill)(lang, rng)

    def plain(self, lang: str, rng: random.Random) -> Document:
        return self._reading(lang, rng).text

    def one_question(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        layout = rng.choice(LAYOUTS[lang])
        return self._about(reading, "one", laid_out(rng.choice(reading.questions), layout), rng)

    def several_questions(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        layout = rng.choice(LAYOUTS[lang])
        count = rng.choice((2, 2, 3))
        chosen = [reading.questions[i] for i in sorted(rng.sample(range(4), count))]
        reply = "\n\n".join(laid_out(question, layout) for question in chosen)
        return self._about(reading, "two" if count == 2 else "several", reply, rng, n=count)

    def choose(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        question = rng.choice(reading.questions)
        extra = "\n".join((question.stem, *lettered(question.options)))
        return self._about(reading, "choose", question.letter, rng, extra=extra)

    def quiz(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        count = rng.randint(2, 4)
        chosen = rng.sample(reading.questions, count)
        kind = rng.choice(("capital", "small", "ring"))
        marks = {"capital": LETTERS, "small": "abcd", "ring": "①②③④"}[kind]
        blocks = []
        for number, question in enumerate(chosen, 1):
            options = [f"{mark}) {text}" if kind != "ring" else f"{mark}{text}" for mark, text in zip(marks, question.options, strict=True)]
            blocks.append("\n".join((f"({number}) {question.stem}", *options)))
        reply = "; ".join(f"({n}) {marks[q.answer]}" for n, q in enumerate(chosen, 1))
        return self._about(reading, "quiz", reply, rng, extra="\n".join(blocks), n=count)

    def answer(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        facts = reading.facts
        short = {"who": facts.person, "where": facts.place2, "percent": f"{facts.percent}%"}
        if rng.random() < 0.25:
            kind = rng.choice(list(short))
            return self._about(reading, kind, short[kind], rng)
        question, reply = self._asked(reading, rng.choice([m for m in reading.moves if m in self._grammar(lang).ANSWERS]))
        return self._about(reading, "answer", reply, rng, question=question)

    def find(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        move, text = rng.choice([pair for pair in reading.sentences if pair[0] in self._grammar(lang).ANSWERS])
        return self._about(reading, "find", text, rng, question=self._asked(reading, move)[0])

    def facts(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        table = self._grammar(lang).STATEMENTS
        known = [move for move in reading.moves if move in table]
        count = rng.randint(2, min(4, len(known)))
        chosen = [known[i] for i in sorted(rng.sample(range(len(known)), count))]
        points = [option_text(table[move][0], reading.facts.slots(), lang) for move in chosen]
        return self._about(reading, "facts", "\n".join(numbered(points)), rng, n=count)

    def open_questions(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        known = [move for move in reading.moves if move in self._grammar(lang).ANSWERS]
        count = rng.randint(2, min(4, len(known)))
        chosen = [known[i] for i in sorted(rng.sample(range(len(known)), count))]
        stems = [self._asked(reading, move)[0] for move in chosen]
        return self._about(reading, "open", "\n".join(numbered(stems)), rng, n=count)

    def continuation(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        cut = rng.randint(2, len(reading.sentences) - 2)
        gap = "" if lang == "zh" else " "
        start, rest = (gap.join(s for _, s in part) for part in (reading.sentences[:cut], reading.sentences[cut:]))
        return chat(rng.choice(PHRASES[lang]["continue"]) + "\n" + start, rest)

    def title(self, lang: str, rng: random.Random) -> Document:
        reading = self._reading(lang, rng)
        reply = sentence(self._grammar(lang).TITLE, reading.facts.slots(), lang)
        return self._about(reading, "title", reply, rng)

    def listing(self, lang: str, rng: random.Random) -> Document:
        items = [self._item(lang, rng) for _ in range(rng.randint(3, 4))]
        kind = rng.choice(("letters", "numbers", "pick"))
        n = rng.randint(1, len(items))
        reply = {"letters": lettered(items), "numbers": numbered(items), "pick": [items[n - 1]]}[kind]
        joint = rng.choice(("\n", "；" if lang == "zh" else "; "))
        return chat(phrase(lang, kind, rng, n=n) + "\n" + joint.join(items), "\n".join(reply))

    def copying(self, lang: str, rng: random.Random) -> Document:
        gap = "" if lang == "zh" else " "
        item = gap.join(made_up_word(lang, rng) for _ in range(rng.randint(1, 8)))
        return chat(phrase(lang, "copy", rng, item=item), item)

    def translation(self, lang: str, rng: random.Random) -> Document:
        kind = rng.choice(("nouns", "verbs", "adjectives"))
        here, there = (words(code)["generic"][kind] for code in (lang, "en" if lang == "zh" else "zh"))
        at = rng.randrange(min(len(here), len(there), ALIGNED_NOUNS))
        return chat(phrase(lang, "translate", rng, item=here[at]), there[at])

    def meaning(self, lang: str, rng: random.Random) -> Document:
        word, meaning, _ = rng.choice(words(lang)["words"]["known"])
        return chat(phrase(lang, "meaning", rng, item=word), meaning)

    def small_talk(self, lang: str, rng: random.Random) -> Document:
        kind = rng.choice(("identity", "greet", "thanks"))
        return chat(phrase(lang, kind, rng), PHRASES[lang][kind + "_answer"])

    def arithmetic(self, lang: str, rng: random.Random) -> Document:
        if rng.random() < 0.5:
            a, b = rng.randint(1, 60), rng.randint(1, 39)
            return chat(phrase(lang, "add", rng, a=a, b=b), str(a + b))
        numbers = rng.sample(range(100), rng.randint(3, 5))
        return chat(phrase(lang, "order", rng, item=" ".join(map(str, numbers))), " ".join(map(str, sorted(numbers))))

    def _reading(self, lang: str, rng: random.Random) -> Reading:
        return self.readings[lang].make(rng)

    def _grammar(self, lang: str):
        return self.readings[lang].grammar

    def _asked(self, reading: Reading, move: str) -> tuple[str, str]:
        lang = reading.facts.lang
        slots = reading.facts.slots() | {"meaning": reading.facts.meaning}
        question, reply = self._grammar(lang).ANSWERS[move]
        return sentence(question, slots, lang), sentence(reply, slots, lang)

    def _item(self, lang: str, rng: random.Random) -> str:
        if rng.random() < 0.5:
            return made_up_word(lang, rng)
        return rng.choice(words(lang)["generic"][rng.choice(("nouns", "verbs", "adjectives"))])

    def _about(self, reading: Reading, kind: str, reply: str, rng: random.Random, extra: str = "", **fill) -> Document:
        lang = reading.facts.lang
        instruction = phrase(lang, kind, rng, **fill)
        text = reading.text if rng.random() < 0.7 else reading.paragraphs(rng)
        if rng.random() < 0.5:
            text = rng.choice(PHRASES[lang]["text"]) + rng.choice(("", "\n")) + text
        parts = [instruction, text] if rng.random() < 0.6 else [text, instruction]
        if extra:
            parts.append(extra)
        system = rng.choice(PHRASES[lang]["system"]) if rng.random() < 0.3 else None
        return chat(rng.choice(("\n", "\n\n")).join(parts), reply, system)


def phrase(lang: str, kind: str, rng: random.Random, **fill) -> str:
    """One wording of an instruction."""
    return rng.choice(PHRASES[lang][kind]).format(**fill)


def chat(prompt: str, reply: str, system: str | None = None) -> list[dict[str, str]]:
    """The messages of a chat with one question and one reply."""
    head = [{"role": "system", "content": system}] if system else []
    return [*head, {"role": "user", "content": prompt}, {"role": "assistant", "content": reply}]


def laid_out(question: Question, layout: tuple) -> str:
    """A question in one of the pre-training layouts."""
    form, marks = layout
    a, b, c, d = question.options
    return form.format(stem=question.stem, a=a, b=b, c=c, d=d, key=marks[question.answer])


def lettered(items) -> list[str]:
    return [f"{letter}. {item}" for letter, item in zip(LETTERS, items, strict=False)]


def numbered(items) -> list[str]:
    return [f"{number}. {item}" for number, item in enumerate(items, 1)]
