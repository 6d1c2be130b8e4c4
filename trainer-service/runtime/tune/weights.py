"""Training the base's own weights, all or some layers, on copies: the base itself stays as it is.

The folder holds the changed weights alone, in the base's number type, under the base's own names.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch
from safetensors.torch import load_file
from torch import nn

from tune.base import Base
from tune.failure import Failure
from tune.inplace import WEIGHTS, InPlace
from tune.layers import stacks

KIND = "WEIGHTS"


def names_of_layers(model: nn.Module, count: int) -> list[str]:
    """The parameters of the last `count` layers of each stack or, if negative, of the first."""
    names = []
    for stack, layers in stacks(model):
        if abs(count) > len(layers):
            raise Failure(
                "impossible",
                f"The base has {len(layers)} layers in {stack}; {abs(count)} cannot be trained.",
                "spec.freeze_trainable_layers",
            )
        chosen = range(len(layers))[-count:] if count > 0 else range(-count)
        names += [f"{stack}.{i}.{name}" for i in chosen for name, _ in layers[i].named_parameters()]
    return names


@contextmanager
def copied(model: nn.Module, method: str, base_id: str, names: list[str] | None) -> Iterator[InPlace]:
    """Puts trainable copies in the place of the named parameters (None: all); on leaving, puts the originals back.

    Parameters that are one (tied embeddings) stay one. On a GPU the originals wait in the machine's memory.
    """
    named = dict(model.named_parameters())
    chosen = named if names is None else {name: named[name] for name in names}
    copies = {name: nn.Parameter(weight.detach().clone()) for name, weight in chosen.items()}
    config = {
        "tunemesh_type": KIND,
        "base_model_name_or_path": base_id,
        "method": method,
        "task_type": "SEQ_2_SEQ_LM" if model.config.is_encoder_decoder else "CAUSAL_LM",
    }
    model.requires_grad_(False)
    with aside(chosen.values()), exchanged(model, copies):
        del copies
        yield InPlace.of(model, config)


@contextmanager
def aside(weights: Iterable[nn.Parameter]) -> Iterator[None]:
    """Keeps weights that nothing uses off the GPU, until left. What a failed use still held there goes before they come back;
    if there is no room even so, some stay where they are, and `Base.whole` says so."""
    moved = [(weight, weight.device) for weight in weights if weight.is_cuda]
    try:
        for weight, _ in moved:
            weight.data = weight.data.cpu()
        yield
    finally:
        if moved:
            release(sys.exception())
        for weight, device in moved:
            weight.data = weight.data.to(device)


def release(error: BaseException | None) -> None:
    """Frees the GPU memory that is held only by frames which an exception, or one that led to it, has left."""
    if not error:
        return
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
    gc.collect()
    torch.cuda.empty_cache()


@contextmanager
def replaced(model: nn.Module, folder: str) -> Iterator[None]:
    """The folder's weights in the place of the parameters of the same names, until left."""
    named = dict(model.named_parameters())
    brought = {
        name: nn.Parameter(weight.to(named[name]), requires_grad=False)
        for name, weight in load_file(os.path.join(folder, WEIGHTS)).items()
    }
    with exchanged(model, brought):
        yield


@contextmanager
def exchanged(model: nn.Module, others: dict[str, nn.Parameter]) -> Iterator[None]:
    """Other parameters in the place of the named ones, wherever these are used, until left."""
    named = dict(model.named_parameters())
    by_id = {id(named[name]): other for name, other in others.items()}
    places = [
        (module, name, weight)
        for module in model.modules()
        for name, weight in module._parameters.items()
        if id(weight) in by_id
    ]
    try:
        for module, name, weight in places:
            module._parameters[name] = by_id[id(weight)]
        yield
    finally:
        for module, name, weight in places:
            module._parameters[name] = weight


def count_trained(model: nn.Module) -> int:
    """How many weights are being trained."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def as_trained(base: Base) -> Base:
    """The base as a training or an evaluation takes it now: its output layer runs by itself only while it is frozen."""
    return replace(base, fused_head=base.fused_head and not trains_head(base.model))


def trains_head(model: nn.Module) -> bool:
    """Whether the output layer's weights are being trained (tied embeddings included), or it has an adapter of its own."""
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    if head is None:
        return False
    return hasattr(head, "base_layer") or any(weight.requires_grad for weight in head.parameters())
