"""What layers compute anew in the backward pass in place of keeping it, chosen by the memory that there is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer

from tune import dora
from tune.base import Base
from tune.loss import rows
from tune.weights import count_trained


def decoder_layers(model: nn.Module) -> list[nn.Module]:
    return [m for m in model.modules() if isinstance(m, GradientCheckpointingLayer)]


def recompute(
    model: nn.Module, base: Base, layers: list[nn.Module], tokens: int, inner: int, deepest: str = "all"
) -> tuple[str, ...]:
    """What each layer computes anew so that `tokens` fit: all of it, in as few layers as possible; where `deepest` is "mlp"
    its MLP. To compute anew the MLPs alone of more layers costs as much and, compiled, spares a quarter.
    """
    device = base.place.device
    if device.type != "cuda" or not layers:
        return ("",) * len(layers)
    whole, less = bounds(model, layers, tokens, inner, deepest)
    if less == whole:
        return ("",) * len(layers)
    room = free_bytes() - overhead(model, base, whole, tokens)
    count = math.ceil((whole * len(layers) - room) / (whole - less))
    count = min(len(layers), max(0, count))
    return (deepest,) * count + ("",) * (len(layers) - count)


def kept(model: nn.Module, tokens: int, inner: int) -> tuple[int, int, int]:
    """Bytes that a decoder layer keeps for its backward pass: all, without its MLP, computing everything anew.

    For a width h and an inner width i that is 2 · (2i + 12h) bytes a token in bfloat16, 2 · (3i + 14h) where the layer is not
    compiled (`inner` 3), 2 · 9h without its MLP, 2h: as measured on the Qwen2.5-7B shape. What DoRA keeps comes to it.
    """
    config = model.config.get_text_config()
    width = 2 * config.hidden_size * tokens
    wide = 2 * (getattr(config, "intermediate_size", None) or 4 * config.hidden_size) * tokens
    lengths, layers = dora.kept(model), len(decoder_layers(model)) or 1
    more, apart = (math.ceil(part * tokens / layers) for part in (lengths.token, lengths.apart))
    return inner * wide + (8 + 2 * inner) * width + more, 9 * width + apart, width


def bounds(
    model: nn.Module, layers: list[nn.Module], tokens: int, inner: int, deepest: str
) -> tuple[int, int]:
    """The most and the least that one of the layers keeps, where `deepest` is the most that it may compute anew."""
    whole, small, none = kept(model, tokens, inner)
    if deepest == "all":
        return whole, none
    return whole, small if all(hasattr(layer, "mlp") for layer in layers) else whole


def fits(model: nn.Module, base: Base, layers: list[nn.Module], tokens: int, deepest: str = "all") -> bool:
    """Whether so many tokens fit at all, every layer computing anew what it can."""
    whole, least = bounds(model, layers, tokens, 3, deepest)
    return least * len(layers) <= free_bytes() - overhead(model, base, whole, tokens)


def overhead(model: nn.Module, base: Base, layer: int, tokens: int) -> int:
    """What is held besides what layers keep: one layer's gradients at work (5/3 of what it keeps) or logits with their gradient (a chunk of them, or all where
    the head is trained too) or the lengths of DoRA's rows, the optimizer."""
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    vocabulary = head.weight.shape[0] if head is not None else 1
    logits = 8 * rows(vocabulary, base.place.device) if base.fused_head else 12 * tokens
    lengths = dora.kept(model)
    at_work = max(layer * 5 // 3, vocabulary * logits, lengths.moment)
    return at_work + lengths.weights + 16 * count_trained(model)


def free_bytes() -> int:
    """Bytes of GPU memory that a training may take, a sixteenth of the memory left alone."""
    free, total = torch.cuda.mem_get_info()
    free += torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    allowed = total * torch.cuda.get_per_process_memory_fraction()
    return int(min(free, allowed - torch.cuda.memory_allocated()) - allowed / 16)


class _Recomputed:
    """A mixin that computes a module anew in the backward pass in place of keeping what it made."""

    def forward(self, *args, **kwargs):
        return checkpoint(super().forward, *args, use_reentrant=False, **kwargs)


@contextmanager
def recomputing(layers: list[nn.Module], modes: tuple[str, ...]) -> Iterator[None]:
    """The layers with what their modes name computed anew in the backward pass; on leaving, as they were."""
    changed = []
    classes: dict[type, type] = {}
    try:
        for layer, mode in zip(layers, modes, strict=False):
            module = getattr(layer, "mlp", None) if mode == "mlp" else layer
            if mode == "mlp" and module is not None:
                kind = type(module)
                if kind not in classes:
                    classes[kind] = type(f"Recomputed{kind.__name__}", (_Recomputed, kind), {})
                changed.append((module, kind))
                module.__class__ = classes[kind]
            elif mode == "all":
                changed.append((module, None))
                module.gradient_checkpointing = True
                module._gradient_checkpointing_func = _again
        yield
    finally:
        for module, kind in changed:
            if kind:
                module.__class__ = kind
            else:
                module.gradient_checkpointing = False
                del module._gradient_checkpointing_func


def _again(function, *args):
    return checkpoint(function, *args, use_reentrant=False)
