"""The model card: what an adapter is, what it was made from, how well it does, how to load it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from tune.checkpoint import State
from tune.job import Job


@dataclass(frozen=True)
class Facts:
    """What a card states besides the job itself. `data`: per split its file's sha256 and number of examples."""

    base_sha256: dict[str, str]
    device: str
    dtype: str
    data: dict[str, dict]
    chosen: dict
    trainable_parameters: int
    base_metrics: dict
    tuned_metrics: dict
    truncated: int
    left_out: int
    versions: dict[str, str]


def card(job: Job, state: State, facts: Facts) -> str:
    """The README.md of an adapter folder, with the front matter that model hubs read."""
    spec = {name: value for name, value in (asdict(job.spec) | facts.chosen).items() if value is not None}
    rows = sorted(set(facts.base_metrics) | set(facts.tuned_metrics))
    metrics = [
        f"| {n} | {_number(facts.base_metrics.get(n))} | {_number(facts.tuned_metrics.get(n))} |"
        for n in rows
    ]
    published = f"step {state.best_step} of {state.step}"
    best = (
        f", validation loss {state.best_loss:.4f}"
        if state.best_loss is not None
        else " (no validation split: the last step)"
    )
    return f"""---
base_model: {json.dumps(job.base.id, ensure_ascii=False)}
library_name: peft
pipeline_tag: text-generation
tags: [lora, tunemesh]
---

# LoRA adapter for {job.base.id}

Made by Tunemesh job `{job.job}`, attempt {job.attempt}. Published: {published}{best}.
{facts.trainable_parameters:,} weights were trained, on {state.trained_tokens:,} tokens, in {state.seconds:.1f} s of training steps ({facts.device}, base in {facts.dtype}).

## Base and tuned model on the test split

Same prompts, same greedy decoding. Neither training nor early stopping saw these examples. Scales: bleu 0 to 100; rouge,
exact_match, well_formed and stopped 0 to 1; loss in nats per assistant token; perplexity is exp(loss).

{_table("| metric | base | tuned |", metrics) if metrics else "There was no test split: nothing is known about quality."}

## Data

{_table("| split | examples | sha256 of the file |", [f"| {n} | {d['examples']} | `{d['sha256']}` |" for n, d in facts.data.items()])}

{facts.truncated} training examples were cut to {spec["cutoff_len"]} tokens; {facts.left_out} had nothing to learn from and were left out.

## Specification

{_table("| name | value |", [f"| {n} | {v} |" for n, v in spec.items()])}

Seed {job.spec.seed} fixes the adapter's start, the order of the data and dropout. Loss runs over assistant messages only.

## Base model files

{_table("| file | sha256 |", [f"| {n} | `{h}` |" for n, h in facts.base_sha256.items()])}

## Versions

{_table("| library | version |", [f"| {n} | {v} |" for n, v in facts.versions.items()])}

## Loading it

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = AutoModelForCausalLM.from_pretrained(BASE_FOLDER)  # {job.base.id}, with the hashes above
model = PeftModel.from_pretrained(base, ADAPTER_FOLDER)
tokenizer = AutoTokenizer.from_pretrained(BASE_FOLDER)
prompt = tokenizer.apply_chat_template([{{"role": "user", "content": "…"}}], add_generation_prompt=True, return_tensors="pt", return_dict=True)
print(tokenizer.decode(model.generate(**prompt, max_new_tokens={spec["max_new_tokens"]}, do_sample=False)[0]))
```

The base's own chat template must be used: the adapter was trained with it.
"""


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|" + " --- |" * (head.count("|") - 1), *rows])


def _number(value: object) -> str:
    return (
        "–"
        if value is None
        else f"{value:.4f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else str(value)
    )
