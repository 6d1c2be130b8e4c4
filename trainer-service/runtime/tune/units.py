"""The numbers of a regression: read, learnt in units of their own, and given back in the dataset's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tune.data import Chat, read
from tune.failure import Failure
from tune.job import Dataset

MOST = float(np.finfo(np.float32).max)
GRAINS = 100
"""How many numbers of a head's must lie within the spread, so that it answers to half a hundredth of that."""


def number(text: str, chat: Chat, field: str) -> float:
    """An answer as a number that float32 holds; raises Failure with its line."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= MOST:
        raise chat.refused(
            field, f"the answer of a regression must be a number up to {MOST:.3g}, not {text[:40]!r}"
        )
    return value


@dataclass(frozen=True)
class Units:
    """The mean of the train split's numbers and their spread around it. A model learns numbers less the mean by the spread,
    which are near 1 whatever the dataset counts; a saved one answers in the dataset's own units."""

    mean: float
    spread: float

    @staticmethod
    def of(dataset: Dataset, check: Callable[[], None]) -> Units | None:
        """None where the dataset has labels. Raises Failure for numbers so near to one another, for their size, that a head
        cannot tell them apart: it is saved and served in float32."""
        if dataset.task != "regression":
            return None
        field = "dataset.train"
        chats = read(dataset.train, field, check)
        values = [number(c.messages[-1]["content"].strip(), c, field) for c in chats if c.weights[-1]]
        if len(set(values)) < 2:
            return Units(values[0] if values else 0.0, 1.0)
        mean, spread = float(np.mean(values)), float(np.std(values))
        grain = float(np.spacing(np.float32(abs(mean))))
        if spread < GRAINS * grain:
            reason = (
                f"The numbers are spread by {spread:.3g} around {mean:.12g}, where a head answers in steps of {grain:.3g}. "
                "Take a constant away from all of them or, if they are near 0, multiply them."
            )
            raise Failure("dataset_unreadable", reason, field)
        return Units(mean, spread)

    def bits(self, value: float) -> int:
        """A number of the dataset's in these units, as the bits of a float32."""
        return int(np.float32((value - self.mean) / self.spread).view(np.int32))

    def learnt(self, said: torch.Tensor) -> torch.Tensor:
        """Numbers in these units from the dataset's."""
        return ((said.double() - self.mean) / self.spread).float()

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
