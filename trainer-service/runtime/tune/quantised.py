"""QLoRA's base: its linear layers in 4 bits for the time of one training."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from tune.base import Base
from tune.failure import Failure
from tune.layers import LINEAR, put, stacks
from tune.spec import Spec


def require_bitsandbytes(field: str, what: str, instead: str) -> None:
    """Raises Failure("not_available") where bitsandbytes is not installed."""
    if importlib.util.find_spec("bitsandbytes") is None:
        raise Failure(
            "not_available",
            f"{what} needs bitsandbytes, which this worker has not got. Install it beside PyTorch "
            f"(pip install bitsandbytes), or {instead}.",
            field,
        )


@contextmanager
def four_bit(base: Base, spec: Spec) -> Iterator[None]:
    """Every linear layer of the stacks in 4 bits, its weights meanwhile off the device; on leaving, all as before.

    Only the training sees the rounded weights: what is evaluated, probed and served is the adapter on the base itself.
    """
    require_bitsandbytes("spec.method", 'Method "qlora"', 'use method "lora"')
    import bitsandbytes as bnb

    kept: dict[str, nn.Module] = {}
    model, device = base.model, base.place.device
    try:
        for stack, layers in stacks(model):
            linear = [(n, m) for n, m in layers.named_modules(prefix=stack) if isinstance(m, LINEAR)]
            for name, module in linear:
                weight = module.weight.detach()
                weight = weight.T if isinstance(module, Conv1D) else weight
                small = bnb.nn.Linear4bit(
                    *weight.T.shape,
                    bias=module.bias is not None,
                    compute_dtype=base.place.dtype,
                    compress_statistics=spec.double_quantization,
                    quant_type=spec.quantization_type,
                    device="meta",
                )
                small.weight = bnb.nn.Params4bit(
                    weight.cpu().clone(memory_format=torch.contiguous_format),
                    requires_grad=False,
                    compress_statistics=spec.double_quantization,
                    quant_type=spec.quantization_type,
                    module=small,
                )
                small.bias = module.bias
                # On a CPU the first evaluation would repack the weights into a form that has no gradient.
                small.support_avx512bf16_for_cpu = False
                put(model, name, small.to(device).requires_grad_(False))
                kept[name] = module
                if device.type != "cpu":
                    module.weight.data = module.weight.data.cpu()
        model.is_loaded_in_4bit = True
        yield
    finally:
        vars(model).pop("is_loaded_in_4bit", None)
        for name, module in kept.items():
            module.weight.data = module.weight.data.to(device)
            put(model, name, module)
        if device.type == "cuda":
            torch.cuda.empty_cache()
