"""The model card: what an adapter is, what it was made from, how well it does, how to load it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from tune.checkpoint import State
from tune.job import Job
from tune.measures import loss_unit
from tune.spec import OWN_WEIGHTS

OWN_KINDS = ("adapter", *OWN_WEIGHTS)
CLASSES = {
    "causal": "AutoModelForCausalLM",
    "encoder": "AutoModelForSequenceClassification",
    "tagger": "AutoModelForTokenClassification",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
}
PIPELINES = {
    "causal": "text-generation",
    "encoder": "text-classification",
    "tagger": "token-classification",
    "encoder-decoder": "text2text-generation",
}
NAMES = {
    "lora": "LoRA adapter",
    "qlora": "QLoRA adapter",
    "dora": "DoRA adapter",
    "adapter": "Bottleneck adapter",
    "prefix": "Prefix (P-tuning v2)",
    "p_tuning": "P-tuning prompt",
    "prompt": "Soft prompt",
    "freeze": "Changed layers",
    "full": "Changed weights",
}


@dataclass(frozen=True)
class Facts:
    """What a card states besides the job itself. `data`: per split its file's sha256, and how many examples it has, cut
    short, left out."""

    base_sha256: dict[str, str]
    device: str
    dtype: str
    data: dict[str, dict]
    chosen: dict
    trainable_parameters: int
    base_metrics: dict
    tuned_metrics: dict
    versions: dict[str, str]
    family: str = "causal"
    labels: tuple[str, ...] | None = None
    template: str | None = None
    stop_ids: tuple[int, ...] = ()
    overfitting_since: int | None = None


def card(job: Job, state: State, facts: Facts) -> str:
    """The README.md of an adapter folder, with the front matter that model hubs read."""
    spec = {name: value for name, value in (asdict(job.spec) | facts.chosen).items() if value is not None}
    rows = sorted(set(facts.base_metrics) | set(facts.tuned_metrics))
    metrics = [
        f"| {n} | {_number(facts.base_metrics.get(n))} | {_number(facts.tuned_metrics.get(n))} |"
        for n in rows
    ]
    kind = "tagger" if facts.family == "encoder" and job.dataset.task == "tagging" else facts.family
    return f"""---
base_model: {json.dumps(job.base.id, ensure_ascii=False)}
library_name: {"transformers" if job.spec.method in OWN_KINDS else "peft"}
pipeline_tag: {PIPELINES[kind]}
tags: [{job.spec.method}, tunemesh]
---

# {NAMES[job.spec.method]} for {job.base.id}

Made by Tunemesh job `{job.job}`, attempt {job.attempt}. Published: {_published(job, state)}. {_overfitting(state, facts)}
{facts.trainable_parameters:,} weights were trained, on {state.trained_tokens:,} tokens, in {state.seconds:.1f} s of training steps ({facts.device}, base in {facts.dtype}).

## Base and tuned model on the test split

Same prompts, same greedy decoding. Neither training nor early stopping saw these examples. Scales: bleu 0 to 100; mse
and mae in the units of the dataset's numbers, mse squared; r2 up to 1, below 0 where their mean is nearer; loss: {loss_unit(job.dataset.task, facts.family, job.spec.train_on_prompt)};
perplexity is exp(loss); reference_tokens and answer_tokens are counts; all else 0 to 1.

{_table("| metric | base | tuned |", metrics) if metrics else "There was no test split: nothing is known about quality."}

## Data

{_dataset(job)}{_table("| split | examples | cut short | left out | sha256 of the file |", [f"| {n} | {d['examples']} | {d['truncated']} | {d['left_out']} | `{d['sha256']}` |" for n, d in facts.data.items()])}

Examples were cut to {spec["cutoff_len"]} tokens; those with nothing to learn or to measure in them were left out.

## Specification

{_table("| name | value |", [f"| {n} | {v} |" for n, v in spec.items()])}

{_labels(facts)}Seed {job.spec.seed} fixes the start of new weights, the order of the data and dropout. {_learnt(job)}

## Base model files

{_table("| file | sha256 |", [f"| {n} | `{h}` |" for n, h in facts.base_sha256.items()])}

{f"Chat template: sha256 `{facts.template}`." if facts.template else "It has no chat template."}

## Versions

{_table("| library | version |", [f"| {n} | {v} |" for n, v in facts.versions.items()])}

## Loading it

{_loading(job, spec, kind)}"""


def _dataset(job: Job) -> str:
    return f"Dataset `{job.dataset.id}`.\n\n" if job.dataset.id else ""


def _published(job: Job, state: State) -> str:
    text = f"step {state.best_step} of {state.step}"
    if state.best_loss is None:
        return f"{text} (no validation split: the last step)" if not state.validation_losses else text
    metric = job.spec.metric_for_best_model
    chosen = "" if metric == "loss" else f", chosen by {metric} {_number(state.best_value)}"
    return f"{text}, validation loss {state.best_loss:.4f}{chosen}"


def _overfitting(state: State, facts: Facts) -> str:
    if not state.validation_losses:
        return "Without a validation split nothing is known about over-fitting."
    if facts.overfitting_since is None:
        return "The validation loss shows no over-fitting."
    return (
        f"The model over-fitted from step {facts.overfitting_since} on: its validation loss rose while its training loss fell. "
        "Fewer epochs, a lower rate or more data would help."
    )


def _labels(facts: Facts) -> str:
    if not facts.labels:
        return ""
    return f"Labels, in the order of the head's outputs: {', '.join(f'`{label}`' for label in facts.labels)}.\n\n"


def _learnt(job: Job) -> str:
    if job.dataset.task == "pt":
        return "Loss runs over every token of the text."
    if job.spec.train_on_prompt:
        return "Loss runs over prompts and answers."
    return f"Loss runs over {'the last assistant message' if job.spec.mask_history else 'assistant messages'} only."


def _loading(job: Job, spec: dict, family: str) -> str:
    """How to load what the method made: by stock PEFT or, for our own kinds, by hand in a few lines."""
    name = CLASSES[family]
    given = "BASE_FOLDER, num_labels=NUMBER_OF_LABELS" if family in ("encoder", "tagger") else "BASE_FOLDER"
    base = f"{name}.from_pretrained({given})  # {job.base.id}, with the hashes above"
    imported = f"from transformers import {name}, AutoTokenizer"
    if job.spec.method in OWN_WEIGHTS:
        loading = f"""The folder holds the changed weights under the base's own names.

```python
from safetensors.torch import load_file
{imported}

model = {base}
model.load_state_dict(load_file(ADAPTER_FOLDER + "/adapter_model.safetensors"), strict=False)
"""
    elif job.spec.method == "adapter":
        return """Behind every module that `target_modules` in `adapter_config.json` names, y becomes y + up(gelu(down(y))), where `down` and
`up` are the linear layers NAME.down and NAME.up of `adapter_model.safetensors`. Tunemesh's engine loads the folder of a causal model.
"""
    else:
        loading = f"""```python
from peft import PeftModel
{imported}

base = {base}
model = PeftModel.from_pretrained(base, ADAPTER_FOLDER)
"""
    loading += "tokenizer = AutoTokenizer.from_pretrained(BASE_FOLDER)\n"
    if family in ("encoder", "tagger"):
        outputs = (
            "each piece of the text has an output for each label."
            if family == "tagger"
            else "a regression has one output."
        )
        return (
            loading
            + f"""print(model(**tokenizer("…", return_tensors="pt")).logits)
```

The outputs are in the order of the labels above; {outputs}
"""
        )
    if family == "encoder-decoder":
        prompt = 'tokenizer("…", return_tensors="pt")'
        then = "The prompt is the text of all messages before the answer, a line break between two.\n"
    else:
        prompt = 'tokenizer.apply_chat_template([{"role": "user", "content": "…"}], add_generation_prompt=True, return_tensors="pt", return_dict=True)'
        then = "The base's own chat template must be used: the adapter was trained with it.\n"
    return f"""{loading}prompt = {prompt}
print(tokenizer.decode(model.generate(**prompt, max_new_tokens={spec["max_new_tokens"]}, do_sample=False)[0]))
```

{then}"""


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|" + " --- |" * (head.count("|") - 1), *rows])


def _number(value: object) -> str:
    return "–" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
