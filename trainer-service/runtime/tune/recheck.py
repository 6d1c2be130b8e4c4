"""Whether a saved adapter answers as the one in memory did."""

from __future__ import annotations

import math

import torch
from torch import nn

from tune.base import Base
from tune.failure import Failure
from tune.prepare import Data
from tune.pulse import Pulse
from tune.smaller import loss_of
from tune.spec import Spec

ROWS = 4
EXACT, ROUNDED = (1e-3, 1e-4), (0.05, 0.02)


def loss(model: nn.Module, base: Base, spec: Spec, data: Data, pulse: Pulse) -> float | None:
    """The mean loss of a few examples; None where the frozen weights are rounded for the training alone."""
    if spec.method == "qlora" or spec.frozen_precision == "fp8":
        return None
    with torch.compiler.set_stance("force_eager"):
        return loss_of(model, base, (data.validation or data.train.examples)[:ROWS], ROWS, pulse)[0]


def same(trained: float | None, model: nn.Module, base: Base, spec: Spec, data: Data, pulse: Pulse) -> None:
    """Raises Failure if `model`, which was read from the folder, has not the loss that was `trained` (None: not known)."""
    if trained is None:
        return
    saved = loss(model, base, spec, data, pulse)
    relative, absolute = EXACT if base.place.dtype == torch.float32 else ROUNDED
    if not math.isclose(trained, saved, rel_tol=relative, abs_tol=absolute):
        raise Failure(
            "adapter_differs",
            f"The saved adapter does not answer as it did in training: its loss is {saved:.4f} and was {trained:.4f}. "
            "If another attempt says the same, look at the machine's memory and disk.",
            retry=True,
        )
