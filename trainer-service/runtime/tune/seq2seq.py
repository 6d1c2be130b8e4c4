"""Encoder-decoders (the T5 family): the prompt is read whole, the answer is written token by token."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from transformers import DynamicCache, EncoderDecoderCache

from tune.base import Base
from tune.batch import Batch
from tune.data import Example, Split, read
from tune.evaluate import Answers, Evaluation, Tally, likelihood
from tune.generate import Answer
from tune.loss import Loss, MeanLoss
from tune.metrics import measured
from tune.pulse import Pulse
from tune.rows import example, joined, padded, parts
from tune.smaller import in_batches, loss_of

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
    known: MeanLoss | None = None,
) -> Evaluation:
    """Loss and perplexity on the references, then greedy answers and their metrics, as for causal models. `known`: the split's
    loss, which is then not made again."""
    tally = Tally(base, stage, len(examples), pulse)
    metrics = likelihood(*(known or loss_of(model, base, examples, ROWS, pulse))[:2])
    outputs = [""] * len(examples)
    done = 0

    def answer(members: list[int]) -> None:
        nonlocal done
        ids, mask = padded([examples[i].prompt for i in members], base.pad_id, base.place.device)
        answers = model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=max_new_tokens, do_sample=False, num_beams=1
        )
        for i, tokens in zip(members, answers, strict=True):
            outputs[i] = base.tokenizer.decode(tokens, skip_special_tokens=True)
        done += len(members)
        tally.at(done)

    in_batches([len(e.prompt) for e in examples], ROWS, answer, pulse)
    found, ranking = measured(outputs, [e.reference for e in examples], form, pulse.check)
    return tally.done(examples, Answers(outputs, metrics | found, ranking))


def unpadded(
    model: nn.Module, base: Base, prompts: list[list[int]], max_new_tokens: int, check: Callable[[], None]
) -> list[Answer]:
    """Greedy answers to prompts one after another, by nothing but the likeliest token: as an engine writes them."""
    return [_greedy(model, base, prompt, max_new_tokens, check) for prompt in prompts]


@torch.inference_mode()
def _greedy(
    model: nn.Module, base: Base, prompt: list[int], max_new_tokens: int, check: Callable[[], None]
) -> Answer:
    device = base.place.device
    given = model.get_encoder()(input_ids=torch.tensor([prompt], device=device))
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    last, tokens, margins = model.config.decoder_start_token_id, [], []
    while len(tokens) < min(max_new_tokens, base.max_positions):
        check()
        out = model(
            encoder_outputs=given,
            decoder_input_ids=torch.tensor([[last]], device=device),
            past_key_values=cache,
            use_cache=True,
        )
        values, best = out.logits[0, -1].float().topk(2)
        last = int(best[0])
        margins.append(float(values[0] - values[1]))
        if last in base.stop_ids:
            return Answer(tokens, True, margins)
        tokens.append(last)
    return Answer(tokens, False, margins)
