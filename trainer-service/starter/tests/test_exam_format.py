import pytest

from exam_format import canonical, parse, prompt, well_formed

ITEMS = [
    {"stem": "甲？", "options": {"A": "一", "B": "二", "C": "三", "D": "四"}, "answer": "B"},
    {"stem": "乙？", "options": {"A": "五", "B": "六", "C": "七", "D": "八"}, "answer": "D"},
]


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_what_is_written_is_read_back(lang):
    assert parse(lang, canonical(lang, ITEMS)) == ITEMS
    assert well_formed(lang, canonical(lang, ITEMS), 2)
    assert not well_formed(lang, canonical(lang, ITEMS), 3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("C. 三\n", ""),
        lambda text: text.replace("B. 二", "B. 一"),
        lambda text: text.replace("2. 乙", "3. 乙"),
        lambda text: text.replace("1. B", "1. E"),
        lambda text: text.replace(" 2. D", ""),
        lambda text: text + " 完",
        lambda text: text.replace("答案：", ""),
        lambda text: text.replace("A. 五", "a. 五"),
    ],
)
def test_anything_that_departs_from_the_form_is_not_well_formed(spoil):
    good = canonical("zh", ITEMS)
    assert spoil(good) != good
    assert not well_formed("zh", spoil(good), 2)


def test_the_prompt_is_filled_whole():
    for lang in ("zh", "en"):
        made = prompt(lang, "TEXT", 4)
        assert made.endswith("TEXT") and "4" in made and "{" not in made
