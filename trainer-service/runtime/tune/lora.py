"""LoRA on the resident base: put in for one job, taken out without a trace after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

from tune.base import Base
from tune.failure import Failure
from tune.job import Spec


def alpha(spec: Spec) -> int:
    """lora_alpha, by default twice the rank."""
    return spec.lora_alpha or 2 * spec.lora_rank


def learning_rate(spec: Spec, base: Base) -> float:
    """The peak rate: the job's own or, for LoRA, 5e-4 · (2000 / hidden size)^0.781 and at most 5e-3.

    The rule is Thinking Machines' fit over 14 models ("LoRA Without Regret", tinker-cookbook's get_lr).
    """
    if spec.learning_rate is not None:
        return spec.learning_rate
    return min(5e-3, 5e-4 * (2000 / base.model.config.hidden_size) ** 0.781)


def targets(spec: Spec, base: Base) -> str | list[str]:
    """PEFT's target_modules; raises Failure when the base has no linear module of a given name."""
    if spec.lora_target.strip() == "all":
        return "all-linear"
    names = [name for name in re.split(r"[,\s]+", spec.lora_target) if name]
    linear = [key for key, module in base.model.named_modules() if isinstance(module, nn.Linear)]
    for name in names:
        if not any(key == name or key.endswith("." + name) for key in linear):
            known = ", ".join(sorted({key.rpartition(".")[2] for key in linear}))
            raise Failure(
                "unknown_module",
                f'The base has no linear module "{name}"; it has: {known}.',
                "spec.lora_target",
            )
    return names


@contextmanager
def training(base: Base, base_id: str, spec: Spec) -> Iterator[PeftModel]:
    """A new LoRA on the base, initialised from spec.seed alone; on leaving, the base is as it was."""
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=spec.lora_rank,
        lora_alpha=alpha(spec),
        lora_dropout=spec.lora_dropout,
        target_modules=targets(spec, base),
    )
    torch.manual_seed(spec.seed)
    try:
        model = get_peft_model(base.model, config)
        config.base_model_name_or_path = base_id
        yield model
    finally:
        remove(base)


@contextmanager
def published(base: Base, folder: str) -> Iterator[PeftModel]:
    """The adapter in `folder`, loaded onto the base by stock PEFT; on leaving, the base is as it was."""
    try:
        yield PeftModel.from_pretrained(base.model, folder).eval()
    finally:
        remove(base)


def remove(base: Base) -> None:
    """Takes every LoRA layer out of the base and puts its own modules back; harmless when there is none."""
    for name, module in list(base.model.named_modules()):
        if hasattr(module, "base_layer"):
            parent, _, child = name.rpartition(".")
            setattr(base.model.get_submodule(parent), child, module.base_layer)
    vars(base.model).pop("peft_config", None)
    base.model.requires_grad_(False).eval()
