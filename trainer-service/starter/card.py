"""Writes the starter model's card: what it is and is not, how it was made, and what was measured."""

import pathlib

CARD = """---
language: [zh, en]
library_name: transformers
pipeline_tag: text-generation
---
# Tunemesh starter model

A very small bilingual (Chinese, English) language model in Qwen2's architecture, made from nothing by `make_model.py` beside
this folder. It exists so that tuning, serving and their tests run on real training without any download.

## What it is
- {parameters:,} parameters, {layers} layers, hidden size {hidden}, tied embeddings, bf16, context {context} tokens.
- A byte-level BPE tokenizer of {vocabulary} tokens with Qwen's word pattern, special tokens and ChatML template.
- It reads short expository texts of the generator's kind, copies facts out of them, answers and sets single questions.

## What it is not
- It knows nothing about the world: every text it has seen is synthetic, and the facts in them are invented.
- It is no general assistant. Outside short readings of this kind its answers are often wrong or empty of sense.
- Gains measured on the sample workbooks show that tuning works; they say nothing about real examination papers.

## Data
Synthetic readings and short chats from `readings.py` and `skills.py`: plain texts, questions and answers, finding sentences,
lists, copying, word translation, and one to four multiple-choice questions in random layouts (`layouts.py`). The sample
workbooks' topics, people and places are held apart by `lexicon.py` and never occur in pre-training; the target words and
their meanings, the sentence patterns and the question patterns are shared. The exam's prompt and its output (numbered
questions with options `A. ` to `D. ` and one answer line) never occur, so that the untuned model does not produce them.
The loss counts replies and plain texts fully and the prompts of chats by a tenth.

## Training run
| | |
|---|---|
| date | {date} |
| device | {device} |
| steps × batch × context | {steps} × {batch} × {context} |
| tokens | {tokens:,} |
| seconds | {seconds} |
| learning rate, weight decay | {learning_rate}, {weight_decay} |
| seed | {seed} |
| final training loss | {final_loss} |
"""


def write_card(folder: pathlib.Path, plan, report: dict, parameters: int) -> None:
    """Writes README.md into the model folder."""
    (folder / "README.md").write_text(
        CARD.format(parameters=parameters, **vars(plan) | report), encoding="utf-8"
    )
