"""What a training was and how it went, for programs: `training_summary.json`, beside the card that says it to people."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from tune.base import Base
from tune.card import Facts
from tune.checkpoint import State
from tune.job import Job
from tune.measures import LOWER

FORM = 1


def template_hash(base: Base) -> str | None:
    """sha256 of the chat template that the data went through, in UTF-8 (several named ones: as sorted JSON); None without."""
    template = base.tokenizer.chat_template
    if not template:
        return None
    text = template if isinstance(template, str) else json.dumps(template, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def best_metric(job: Job, state: State) -> dict:
    """What chose the published step: `name`, its `value` there (None without a validation split), which way is better."""
    name = job.spec.metric_for_best_model
    return {"name": name, "value": state.best_value, "greater_is_better": name not in LOWER}


def summary(job: Job, state: State, facts: Facts) -> dict:
    """All that a run can be repeated and judged by: every field is always there, null where it does not apply."""
    return {
        "form": FORM,
        "job": job.job,
        "attempt": job.attempt,
        "base": {
            "id": job.base.id,
            "sha256": facts.base_sha256,
            "chat_template_sha256": facts.template,
            "stop_token_ids": facts.stop_ids,
        },
        "task": job.dataset.task or "sft",
        "labels": facts.labels,
        "dataset": job.dataset.id,
        "data": facts.data,
        "truncated_examples": facts.data["train"]["truncated"],
        "left_out_examples": facts.data["train"]["left_out"],
        "specification": asdict(job.spec) | facts.chosen,
        "seed": job.spec.seed,
        "versions": facts.versions,
        "device": facts.device,
        "dtype": facts.dtype,
        "trainable_parameters": facts.trainable_parameters,
        "trained_tokens": state.trained_tokens,
        "training_seconds": round(state.seconds, 3),
        "steps": state.step,
        "best_step": state.best_step,
        "best_metric": best_metric(job, state),
        "best_validation_loss": state.best_loss,
        "final_loss": state.loss,
        "overfitting_since": facts.overfitting_since,
        "metrics": {"base": facts.base_metrics, "tuned": facts.tuned_metrics},
        "losses": state.losses,
        "validation_losses": state.validation_losses,
        "validation_values": state.validation_values,
    }
