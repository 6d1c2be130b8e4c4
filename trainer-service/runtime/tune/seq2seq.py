"""Encoder-decoders (the T5 family): the prompt is read whole, the answer is written token by token."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

from tune import events
from tune.base import Base
from tune.batch import Batch, by_length
from tune.data import Example, Split, read
from tune.evaluate import SAMPLES, Evaluation
from tune.loss import Loss
from tune.metrics import text_metrics
from tune.pulse import Pulse
from tune.rows import example, joined, padded, parts
from tune.train import mean_loss, memory

ROWS = 16


def split(path: str, field: str, base: Base, cutoff: int, check: Callable[[], None]) -> Split:
    """Chats as source and target; together at most `cutoff` tokens, of which the answer may take half."""
    made = []
    for chat in read(path, field, check):
        check()
        source = base.tokenizer(joined(chat))["input_ids"]
        target = base.tokenizer(chat.messages[-1]["content"], add_special_tokens=False)["input_ids"]
        target.append(base.tokenizer.eos_token_id)
        answer = target[: max(cutoff // 2, cutoff - len(source))]
        question = source[: cutoff - len(answer)]
        cut = len(answer) + len(question) < len(source) + len(target)
        made.append(example(chat, question, answer, cut))
    return Split.of(made)


def loss(model: nn.Module, batch: Batch) -> Loss:
    """Cross-entropy of the answer's tokens."""
    row = parts(batch, model.config.pad_token_id)
    labels = torch.where(row.weights > 0, row.targets, -100)
    out = model(
        input_ids=row.sources,
        attention_mask=row.mask,
        decoder_input_ids=model.prepare_decoder_input_ids_from_labels(labels=labels),
        use_cache=False,
    )
    wanted = row.weights > 0
    logits, label, weights = out.logits[wanted].float(), row.targets[wanted], row.weights[wanted]
    total = (functional.cross_entropy(logits, label, reduction="none") * weights).sum()
    return Loss(total, float(weights.sum()), len(label), (logits.argmax(-1) == label).sum())


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    base: Base,
    stage: str,
    examples: list[Example],
    max_new_tokens: int,
    form: str | None,
    pulse: Pulse,
) -> Evaluation:
    """Loss and perplexity on the references, then greedy answers and their metrics, as for causal models."""
    began = time.perf_counter()
    pulse.emit(events.Progress(stage, 0, len(examples), memory_bytes=memory(base)))
    mean, tokens = mean_loss(model, base, examples, ROWS, pulse.check)
    outputs = [""] * len(examples)
    done = 0
    for members in by_length([len(e.prompt) for e in examples], ROWS):
        pulse.check()
        ids, mask = padded([examples[i].prompt for i in members], base.pad_id, base.place.device)
        answers = model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=max_new_tokens, do_sample=False, num_beams=1
        )
        for i, answer in zip(members, answers, strict=True):
            outputs[i] = base.tokenizer.decode(answer, skip_special_tokens=True)
        done += len(members)
        pulse.emit(events.Progress(stage, done, len(examples), memory_bytes=memory(base)))
    metrics = {
        "loss": round(mean, 6),
        "perplexity": round(math.exp(min(mean, 700)), 4),
        "reference_tokens": tokens,
    }
    metrics |= text_metrics(outputs, [e.reference for e in examples], form, pulse.check)
    samples = [
        {
            "prompt": e.messages[-1]["content"] if e.messages else "",
            "reference": e.reference,
            "output": output,
        }
        for e, output in list(zip(examples, outputs, strict=True))[:SAMPLES]
    ]
    return Evaluation(len(examples), 0, metrics, samples, round(time.perf_counter() - began, 3))
