"""How likely each label is as the answer in words: what the area under the ROC curve is measured by where there is no head."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from transformers import DynamicCache
from transformers.modeling_outputs import BaseModelOutput

from tune.base import Base
from tune.data import Example
from tune.generate import batch_tokens, before
from tune.loss import rows
from tune.prepare import Data
from tune.pulse import Pulse
from tune.rows import padded
from tune.smaller import in_batches
from tune.task_metrics import auc, without_auc

ROWS = 32
PLACES = 64
"""Tokens of labels whose logits are held at once where a cache would hold fewer: each pass reads all weights."""
MOST = 100
"""Labels. Each costs a pass over its own tokens for each example, and memory for the prompt's keys and values."""


def answers(data: Data) -> dict[str, list[int]]:
    """Every label of the dataset with its tokens as an answer, up to the end of the turn: those of its first example that
    begins with its prompt and is whole. An empty list where there is no such example."""
    found: dict[str, list[int]] = {}
    for split in data.splits.values():
        for e in split.examples:
            label, size = e.reference.strip(), len(e.prompt)
            if not found.setdefault(label, []) and not e.truncated and e.ids[:size].tolist() == e.prompt:
                found[label] = e.ids[size:][e.weights[size:] > 0].tolist()
    return dict(sorted(found.items()))


def with_room(base: Base, examples: list[Example], named: dict[str, list[int]]) -> list[Example]:
    """The examples that leave the longest label room. Encoder-decoders write it apart from the prompt."""
    if base.family == "encoder-decoder":
        return examples
    longest = max(map(len, named.values()), default=0)
    return [e for e in examples if len(e.prompt) + longest <= base.max_positions]


def without_area(base: Base, examples: list[Example], named: dict[str, list[int]]) -> str | None:
    """Why the `answers` of a dataset cannot be weighed on these examples; None where they can."""
    if reason := without_auc({e.reference.strip() for e in examples}, set(named), MOST):
        return reason
    if unwritten := [label for label, tokens in named.items() if not tokens]:
        return f'no example of the label "{unwritten[0][:40]}" is whole'
    there = {e.reference.strip() for e in with_room(base, examples, named)}
    if reason := without_auc(there, set(named)):
        return f"where the longest label has room after the prompt, {reason}"
    return None


def area(model: nn.Module, base: Base, examples: list[Example], data: Data, pulse: Pulse) -> dict[str, float]:
    """`auc` of a split's answers; nothing where `without_area` has a reason.

    A label's score is its probability among the labels: that of its tokens one after another, the end of the turn among
    them. Examples that leave the longest label no room are left out.
    """
    named = answers(data)
    if without_area(base, examples, named):
        return {}
    asked = with_room(base, examples, named)
    references = [e.reference.strip() for e in asked]
    scores = likelihoods(model, base, [e.prompt for e in asked], list(named.values()), pulse)
    return {name: round(value, 6) for name, value in auc(scores, references, tuple(named)).items()}


@torch.inference_mode()
def likelihoods(
    model: nn.Module, base: Base, prompts: list[list[int]], answers: list[list[int]], pulse: Pulse
) -> torch.Tensor:
    """The log-probability of every answer after every prompt, [prompts, answers], on the CPU.

    A prompt is read once, whatever the number of answers. As many prompts and answers at once as their keys and values and
    logits leave room for.
    """
    found = torch.empty(len(prompts), len(answers))
    count, width = len(answers), max(map(len, answers))
    vocabulary = model.config.get_text_config().vocab_size
    kept = batch_tokens(model, base) // (max(map(len, prompts)) + width)
    places = max(PLACES, rows(vocabulary, base.place.device))
    group = max(1, min(count, kept, places // width))
    size = max(1, min(ROWS, kept // group, places // (group * width)))
    read = _decoded if base.family == "encoder-decoder" else _continued
    labels = torch.full((count, width), -100, device=base.place.device)
    for row, answer in zip(labels, answers, strict=True):
        row[: len(answer)] = torch.tensor(answer, device=row.device)

    def score(members: list[int]) -> None:
        after = read(model, base, [prompts[i] for i in members])
        for at in range(0, count, group):
            part = labels[at : at + group]
            losses = _losses(after(part, at + group >= count), part.repeat(len(members), 1))
            found[members, at : at + group] = -losses.view(len(members), len(part)).cpu()

    in_batches(model, [len(p) for p in prompts], size, score, pulse)
    return found


def _losses(logits: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """The cross-entropy of each row's tokens, summed, [rows]."""
    return functional.cross_entropy(logits.float().transpose(1, 2), asked, reduction="none").sum(1)


After = Callable[[torch.Tensor, bool], torch.Tensor]
"""`after(labels, last)`: logits of each label's tokens after each prompt, [prompts x labels, tokens, vocabulary]. Nothing can
be asked after the `last`."""


def _continued(model: nn.Module, base: Base, prompts: list[list[int]]) -> After:
    """The prompts padded on the left and read; what is given reads all labels after each."""
    ids, mask, positions = before(base, prompts)
    held = DynamicCache(config=model.config)
    first = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=held,
        use_cache=True,
        logits_to_keep=1,
    ).logits

    def after(labels: torch.Tensor, last: bool) -> torch.Tensor:
        count = len(labels)
        begun = first.repeat_interleave(count, 0)
        said = labels[:, :-1].clamp(min=0).repeat(len(prompts), 1)
        if not said.shape[1]:
            return begun
        cache = held if last else copy.deepcopy(held)
        cache.batch_repeat_interleave(count)
        seen = torch.cat([mask.repeat_interleave(count, 0), torch.ones_like(said)], 1)
        places = seen.cumsum(-1)[:, mask.shape[1] :] - 1
        rest = model(
            input_ids=said, attention_mask=seen, position_ids=places, past_key_values=cache, use_cache=True
        ).logits
        return torch.cat([begun, rest], 1)

    return after


def _decoded(model: nn.Module, base: Base, prompts: list[list[int]]) -> After:
    """The same of an encoder-decoder, which reads the prompts in its encoder."""
    ids, mask = padded(prompts, base.pad_id, base.place.device)
    given = model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state

    def after(labels: torch.Tensor, last: bool) -> torch.Tensor:
        asked = labels.repeat(len(prompts), 1)
        return model(
            encoder_outputs=BaseModelOutput(last_hidden_state=given.repeat_interleave(len(labels), 0)),
            attention_mask=mask.repeat_interleave(len(labels), 0),
            decoder_input_ids=model.prepare_decoder_input_ids_from_labels(labels=asked),
            use_cache=False,
        ).logits

    return after
