"""Every way of tuning: put into the resident base for one job, and taken out without a trace after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace

import torch
from peft import PeftModel, get_peft_model
from peft.helpers import DoraCaching
from torch import nn

from tune import bottleneck, lora, soft, weights
from tune.base import Base
from tune.failure import Failure
from tune.inplace import InPlace, config_of, fill
from tune.layers import put
from tune.quantised import four_bit, require_bitsandbytes
from tune.soft import Virtual
from tune.spec import LOW_RANK, SOFT, Spec

LEAST_POSITIONS = 8


def check(base: Base, spec: Spec) -> None:
    """Raises Failure for what this worker or this base cannot do, before any work is done."""
    if spec.method == "qlora":
        require_bitsandbytes("spec.method", 'Method "qlora"', 'use method "lora"')
    if spec.optim == "adamw_8bit":
        require_bitsandbytes("spec.optim", 'The optimizer "adamw_8bit"', 'use "adamw"')
    if spec.method in SOFT and base.max_positions < LEAST_POSITIONS:
        raise Failure(
            "impossible",
            f"{spec.num_virtual_tokens} virtual tokens leave an example {max(0, base.max_positions)} of the base's"
            f" {base.max_positions + spec.num_virtual_tokens} positions; ask for fewer.",
            "spec.num_virtual_tokens",
        )
    if spec.method == "freeze":
        weights.names_of_layers(base.model, spec.freeze_trainable_layers)


def room(base: Base, spec: Spec) -> Base:
    """The base as the method leaves it to a job: virtual tokens take up positions, and stand once before each example."""
    virtual = spec.method in SOFT
    taken = spec.num_virtual_tokens if virtual else 0
    return replace(base, max_positions=base.max_positions - taken, packs=not virtual)


@contextmanager
def training(base: Base, base_id: str, spec: Spec) -> Iterator[PeftModel | Virtual | InPlace]:
    """The base with new trainable weights, initialised from spec.seed alone; on leaving, the base is as it was.

    What is given has PEFT's `get_base_model`, `train`, `parameters` and `save_pretrained`.
    """
    torch.manual_seed(spec.seed)
    with ExitStack() as stack:
        stack.callback(remove, base)
        if spec.method in LOW_RANK:
            if spec.method == "qlora":
                stack.enter_context(four_bit(base, spec))
                stack.callback(remove, base)
            yield with_peft(base, base_id, lora.config_of(spec, base))
        elif spec.method in SOFT:
            yield Virtual(with_peft(base, base_id, soft.config_of(spec)))
        elif spec.method == "adapter":
            base.model.requires_grad_(False)
            yield bottleneck.insert(base.model, spec.bottleneck_size, base_id)
        else:
            frozen = spec.method == "freeze"
            names = weights.names_of_layers(base.model, spec.freeze_trainable_layers) if frozen else None
            yield stack.enter_context(weights.copied(base.model, spec.method, base_id, names))


def with_peft(base: Base, base_id: str, config) -> PeftModel:
    """On a GPU new weights are drawn there; making them on the CPU took half of the time."""
    with base.place.device if base.place.device.type == "cuda" else nullcontext():
        model = get_peft_model(base.model, config)
    config.base_model_name_or_path = base_id
    return model


@contextmanager
def published(base: Base, folder: str) -> Iterator[nn.Module]:
    """The base with what lies in `folder`, for generation: read by stock PEFT where it is PEFT's, else by our own code.

    On leaving, the base is as it was.
    """
    config = config_of(folder)
    with ExitStack() as stack:
        stack.callback(remove, base)
        kind = config.get("tunemesh_type")
        if kind == bottleneck.KIND:
            held = bottleneck.insert(base.model, config["bottleneck_size"], "", config["target_modules"])
            fill(held.network, folder)
            yield held.network.eval()
        elif kind == weights.KIND:
            stack.enter_context(weights.replaced(base.model, folder))
            yield base.model.eval()
        else:
            stack.enter_context(DoraCaching())
            plain = config.get("peft_type") == "LORA" and not config.get("use_dora")
            tuned = PeftModel.from_pretrained(base.model, folder, low_cpu_mem_usage=plain).eval()
            yield Virtual(tuned).eval() if tuned.active_peft_config.is_prompt_learning else tuned


def remove(base: Base) -> None:
    """Takes every inserted layer out of the base and puts its own modules back; harmless when there is none."""
    for name, module in list(base.model.named_modules()):
        if hasattr(module, "base_layer"):
            put(base.model, name, module.base_layer)
    vars(base.model).pop("peft_config", None)
    base.model.requires_grad_(False).eval()
