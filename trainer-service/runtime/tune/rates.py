"""The learning rate of a job that names none."""

from __future__ import annotations

from tune.spec import OWN_WEIGHTS, SOFT, Spec

FIXED = {"prefix": 1e-2, "p_tuning": 1e-2, "prompt": 3e-2}
LARGEST = 5e-3


def default_rate(method: str, hidden_size: int) -> float:
    """For LoRA and its kin and for bottlenecks 5e-4 · (2000 / hidden size)^0.781, at most 5e-3; a tenth of that where
    the base's own weights are trained; for virtual tokens a fixed rate.

    The rule is Thinking Machines' fit over 14 models ("LoRA Without Regret", tinker-cookbook's get_lr), which also
    found the best rate of full training at a tenth of LoRA's.
    """
    if method in SOFT:
        return FIXED[method]
    rate = min(LARGEST, 5e-4 * (2000 / hidden_size) ** 0.781)
    return rate / 10 if method in OWN_WEIGHTS else rate


def learning_rate(spec: Spec, config: object) -> float:
    """The peak rate: the job's own or the default for a model of this configuration."""
    if spec.learning_rate is not None:
        return spec.learning_rate
    return default_rate(spec.method, config.hidden_size)
