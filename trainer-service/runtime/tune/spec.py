"""The training specification: its fields, what each may be, and which of them exclude each other."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from tune import measures

METHODS = ("lora", "qlora", "dora", "adapter", "prefix", "p_tuning", "prompt", "freeze", "full")
LOW_RANK = ("lora", "qlora", "dora")
SOFT = ("prefix", "p_tuning", "prompt")
OWN_WEIGHTS = ("freeze", "full")


@dataclass(frozen=True)
class Spec:
    """The training specification, under LLaMA-Factory's and PEFT's names. None means "chosen from the model and the
    data"; options of another method keep their default and mean nothing."""

    method: str = "lora"
    stage: str | None = None
    lora_rank: int = 8
    lora_alpha: int | None = None
    lora_dropout: float = 0.0
    lora_target: str = "all"
    use_rslora: bool = False
    use_dora: bool = False
    loraplus_lr_ratio: float | None = None
    quantization_bit: int = 4
    quantization_type: str = "nf4"
    double_quantization: bool = True
    frozen_precision: str = "bf16"
    bottleneck_size: int = 64
    num_virtual_tokens: int = 20
    prefix_projection: bool = False
    encoder_hidden_size: int | None = None
    freeze_trainable_layers: int = 2
    optim: str = "adamw"
    use_galore: bool = False
    galore_target: str = "all"
    galore_rank: int = 16
    galore_update_interval: int = 200
    galore_scale: float = 2.0
    galore_proj_type: str = "std"
    use_badam: bool = False
    badam_mode: str = "layer"
    badam_switch_mode: str = "ascending"
    badam_switch_interval: int = 50
    learning_rate: float | None = None
    num_train_epochs: float | None = None
    max_steps: int | None = None
    per_device_train_batch_size: int | None = None
    gradient_accumulation_steps: int = 1
    lr_scheduler_type: str = "cosine"
    warmup_ratio: float = 0.05
    warmup_steps: int | None = None
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    cutoff_len: int = 2048
    mask_history: bool = False
    train_on_prompt: bool = False
    seed: int = 42
    early_stopping_steps: int | None = None
    metric_for_best_model: str = "loss"
    eval_steps: int | None = None
    save_steps: int | None = None
    max_new_tokens: int | None = None
    probes: int = 4

    @property
    def virtual(self) -> int:
        """How many virtual tokens stand before each example."""
        return self.num_virtual_tokens if self.method in SOFT else 0


Check = Callable[[object], str | None]


def whole(low: int, high: int) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return f"a whole number from {low} to {high}"

    return check


def number(low: float, high: float, above: bool = False) -> Check:
    def check(value: object) -> str | None:
        right = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if right and low <= value <= high and not (above and value == low):
            return None
        return f"a number {'above' if above else 'from'} {low:g} {'up to' if above else 'to'} {high:g}"

    return check


def choice(*names: str) -> Check:
    return lambda value: (
        None if value in names and isinstance(value, str) else "one of " + ", ".join(f'"{n}"' for n in names)
    )


def _yes_or_no(value: object) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _four(value: object) -> str | None:
    return None if value == 4 and isinstance(value, int) else "4"


def _targets(value: object) -> str | None:
    right = isinstance(value, str) and re.fullmatch(r"\s*\w[\w.]*(\s*,\s*\w[\w.]*)*\s*", value)
    return None if right else '"all", or names of linear modules separated by commas, such as "q_proj,v_proj"'


def _layers(value: object) -> str | None:
    right = isinstance(value, int) and not isinstance(value, bool) and value and abs(value) <= 1000
    return None if right else "a number of layers, 1 to 1000 for the last ones or -1 to -1000 for the first"


CHECKS: dict[str, Check] = {
    "method": choice(*METHODS),
    "stage": choice("sft", "pt"),
    "lora_rank": whole(1, 1024),
    "lora_alpha": whole(1, 65536),
    "lora_dropout": number(0, 0.9),
    "lora_target": _targets,
    "use_rslora": _yes_or_no,
    "use_dora": _yes_or_no,
    "loraplus_lr_ratio": number(1, 1000),
    "quantization_bit": _four,
    "quantization_type": choice("nf4", "fp4"),
    "double_quantization": _yes_or_no,
    "frozen_precision": choice("bf16", "fp8"),
    "bottleneck_size": whole(1, 8192),
    "num_virtual_tokens": whole(1, 1024),
    "prefix_projection": _yes_or_no,
    "encoder_hidden_size": whole(1, 65536),
    "freeze_trainable_layers": _layers,
    "optim": choice("adamw", "adamw_8bit"),
    "use_galore": _yes_or_no,
    "galore_target": _targets,
    "galore_rank": whole(1, 4096),
    "galore_update_interval": whole(1, 1_000_000),
    "galore_scale": number(0, 100, above=True),
    "galore_proj_type": choice("std", "reverse_std", "right", "left"),
    "use_badam": _yes_or_no,
    "badam_mode": choice("layer"),
    "badam_switch_mode": choice("ascending", "descending", "random"),
    "badam_switch_interval": whole(1, 1_000_000),
    "learning_rate": number(0, 1, above=True),
    "num_train_epochs": number(0, 10_000, above=True),
    "max_steps": whole(1, 10**9),
    "per_device_train_batch_size": whole(1, 4096),
    "gradient_accumulation_steps": whole(1, 4096),
    "lr_scheduler_type": choice("linear", "cosine", "constant"),
    "warmup_ratio": number(0, 1),
    "warmup_steps": whole(0, 10**9),
    "weight_decay": number(0, 1),
    "max_grad_norm": number(0, 1e6),
    "cutoff_len": whole(8, 2**20),
    "mask_history": _yes_or_no,
    "train_on_prompt": _yes_or_no,
    "seed": whole(0, 2**63 - 1),
    "early_stopping_steps": whole(1, 10_000),
    "metric_for_best_model": choice(*measures.ALL),
    "eval_steps": whole(1, 10**9),
    "save_steps": whole(1, 10**9),
    "max_new_tokens": whole(1, 32768),
    "probes": whole(0, 32),
}

OPTIONS_OF: dict[str, tuple[str, ...]] = {
    "lora_rank": LOW_RANK,
    "lora_alpha": LOW_RANK,
    "lora_dropout": LOW_RANK,
    "lora_target": LOW_RANK,
    "use_rslora": LOW_RANK,
    "use_dora": LOW_RANK,
    "loraplus_lr_ratio": LOW_RANK,
    "quantization_bit": ("qlora",),
    "quantization_type": ("qlora",),
    "double_quantization": ("qlora",),
    "bottleneck_size": ("adapter",),
    "num_virtual_tokens": SOFT,
    "prefix_projection": ("prefix",),
    "encoder_hidden_size": ("prefix", "p_tuning"),
    "freeze_trainable_layers": ("freeze",),
    "use_galore": OWN_WEIGHTS,
    "use_badam": OWN_WEIGHTS,
}
"""The methods that an option is for; one that is not listed is for all."""

WITHOUT_FP8 = {
    "qlora": "whose frozen weights are in 4 bits",
    "dora": "which needs the exact lengths of the frozen weights",
    "freeze": "which trains weights of the base",
    "full": "which trains the weights of the base",
}
"""Methods that take no `frozen_precision` fp8, with the reason."""

UNDER_SWITCH = {"galore": "use_galore", "badam": "use_badam"}
"""Options that begin with the word need the switch."""


def impossible(given: dict) -> list[tuple[str, str]]:
    """Every field of `given` (values that passed their checks) that cannot stand beside the others, with the reason."""
    method = given.get("method", Spec.method)
    wrong: list[tuple[str, str]] = []
    for name, value in given.items():
        methods = OPTIONS_OF.get(name)
        if methods and method not in methods and value is not False:
            wrong.append((name, f'is for method {listed(methods)}, not for "{method}"'))
        switch = UNDER_SWITCH.get(name.partition("_")[0])
        if switch and not given.get(switch):
            wrong.append((name, f"needs {switch}: true"))
    if method == "dora" and given.get("use_dora") is False:
        wrong.append(("use_dora", 'cannot be false for method "dora"'))
    if given.get("frozen_precision") == "fp8":
        adapted = "dora" if given.get("use_dora") else method
        if adapted in WITHOUT_FP8:
            wrong.append(
                ("frozen_precision", f'cannot be fp8 for method "{adapted}", {WITHOUT_FP8[adapted]}')
            )
    if given.get("use_galore") and given.get("use_badam"):
        wrong.append(("use_badam", "cannot be used together with use_galore; choose one"))
    if given.get("optim", "adamw") != "adamw":
        wrong += [
            ("optim", f"cannot be {given['optim']} together with {switch}, which is an optimizer itself")
            for switch in UNDER_SWITCH.values()
            if given.get(switch)
        ]
    if given.get("encoder_hidden_size") and method == "prefix" and not given.get("prefix_projection"):
        wrong.append(("encoder_hidden_size", 'needs prefix_projection: true for method "prefix"'))
    wrong += [
        (name, f"cannot be used together with {other}; choose one")
        for name, other in (("max_steps", "num_train_epochs"), ("warmup_steps", "warmup_ratio"))
        if name in given and other in given
    ]
    if given.get("mask_history") and given.get("train_on_prompt"):
        wrong.append(("mask_history", "cannot be used together with train_on_prompt; choose one"))
    if given.get("stage") == "pt":
        wrong += [
            (name, 'is for stage "sft": plain text has no prompts and answers')
            for name in ("mask_history", "train_on_prompt", "max_new_tokens")
            if given.get(name)
        ]
    return wrong


def listed(names: tuple[str, ...]) -> str:
    """ "a", "b" or "c" """
    quoted = [json.dumps(name) for name in names]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
