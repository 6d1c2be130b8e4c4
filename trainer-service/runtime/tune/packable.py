"""Whether a model takes examples end to end, found out by a trial, and the attention that keeps them apart."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from tune import attention
from tune.base import Base

log = logging.getLogger("tune")
_packable: weakref.WeakKeyDictionary[nn.Module, bool] = weakref.WeakKeyDictionary()


def packs(base: Base) -> bool:
    """Whether examples are laid end to end: for a causal model with a frozen head and nothing before its tokens, and only
    where a trial on a few tokens shows that it keeps packed examples apart: each must come out as it does alone.

    In float32 to 1e-4; in bfloat16, whose rounding alone makes more, to a fifth of what examples that see one another make.
    """
    if not (base.packs and base.fused_head and base.family == "causal"):
        return False
    model = base.model
    if model not in _packable:
        _packable[model] = _keeps_apart(base)
    return _packable[model]


@torch.no_grad()
def _keeps_apart(base: Base) -> bool:
    model, device = base.model, base.place.device
    was_training = model.training
    ids = torch.arange(3, 15, device=device)[None] % model.config.get_text_config().vocab_size
    places = {
        "position_ids": torch.cat([torch.arange(5), torch.arange(7)])[None].to(device),
        "pack_starts": torch.tensor([0, 5, 12], dtype=torch.int32, device=device),
        "pack_sizes": torch.tensor([2, 7] if device.type == "cuda" else [5, 7], dtype=torch.int32),
    }

    def run(tokens: torch.Tensor, **more: torch.Tensor) -> torch.Tensor:
        return model.get_decoder()(input_ids=tokens, use_cache=False, **more)[0].float()

    try:
        with packed_attention(model, True):
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                model.train()
                run(ids, **places)  # some models drop attention in training, which no pack does
            model.eval()
            together = run(ids, **places)
        alone = torch.cat([run(part) for part in ids.split([5, 7], 1)], 1)
        mixed = run(ids)
        apart, wrong = (float((alone - other).norm() / alone.norm()) for other in (together, mixed))
        log.info("packed examples come out %.1e from each alone; mixed they would %.1e", apart, wrong)
        return apart <= (1e-4 if base.place.dtype == torch.float32 else 0.2 * wrong)
    except Exception as error:
        log.info("this model takes no packed examples: %s", error)
        return False
    finally:
        model.train(was_training)


@contextmanager
def packed_attention(model: nn.Module, packed: bool) -> Iterator[None]:
    """The attention that knows packs, for a while."""
    with attention_set(model, attention.NAME if packed else None):
        yield


@contextmanager
def attention_set(model: nn.Module, name: str | None) -> Iterator[None]:
    """Another attention function, for a while; null leaves it as it is."""
    before = model.config._attn_implementation
    try:
        if name:
            model.set_attn_implementation(name)
        yield
    finally:
        if name:
            model.set_attn_implementation(before)
