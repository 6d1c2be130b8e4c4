"""A base and an adapter made one model, for runners that know no adapters."""

from __future__ import annotations

import json
import os

import torch
from peft import PeftModel
from torch import nn
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
)

from tune import base as bases
from tune import bottleneck, weights
from tune.adapter import SUMMARY
from tune.failure import Failure
from tune.inplace import CONFIG, config_of, fill

CLASSES = {
    "CAUSAL_LM": AutoModelForCausalLM,
    "SEQ_2_SEQ_LM": AutoModelForSeq2SeqLM,
    "SEQ_CLS": AutoModelForSequenceClassification,
    "TOKEN_CLS": AutoModelForTokenClassification,
}
HEADED = ("SEQ_CLS", "TOKEN_CLS")
INSTEAD = "Serve the adapter as it is, or train with lora, dora, freeze or full."


def merged(base_folder: str, folder: str) -> tuple[nn.Module, object]:
    """(model, tokenizer): the base's own classes and number type (of a regression float32) with the adapter's changes in its
    weights, on the CPU.

    Raises Failure for a folder that cannot be read, an adapter of another base, and a kind that is no change of weights.
    """
    config = _read(folder)
    kind = config.get("tunemesh_type") or config.get("peft_type")
    if kind not in ("LORA", weights.KIND):
        what = "detours beside the weights" if kind == bottleneck.KIND else "virtual tokens before the prompt"
        raise Failure(
            "not_mergeable",
            f"An adapter of kind {kind} is {what}, so no merged weights can hold it. {INSTEAD}",
        )
    summary = summary_of(folder)
    _check_base(base_folder, summary)
    model = _load(base_folder, config, summary)
    try:
        tokenizer = AutoTokenizer.from_pretrained(base_folder, local_files_only=True, trust_remote_code=False)
        if kind == weights.KIND:
            fill(model, folder)
            return model, tokenizer
        return _fold(PeftModel.from_pretrained(model, folder)), tokenizer
    except (KeyError, RuntimeError, ValueError) as error:
        text = " ".join(str(error).split())[:300]
        raise Failure("wrong_base", f"The adapter does not fit this base: {text}", "adapter") from error


def summary_of(folder: str) -> dict | None:
    """The adapter's training_summary.json, where it has one."""
    path = os.path.join(folder, SUMMARY)
    if not os.path.exists(path):
        return None
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except ValueError as error:
        raise Failure("unreadable", f"{SUMMARY} of the adapter is no JSON: {error}", "adapter") from None


def _read(folder: str) -> dict:
    try:
        return config_of(folder)
    except (OSError, ValueError) as error:
        raise Failure(
            "unreadable",
            f"{CONFIG} of the adapter cannot be read: {error}. Give --adapter its folder.",
            "adapter",
        ) from None


def _check_base(folder: str, summary: dict | None) -> None:
    """Raises Failure if the adapter says that it was made from other files than the base's."""
    if not summary:
        return
    made_from = summary["base"]["sha256"]
    try:
        there = bases.hashes(folder)
    except OSError as error:
        raise Failure("unreadable", f"The base cannot be read: {error}.", "base") from None
    for name, digest in made_from.items():
        if (name.endswith(".safetensors") or name == "config.json") and there.get(name) != digest:
            raise Failure(
                "wrong_base",
                f"The adapter was made from another base: {name} is not the file that it was trained on. "
                f"Give --base the folder of {summary['base']['id']}.",
                "base",
            )


def _load(folder: str, config: dict, summary: dict | None) -> nn.Module:
    task = config.get("task_type")
    if task not in CLASSES:
        raise Failure(
            "unreadable", f'{CONFIG} of the adapter has no known task_type, but "{task}".', "adapter"
        )
    head, number = {}, False
    if task in HEADED:
        if summary is None:
            raise Failure("unreadable", f"The adapter has no {SUMMARY}, which names its labels.", "adapter")
        labels = summary["labels"]
        head = {"id2label": dict(enumerate(labels))} if labels else {"num_labels": 1}
        if labels:
            head["label2id"] = {label: number for number, label in enumerate(labels)}
        # the base may be a classifier itself, of other labels
        head["ignore_mismatched_sizes"] = True
        if task == "SEQ_CLS":
            number = not labels
            head["problem_type"] = "regression" if number else "single_label_classification"
    try:
        return CLASSES[task].from_pretrained(
            folder,
            # as `units.exact` has it: a number of 16 bits has three digits
            dtype=torch.float32 if number else "auto",
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            **head,
        )
    except (OSError, ValueError) as error:
        text = " ".join(str(error).split())[:300]
        raise Failure("unreadable", f"The base cannot be loaded: {text}", "base") from error


@torch.no_grad()
def _fold(tuned: PeftModel) -> nn.Module:
    """The adapter's products added to the weights. An output layer that is tied to the embeddings and has an adapter of its
    own is one of its own from now on."""
    model = tuned.get_base_model()
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    if hasattr(head, "base_layer") and head.base_layer.weight is model.get_input_embeddings().weight:
        head.base_layer.weight = nn.Parameter(head.base_layer.weight.clone(), requires_grad=False)
        model.config.tie_word_embeddings = False
    return tuned.merge_and_unload(safe_merge=True)
