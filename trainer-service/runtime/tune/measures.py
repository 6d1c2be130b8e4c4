"""The metrics that there are by task, and which of them are better when they are lower, and the unit of a loss."""

from __future__ import annotations

LOWER = ("loss", "perplexity", "mse", "mae")
LOSS = ("loss", "perplexity")
TEXT = ("bleu", "rouge1", "rouge2", "rougeL", "exact_match")
LABELS = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "auc")
ENTITIES = ("token_accuracy", "entity_precision", "entity_recall", "entity_f1")
NUMBERS = ("mse", "mae", "r2")
OF_TASK = {"classification": LABELS, "regression": NUMBERS, "tagging": ENTITIES}
ALL = (*LOSS, *TEXT, "well_formed", *LABELS, *NUMBERS, *ENTITIES)


def offered(task: str | None, form: str | None, family: str | None) -> list[str]:
    """What can be measured of a dataset of this task, on a base of this family or (None) on any."""
    if task == "pt":
        return list(LOSS)
    of_task = OF_TASK.get(task or "sft", ())
    if family == "encoder":
        return ["loss", *of_task]
    return [*LOSS, *TEXT, *(("well_formed",) if form == "exam" else ()), *of_task]


def loss_unit(task: str | None, family: str, train_on_prompt: bool) -> str:
    """What the loss of a training is counted in."""
    if family == "encoder":
        return {
            "classification": "nats per example",
            "regression": "squared error over the variance of the train split",
            "tagging": "nats per labelled piece",
        }[task]
    if task == "pt":
        return "nats per token of text"
    return "nats per token of prompts and answers" if train_on_prompt else "nats per assistant token"


def listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
