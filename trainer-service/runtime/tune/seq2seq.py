"""Encoder-decoders (the T5 family): the prompt is read whole, the answer is written token by token."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from transformers import DynamicCache, EncoderDecoderCache

from tune.base import Base
from tune.batch import Batch
from tune.data import Chat, Example, Split, read
from tune.evaluate import Answers, Evaluation, Tally, likelihood
from tune.generate import Answer, text_of
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
        made.append(encoded(chat, base, cutoff))
    return Split.of(made)


def encoded(chat: Chat, base: Base, cutoff: int) -> Example:
    """A chat as source and target."""
    source = base.tokenizer(joined(chat))["input_ids"]
    target = base.tokenizer(chat.messages[-1]["content"], add_special_tokens=False)["input_ids"]
    target.append(base.tokenizer.eos_token_id)
    answer = target[: max(cutoff // 2, cutoff - len(source))]
    question = source[: cutoff - len(answer)]
    cut = len(answer) + len(question) < len(source) + len(target)
    return example(chat, question, answer, cut, headed=False)


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
        prompts = [examples[i].prompt for i in members]
        for i, said in zip(members, _greedy(model, base, prompts, max_new_tokens, pulse.check), strict=True):
            outputs[i] = text_of(base, said.tokens)
        done += len(members)
        tally.at(done)

    in_batches(model, [len(e.prompt) for e in examples], ROWS, answer, pulse)
    found, ranking = measured(outputs, [e.reference for e in examples], form, pulse.check)
    return tally.done(examples, Answers(outputs, metrics | found, ranking))


def unpadded(
    model: nn.Module, base: Base, prompts: list[list[int]], max_new_tokens: int, check: Callable[[], None]
) -> list[Answer]:
    """Greedy answers to prompts one after another, by nothing but the likeliest token: as an engine writes them."""
    return [_greedy(model, base, [prompt], max_new_tokens, check)[0] for prompt in prompts]


@torch.inference_mode()
def _greedy(
    model: nn.Module, base: Base, prompts: list[list[int]], max_new_tokens: int, check: Callable[[], None]
) -> list[Answer]:
    """Answers to one batch of prompts. Nothing of the base's generation_config but its stop tokens has a part in them: a least
    length or forced tokens are for a task of its own, and no engine asks for them."""
    ids, mask = padded(prompts, base.pad_id, base.place.device)
    mask = mask if len(prompts) > 1 else None
    given = model.get_encoder()(input_ids=ids, attention_mask=mask)
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    last = torch.full((len(prompts), 1), model.config.decoder_start_token_id, device=ids.device)
    answers = [Answer([], False, []) for _ in prompts]
    rows = list(range(len(prompts)))
    limit = min(max_new_tokens, base.max_positions)
    while rows:
        check()
        out = model(
            encoder_outputs=given,
            attention_mask=mask,
            decoder_input_ids=last,
            past_key_values=cache,
            use_cache=True,
        )
        values, best = out.logits[:, -1].float().topk(2)
        last = best[:, :1]
        tokens, margins = best[:, 0].tolist(), (values[:, 0] - values[:, 1]).tolist()
        for row in list(rows):
            answer = answers[row]
            answer.margins.append(margins[row])
            if tokens[row] in base.stop_ids:
                answers[row] = Answer(answer.tokens, True, answer.margins)
            else:
                answer.tokens.append(tokens[row])
            if answers[row].stopped or len(answer.tokens) == limit:
                rows.remove(row)
    return answers
