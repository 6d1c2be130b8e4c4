"""Tokens to text: whole characters, whole stop strings, nothing lost."""

import random

import pytest
from transformers import AutoTokenizer

from engine.text import TextStream

TEXT = "请写一道选择题：下列哪项正确？🙂 naïve café — A、B、C、D。\n答案：𠮷\n"


@pytest.fixture(scope="module")
def tokenizer(model):
    return AutoTokenizer.from_pretrained(model)


def decoder(tokenizer):
    return lambda ids: tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def stream(tokenizer, ids, stops=()):
    text = TextStream(decoder(tokenizer), stops)
    parts = []
    for token in ids:
        parts.append(text.push(token))
        if text.stopped:
            break
    return [*parts, text.finish()]


def test_pieces_are_whole_characters_and_make_the_text(tokenizer):
    parts = stream(tokenizer, tokenizer.encode(TEXT))
    assert "".join(parts) == TEXT
    assert not any("\ufffd" in part for part in parts)
    assert len([part for part in parts if part]) > 20


def test_random_tokens_make_the_text_that_decoding_at_once_makes(tokenizer):
    dice = random.Random(5)
    for _ in range(200):
        ids = [dice.randrange(len(tokenizer)) for _ in range(60)]
        assert "".join(stream(tokenizer, ids)) == decoder(tokenizer)(ids)


def test_an_answer_that_ends_inside_a_character_keeps_what_it_has(tokenizer):
    ids = tokenizer.encode("🙂")[:-1]
    assert len(ids) > 0
    assert "".join(stream(tokenizer, ids)) == decoder(tokenizer)(ids)


@pytest.mark.parametrize("stop", ["正确", "？🙂", "D。\n答", "\n"])
def test_a_stop_string_is_never_shown_nor_anything_after_it(tokenizer, stop):
    parts = stream(tokenizer, tokenizer.encode(TEXT), (stop, "never there"))
    assert "".join(parts) == TEXT[: TEXT.index(stop)]


def test_the_start_of_a_stop_string_is_shown_once_it_is_none(tokenizer):
    parts = stream(tokenizer, tokenizer.encode(TEXT), ("正确！", "café—"))
    assert "".join(parts) == TEXT


def test_special_tokens_are_silent(tokenizer):
    ids = tokenizer.encode("A") + [1, 2] + tokenizer.encode("题")
    assert "".join(stream(tokenizer, ids)) == "A题"
