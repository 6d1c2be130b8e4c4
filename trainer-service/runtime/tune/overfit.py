"""Over-fitting, seen in a training's own numbers. The trainer service applies the same rule while a job runs."""

from __future__ import annotations

import math

from tune.checkpoint import State

RISE = 1.01
ENOUGH = 2


def overfitting_since(state: State) -> int | None:
    """The step from which the validation loss was above its best while the training loss went on falling: that of the first
    validation after the best one. None: it was not so.

    There must be two later validations at least, the last more than 1 % above the best (less is noise), and the mean
    training loss lower after the best step than over as many steps before it.
    """
    points = [(int(step), loss) for step, loss in state.validation_losses if math.isfinite(loss)]
    if not points or not state.losses:
        return None
    best, lowest = min(points, key=lambda point: point[1])
    later = [(step, loss) for step, loss in points if step > best]
    if len(later) < ENOUGH or later[-1][1] < lowest * RISE:
        return None
    length = int(state.losses[-1][0]) - best
    # a validation before the first step is held against that step
    before, after = _mean(state, best - length, max(best, 1)), _mean(state, best, best + length)
    return later[0][0] if after < before else None


def _mean(state: State, above: int, until: int) -> float:
    """The mean training loss of the steps after `above` up to `until`; undefined without any."""
    losses = [loss for step, loss in state.losses if above < step <= until and math.isfinite(loss)]
    return sum(losses) / len(losses) if losses else math.nan
