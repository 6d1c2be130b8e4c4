"""Over-fitting, seen in a finished training's own numbers."""

from __future__ import annotations

from tune.checkpoint import State

RISES = 3


def overfitting_since(state: State, rises: int = RISES) -> int | None:
    """The step from which the validation loss rose `rises` evaluations in a row while the training loss went on falling.

    That is the step of the validation before the first rise. The training loss is the mean over the steps since the validation
    before; it falls when that of the last of the rises is below that of the stretch before the first. None: it never was so.
    """
    points = [(int(step), loss) for step, loss in state.validation_losses]
    rising = 0
    for at in range(1, len(points)):
        rising = rising + 1 if points[at][1] > points[at - 1][1] else 0
        if rising >= rises:
            before, after = _mean(state, points, at - rising), _mean(state, points, at)
            if before is not None and after is not None and after < before:
                return points[at - rising][0]
    return None


def _mean(state: State, points: list[tuple[int, float]], at: int) -> float | None:
    """The mean training loss of the steps between this validation and the one before it; at the first step, of that step."""
    since = points[at - 1][0] if at else -1
    until = max(points[at][0], 1)
    losses = [loss for step, loss in state.losses if since < step <= until]
    return sum(losses) / len(losses) if losses else None
