"""The numbers of a regression: read, learnt in units of their own, and given back in the dataset's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tune.data import Chat, read
from tune.job import Dataset


def number(text: str, chat: Chat, field: str) -> float:
    """An answer as a number; raises Failure with its line."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise chat.refused(field, f"the answer of a regression must be a number, not {text[:40]!r}")
    return value


@dataclass(frozen=True)
class Units:
    """The mean of the train split's numbers and their spread around it. A model learns numbers less the mean by the spread,
    which are near 1 whatever the dataset counts; a saved one answers in the dataset's own units."""

    mean: float
    spread: float

    @staticmethod
    def of(dataset: Dataset, check: Callable[[], None]) -> Units | None:
        """None where the dataset has labels."""
        if dataset.task != "regression":
            return None
        field = "dataset.train"
        chats = read(dataset.train, field, check)
        values = [number(c.messages[-1]["content"].strip(), c, field) for c in chats if c.weights[-1]]
        return Units(float(np.mean(values)), float(np.std(values)) or 1.0) if values else Units(0.0, 1.0)

    def own(self, learnt: float) -> float:
        """A number of the dataset's from one in these units."""
        return learnt * self.spread + self.mean

    @torch.no_grad()
    def fold(self, model: nn.Module) -> None:
        """Makes the outputs of a trained model, which are in these units, the dataset's, and has it say so (`folded`)."""
        for module in model.modules():
            # PEFT's wrapper of a module has its attributes as well
            number = isinstance(module, nn.Linear) and getattr(module, "gives_number", False)
            if number and module.weight.requires_grad:
                module.weight.mul_(self.spread)
                module.bias.mul_(self.spread).add_(self.mean)
        model.folded = True


def exact(model: nn.Module) -> None:
    """Lets a head give its number with all digits of float32: in 16 bits 5,000 and 5,015 are the same."""
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.out_features == 1:
            module.float().gives_number = True
            module.register_forward_pre_hook(lambda module, given: (given[0].to(module.weight.dtype),))
