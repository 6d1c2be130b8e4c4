"""Runs whole jobs in the test's own process."""

from __future__ import annotations

import json

import torch

from tune import events, worker
from tune.control import Control
from tune.job import parse

# A machine that stops for a while makes a job silent; then it would tell that it works, between its other events.
NEVER = float("inf")


class Spread:
    """A team over which a model is spread, as far as an evaluation sees it."""

    size = 2

    def least(self, value: int) -> int:
        return value


def run_job(job: dict, base, control: Control | None = None, beat: float = NEVER) -> list[dict]:
    from conftest import read_events

    control = control or Control()
    control.expect(job["job"])
    own = events.Events(job["events"])
    own.emit(worker.outcome(parse(json.dumps(job)), base, own, control, beat))
    own.close()
    return read_events(job["events"])


def named(seen: list[dict], event: str) -> list[dict]:
    return [e for e in seen if e["event"] == event]


def weights_hash(adapter_event: dict) -> str:
    assert adapter_event["event"] == "adapter", adapter_event
    return next(f["sha256"] for f in adapter_event["files"] if f["name"] == "adapter_model.safetensors")


def snapshot(model) -> dict:
    """What a model is made of, its numbers aside."""
    return {
        n: (type(m).__name__, sorted(vars(m)), len(m._forward_hooks), len(m._forward_pre_hooks))
        for n, m in model.named_modules()
    }


def stock_answer(model, base, probe: dict) -> list[int]:
    """The tokens that transformers' own generate gives for a probe, the stop token dropped."""
    prompt = base.tokenizer.apply_chat_template(
        probe["messages"], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        out = model.generate(
            **prompt,
            max_new_tokens=probe["max_tokens"],
            do_sample=False,
            eos_token_id=sorted(base.stop_ids),
            pad_token_id=base.pad_id,
        )
    new = out[0, prompt["input_ids"].shape[1] :].tolist()
    return new[:-1] if probe["finish"] == "stop" else new
