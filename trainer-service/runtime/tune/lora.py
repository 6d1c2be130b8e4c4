"""LoRA's configuration for a base, as PEFT takes it."""

from __future__ import annotations

import re

from peft import LoraConfig
from torch import nn

from tune.base import Base
from tune.failure import Failure
from tune.layers import LINEAR
from tune.spec import Spec


def alpha(spec: Spec) -> int:
    """lora_alpha, by default twice the rank."""
    return spec.lora_alpha or 2 * spec.lora_rank


def targets(asked: str, model: nn.Module, field: str) -> str | list[str]:
    """PEFT's target_modules; raises Failure when the base has no linear module of a given name."""
    if asked.strip() == "all":
        return "all-linear"
    names = [name for name in re.split(r"[,\s]+", asked) if name]
    linear = [key for key, module in model.named_modules() if isinstance(module, LINEAR)]
    for name in names:
        if not any(key == name or key.endswith("." + name) for key in linear):
            known = ", ".join(sorted({key.rpartition(".")[2] for key in linear}))
            raise Failure(
                "unknown_module",
                f'The base has no linear module "{name}"; it has: {known}.',
                field,
            )
    return names


def config_of(spec: Spec, base: Base) -> LoraConfig:
    task = "SEQ_2_SEQ_LM" if base.family == "encoder-decoder" else "CAUSAL_LM"
    return LoraConfig(task_type=task, **options(spec, base.model))


def options(spec: Spec, model: nn.Module) -> dict:
    """What a specification says about LoRA, as LoraConfig's arguments."""
    return {
        "r": spec.lora_rank,
        "lora_alpha": alpha(spec),
        "lora_dropout": spec.lora_dropout,
        "target_modules": targets(spec.lora_target, model, "spec.lora_target"),
        "use_rslora": spec.use_rslora,
        "use_dora": spec.use_dora or spec.method == "dora",
    }
