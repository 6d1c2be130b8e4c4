import random

import pytest

from lexicon import Lexicon, common_characters
from readings import ReadingMaker

LANGUAGES = ("zh", "en")


def many(lang, part, count=300):
    maker = ReadingMaker(lang, part)
    return [maker.make(random.Random(seed)) for seed in range(count)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ("train", "held"))
def test_every_question_has_a_stem_and_four_different_options(lang, part):
    for reading in many(lang, part):
        assert len(reading.questions) == 4
        for question in reading.questions:
            assert question.stem and len(set(question.options)) == 4 and all(question.options)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_right_answers_to_reason_number_and_word_questions_are_what_the_text_says(lang):
    seen = set()
    for reading in many(lang, "held"):
        facts = reading.facts
        for question in reading.questions:
            right = question.options[question.answer].lower().rstrip(".")
            if question.kind == "reason":
                assert right == facts.cause.lower() and right in reading.text.lower()
            elif question.kind == "number":
                assert str(facts.percent) in right and str(facts.percent) in reading.text
            elif question.kind == "word":
                assert right == facts.meaning and facts.word in reading.text.lower()
            seen.add(question.kind)
    assert {"reason", "number", "word"} <= seen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_exactly_one_statement_of_an_understanding_question_is_the_odd_one(lang):
    for reading in many(lang, "held"):
        table, slots = ReadingMaker(lang, "held").grammar.STATEMENTS, reading.facts.slots()
        true = {form[0].format(**slots).lower() for form in table.values()}
        for question in reading.questions:
            if question.kind in ("understand", "misunderstand"):
                supported = [option.lower().rstrip(".") in true for option in question.options]
                assert supported.count(question.kind == "understand") == 1
                assert supported.index(question.kind == "understand") == question.answer


def test_the_same_seed_gives_the_same_reading_and_other_seeds_give_others():
    for lang in LANGUAGES:
        texts = [reading.text for reading in many(lang, "held")]
        assert texts == [reading.text for reading in many(lang, "held")]
        assert len(set(texts)) == len(texts)


def test_readings_are_short():
    assert all(180 <= len(reading.text) <= 340 for reading in many("zh", "held"))
    assert all(90 <= len(reading.text.split()) <= 190 for reading in many("en", "held"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_held_and_training_readings_share_no_topic_person_or_place(lang):
    held, train = ([r.facts for r in many(lang, part, 1500)] for part in ("held", "train"))
    for name in ("domain", "field", "subject", "person", "place", "place2", "cause"):
        assert not {getattr(f, name) for f in held} & {getattr(f, name) for f in train}, name


def test_a_cause_explains_the_effect_that_the_held_lists_pair_with_it():
    for lang in LANGUAGES:
        domains = Lexicon(lang, "held").domains
        for reading in many(lang, "held"):
            facts, domain = reading.facts, domains[reading.facts.domain]
            assert len(domain["supports"]) == len(domain["causes"])
            at = domain["supports"][domain["causes"].index(facts.cause)]
            assert facts.effects[1] == domain["effects"][at] and len(set(facts.effects)) == 4


def test_the_common_characters_are_those_of_the_standard():
    assert len(common_characters()) == 3755
    assert common_characters()[0] == "啊"
