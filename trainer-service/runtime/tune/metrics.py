"""Text metrics of answers against references; Chinese is compared by characters, other text by words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tune.exam import well_formed
from tune.task_metrics import OF_TASK, RANKED, Ranking, short

CJK = re.compile(r"[㐀-鿿豈-﫿぀-ヿ]")
PIECE = re.compile(r"[㐀-鿿豈-﫿぀-ヿ]|[^\W_㐀-鿿豈-﫿぀-ヿ]+")


@dataclass(frozen=True)
class Pieces:
    """A tokeniser for rouge-score: every Chinese character, every other word in lower case."""

    def tokenize(self, text: str) -> list[str]:
        return PIECE.findall(text.lower())


def is_chinese(text: str) -> bool:
    """Whether more than a fifth of the text's characters, spaces aside, are Chinese."""
    return len(CJK.findall(text)) * 5 > len(re.sub(r"\s", "", text))


def text_metrics(
    outputs: list[str],
    references: list[str],
    form: str | None,
    check: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """The metrics of `measured` without the ranking."""
    return measured(outputs, references, form, check)[0]


def measured(
    outputs: list[str],
    references: list[str],
    form: str | None,
    check: Callable[[], None] = lambda: None,
) -> tuple[dict[str, float], Ranking]:
    """Metrics over a split, each on its library's own scale, and how good each answer is alone: by what the task's answers
    are worth or, where it has words only, by `rougeL`.

    `bleu` 0 to 100: sacrebleu's corpus BLEU, each pair tokenised as its reference's language asks ("zh" or "13a").
    `rouge1`, `rouge2`, `rougeL` 0 to 1: rouge-score's mean F1. `exact_match` and, for format "exam", `well_formed`:
    shares from 0 to 1. With the task in `form` also what task_metrics measures for it.
    """
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics import BLEU
    from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
    from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

    chinese, other = TokenizerZh(), Tokenizer13a()
    pick = [chinese if is_chinese(reference) else other for reference in references]
    bleu = BLEU(tokenize="none", force=True).corpus_score(
        [tokenize(text) for tokenize, text in zip(pick, outputs, strict=True)],
        [[tokenize(text) for tokenize, text in zip(pick, references, strict=True)]],
    )
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Pieces())
    rouge = []
    for output, reference in zip(outputs, references, strict=True):
        check()
        rouge.append(scorer.score(reference, output))
    metrics = {"bleu": round(bleu.score, 4)}
    for name in ("rouge1", "rouge2", "rougeL"):
        metrics[name] = round(sum(r[name].fmeasure for r in rouge) / len(rouge), 6)
    metrics["exact_match"] = sum(
        o.strip() == r.strip() for o, r in zip(outputs, references, strict=True)
    ) / len(outputs)
    if form == "exam":
        metrics["well_formed"] = sum(map(well_formed, outputs)) / len(outputs)
    if form in OF_TASK:
        worth = OF_TASK[form](outputs, references)
        metrics |= {name: short(value) for name, value in worth.items()}
        return metrics, RANKED[form](outputs, references)
    return metrics, Ranking("rougeL", [round(r["rougeL"].fmeasure, 6) for r in rouge])
