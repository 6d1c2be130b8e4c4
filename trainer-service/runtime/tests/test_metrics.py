"""Text metrics and the exam's canonical form."""

from __future__ import annotations

import pytest
import sacrebleu

from tune.exam import well_formed
from tune.metrics import Pieces, is_chinese, text_metrics

ZH = "1. 下列理解正确的一项是（3分）\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n2. 下列推断，2023年的\nA. 一\nB. 二\nC. 三\nD. 四\n答案：1. B 2. C"
EN = "1. What does it mean?\nA. one\nB. two\nC. three\nD. four\nAnswers: 1. D"


@pytest.mark.parametrize("text", [ZH, EN, EN + "\n", ZH.replace("\n2.", "\n\n2.")])
def test_canonical_exams_are_well_formed(text):
    assert well_formed(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "答案：1. B",
        EN.removesuffix("Answers: 1. D"),
        EN + " and more",
        EN.replace("mean?", "mean?\nSee line two."),
        EN + "\nThat is all.",
        "Here it is:\n" + EN,
        EN.replace("Answers: 1. D", "Answers: 1. E"),
        EN.replace("Answers: 1. D", "Answers: 2. D"),
        EN.replace("Answers: 1. D", "Answers: 1. D 2. A"),
        EN.replace("D. four\n", ""),
        EN.replace("D. four", "E. four"),
        EN.replace("D. four", "D. "),
        EN.replace("D. four", "D. one"),
        EN.replace("A. one\nB. two", "B. two\nA. one"),
        EN.replace("1. What", "2. What"),
        EN.replace("1. What does it mean?", "1. "),
        ZH.replace("2. 下列", "3. 下列"),
        ZH.replace("答案：1. B 2. C", "答案：1. B"),
        ZH.replace("答案：1. B 2. C", "答案：2. C 1. B"),
        ZH.replace("B. 乙", "B. 甲"),
        ZH.replace("D. 丁\n", "D. 丁\nA. 戊\n"),
        ZH + "\n" + ZH,
    ],
)
def test_anything_else_is_not(text):
    assert not well_formed(text)


def test_a_perfect_answer_scores_full_in_both_languages():
    found = text_metrics([ZH, EN], [ZH, EN], "exam")
    assert found == {
        "bleu": 100.0,
        "rouge1": 1.0,
        "rouge2": 1.0,
        "rougeL": 1.0,
        "exact_match": 1.0,
        "well_formed": 1.0,
    }


def test_bleu_is_sacrebleus_for_one_language():
    pairs = [
        ("今天天气很好，我们去公园。", "今天天气不错，我们一起去公园。"),
        ("他在看书，她在写字。", "他在读书，她在写字。"),
    ]
    outputs, references = map(list, zip(*pairs, strict=True))
    assert text_metrics(outputs, references, None)["bleu"] == pytest.approx(
        sacrebleu.corpus_bleu(outputs, [references], tokenize="zh").score, abs=1e-3
    )
    english = ["the cat sat on the mat, again"], ["the cat sat on a mat, again today"]
    assert text_metrics(*english, None)["bleu"] == pytest.approx(
        sacrebleu.corpus_bleu(english[0], [english[1]]).score, abs=1e-3
    )


def test_rouge_l_counts_chinese_by_characters():
    assert Pieces().tokenize("A股DNA，很好 Go2!") == ["a", "股", "dna", "很", "好", "go2"]
    assert text_metrics(["甲乙丙"], ["甲丙丁"], None)["rougeL"] == pytest.approx(2 / 3, abs=1e-6)


def test_empty_answers_score_zero():
    found = text_metrics(["", ""], [ZH, EN], "exam")
    assert found["bleu"] == found["rougeL"] == found["well_formed"] == 0


def test_the_language_is_that_of_most_characters():
    assert is_chinese("维生素C与DNA的关系") and not is_chinese("The word 龙 means dragon in Chinese")
