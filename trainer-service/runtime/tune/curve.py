"""The loss curve as a picture."""

from __future__ import annotations

from tune.checkpoint import State
from tune.overfit import overfitting_since


def draw(path: str, title: str, unit: str, state: State) -> None:
    """Writes an SVG of training and validation loss, in this unit, over optimizer steps, the published step and any
    over-fitting marked.

    The same numbers give the same bytes.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(
        {"svg.hashsalt": "tunemesh", "svg.fonttype": "none", "font.family": "sans-serif"}
    ):
        figure = Figure(figsize=(7.2, 4.0), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        if state.losses:
            steps, losses = zip(*state.losses, strict=True)
            axes.plot(steps, losses, color="#9db7d5", linewidth=1, label="training, each step")
            axes.plot(steps, smooth(losses), color="#1f5fa8", linewidth=1.8, label="training, smoothed")
        if state.validation_losses:
            steps, losses = zip(*state.validation_losses, strict=True)
            axes.plot(
                steps, losses, color="#c8501e", linewidth=1.8, marker="o", markersize=4, label="validation"
            )
        if state.best_loss is not None:
            label = f"published: step {state.best_step}, {state.best_loss:.4f}"
            axes.plot([state.best_step], [state.best_loss], "*", color="#0b7a3b", markersize=13, label=label)
        elif state.losses:
            axes.axvline(
                state.best_step,
                color="#0b7a3b",
                linewidth=1,
                linestyle="--",
                label=f"published: step {state.best_step}",
            )
        since = overfitting_since(state)
        if since is not None:
            label = f"over-fitting from step {since}"
            axes.axvspan(since, state.step, color="#c8501e", alpha=0.08, label=label)
        axes.set(title=title, xlabel="optimizer step", ylabel=f"loss ({unit})")
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Title": title, "Creator": "Tunemesh"})


def smooth(values: tuple[float, ...]) -> list[float]:
    """An exponential mean over about ten steps, corrected for its start."""
    total, weight, smoothed = 0.0, 0.0, []
    for value in values:
        total = 0.9 * total + 0.1 * value
        weight = 0.9 * weight + 0.1
        smoothed.append(total / weight)
    return smoothed
