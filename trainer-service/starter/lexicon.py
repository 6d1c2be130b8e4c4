"""Draws the facts that a synthetic reading is about, from the word lists in `words/`.

Two parts never share a topic, a person or a place: `held` feeds the sample workbooks, `train` feeds pre-training.
"""

import functools
import pathlib
import random
import tomllib
import zlib
from dataclasses import dataclass

WORDS = pathlib.Path(__file__).parent / "words"
PARTS = ("train", "held")


@dataclass(frozen=True)
class Facts:
    """What one reading says. Effects are verb phrases, causes, limits and measures whole clauses, the rest noun phrases."""

    lang: str
    domain: str
    field: str
    subject: str
    other: str
    means: str
    cause: str
    effects: tuple[str, str, str, str]
    limit: str
    measure: str
    percent: int
    group: str
    institution: str
    person: str
    place: str
    place2: str
    year: int
    months: int
    word: str
    meaning: str
    word_sentence: str
    wrong_meanings: tuple[str, str, str]
    advice: str
    image: str
    doubt: str
    opening: str

    def slots(self) -> dict[str, object]:
        """The facts under the short names that the grammar's templates use."""
        e1, e2, e3, e4 = self.effects
        base = {
            "S": self.subject,
            "T": self.other,
            "D": self.field,
            "M": self.means,
            "C": self.cause,
            "E1": e1,
            "E2": e2,
            "E3": e3,
            "E4": e4,
            "L": self.limit,
            "me": self.measure,
            "p": self.percent,
            "G": self.group,
            "I": self.institution,
            "P": self.person,
            "place": self.place,
            "place2": self.place2,
            "year": self.year,
            "months": self.months,
            "W": self.word,
            "advice": self.advice,
            "image": self.image,
            "O": self.opening,
        }
        return base | {"doubt": self.doubt.format(**base), "Ws": self.word_sentence.format(**base)}


@functools.cache
def words(lang: str) -> dict:
    """The word lists of a language, as `words/LANG.toml` holds them."""
    with open(WORDS / f"{lang}.toml", "rb") as source:
        return tomllib.load(source)


@functools.cache
def common_characters() -> str:
    """The 3,755 common Chinese characters of GB 2312, level 1."""
    return _gb2312(0xB0, 0xD7)


@functools.cache
def rare_characters() -> str:
    """The 3,008 less common Chinese characters of GB 2312, level 2; the tokenizer spells most of them in bytes."""
    return _gb2312(0xD8, 0xF7)


def _gb2312(first_row: int, last_row: int) -> str:
    codes = (bytes((row, cell)) for row in range(first_row, last_row + 1) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def part_of(name: str) -> str:
    """Which part a person's or a place's name belongs to: one name in four is held."""
    return PARTS[zlib.crc32(name.encode()) % 4 == 0]


class Lexicon:
    """Draws facts of one language and one part. The same random source gives the same facts."""

    def __init__(self, lang: str, part: str):
        self.lang, self.part, self.words = lang, part, words(lang)
        wanted = part == "held"
        self.domains = {k: v for k, v in self.words["domains"].items() if v.get("held", False) == wanted}

    def draw(self, rng: random.Random) -> Facts:
        """Facts for one reading; in the `train` part some slots hold composed or made-up words, so that reading means copying."""
        name = rng.choice(sorted(self.domains))
        domain, fixed = self.domains[name], self.words["fixed"]
        made_up = 0.0 if self.part == "held" else rng.choice((0.0, 0.5, 1.0, 1.0))
        odd = rng.choice((0.0, 0.3, 0.9))

        def slot(kind: str, count: int = 1):
            known = rng.sample(domain[kind], count)
            drawn = [self._compose(kind, rng, odd) if rng.random() < made_up else value for value in known]
            return drawn[0] if count == 1 else tuple(drawn)

        subject, other, means, cause = (slot(kind) for kind in ("subjects", "others", "means", "causes"))
        effects = slot("effects", 4)
        if "supports" in domain:
            explained = domain["effects"][domain["supports"][domain["causes"].index(cause)]]
            rest = [effect for effect in effects if effect != explained]
            effects = (rest[0], explained, rest[1], rest[2])
        word, *others = rng.sample(self.words["words"]["known"], 4)
        return Facts(
            lang=self.lang,
            domain=name,
            field=domain["field"],
            subject=subject,
            other=other,
            means=means,
            cause=cause,
            effects=effects,
            limit=slot("limits"),
            measure=slot("measures"),
            percent=rng.randint(6, 79),
            group=slot("groups"),
            institution=self._institution(rng),
            person=self._name(rng, self._person),
            place=self._name(rng, self._place),
            place2=self._name(rng, self._place),
            year=rng.randint(1998, 2024),
            months=rng.randint(3, 36),
            word=word[0],
            meaning=word[1],
            word_sentence=word[2],
            wrong_meanings=tuple(other[1] for other in others),
            advice=rng.choice(fixed["advice"]),
            image=rng.choice(fixed["images"]),
            doubt=rng.choice(fixed["doubts"]),
            opening=rng.choice(fixed["openings"]),
        )

    def _name(self, rng: random.Random, make) -> str:
        while True:
            name = make(rng)
            if part_of(name) == self.part:
                return name

    def _person(self, rng: random.Random) -> str:
        names = self.words["names"]
        if self.lang == "zh":
            return rng.choice(names["surnames"]) + "".join(rng.sample(names["given"], rng.choice((1, 2))))
        return rng.choice(names["given"].split()) + " " + rng.choice(names["surnames"].split())

    def _place(self, rng: random.Random) -> str:
        names = self.words["names"]
        if self.lang == "zh":
            return (
                rng.choice(names["place_first"])
                + rng.choice(names["place_second"])
                + rng.choice(names["place_kind"])
            )
        return rng.choice(names["place_first"].split()) + rng.choice(names["place_second"].split())

    def _institution(self, rng: random.Random) -> str:
        kind = rng.choice(self.words["names"]["institutions"])
        place = self._name(rng, self._place)
        return place[:-1] + kind if self.lang == "zh" else kind.format(place)

    def _compose(self, kind: str, rng: random.Random, odd: float) -> str:
        generic, zh = self.words["generic"], self.lang == "zh"
        gap = "" if zh else " "

        def noun() -> str:
            return made_up_word(self.lang, rng) if rng.random() < odd else rng.choice(generic["nouns"])

        def act() -> str:
            if zh and rng.random() < 0.4:
                return rng.choice(generic["verbs"]) + noun() + rng.choice(generic["wastes"])
            waste = "" if zh or rng.random() < 0.6 else rng.choice(generic["wastes"]) + gap
            return rng.choice(generic["verbs"]) + gap + waste + noun()

        if kind == "effects":
            return act()
        if kind in ("causes", "limits"):
            link = rng.choice(
                ("会", "能够", "可以", "很难", "不得不") if zh else ("can", "will", "may", "cannot", "must")
            )
            return gap.join((noun(), link, act()))
        if kind == "measures":
            return (
                noun()
                + ("的" if zh else " in ")
                + noun()
                + rng.choice(("增加", "减少", "提高", "下降") if zh else (" rose", " fell"))
            )
        if kind == "groups":
            return (
                (noun() + rng.choice(("协会", "研究所", "中心", "公司")))
                if zh
                else f"the {noun()} {rng.choice(('society', 'office', 'union', 'centre'))}"
            )
        if rng.random() < odd / 2:
            return gap.join(made_up_word(self.lang, rng) for _ in range(rng.randint(1, 2)))
        return gap.join((rng.choice(generic["adjectives"]), noun(), rng.choice(generic["kinds"])))


def made_up_word(lang: str, rng: random.Random) -> str:
    """A word that means nothing: two to four characters, or one to three syllables."""
    if lang == "zh":
        known = rare_characters() if rng.random() < 0.1 else common_characters()
        return "".join(rng.choices(known, k=rng.randint(2, 4)))
    sounds = words("en")["sounds"]
    onsets, vowels, codas = (sounds[kind].split(" ") for kind in ("onsets", "vowels", "codas"))
    count = rng.choice((1, 2, 2, 3))
    return "".join(rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(count))
