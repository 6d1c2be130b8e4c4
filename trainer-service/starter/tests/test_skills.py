import random
import re

from exam_format import ANSWERS, parse
from layouts import any_layout
from readings import ReadingMaker
from skills import ABOUT_A_READING, ALONE, SkillMaker

EXAM_OPTIONS = re.compile(r"^1\. .+\nA\. ", re.MULTILINE)


def documents(count=4000):
    maker, rng = SkillMaker(), random.Random(3)
    return [maker.draw(rng) for _ in range(count)]


def test_no_document_shows_the_exam_output():
    for document in documents():
        texts = [document] if isinstance(document, str) else [m["content"] for m in document]
        for text in texts:
            assert parse("zh", text) is None and parse("en", text) is None
            assert not EXAM_OPTIONS.search(text)
            assert ANSWERS["zh"] not in text and ANSWERS["en"] not in text


def test_no_layout_is_the_exam_form():
    rng = random.Random(5)
    for lang in ("zh", "en"):
        reading = ReadingMaker(lang, "train").make(rng)
        for _ in range(500):
            written = any_layout(lang, rng).write(list(reading.questions))
            assert parse(lang, written) is None and all(q.stem in written for q in reading.questions)


def test_chats_alternate_and_end_with_a_reply():
    for document in documents(1500):
        if isinstance(document, list):
            roles = [m["role"] for m in document if m["role"] != "system"]
            assert roles == ["user", "assistant"] * (len(roles) // 2) and roles
            assert all(m["content"].strip() for m in document)


def test_every_skill_works_in_both_languages():
    maker, rng = SkillMaker(), random.Random(9)
    for lang in ("zh", "en"):
        for name in ALONE:
            assert getattr(maker, name)(lang, rng)
        reading = maker.readings[lang].make(rng)
        for name in ABOUT_A_READING:
            instruction, _, reply = getattr(maker, name)(reading, rng)
            assert instruction and reply
