"""One job from its data to its adapter: evaluate the base, train, save, evaluate what was saved, publish."""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from peft import PeftModel

from tune import adapter, checkpoint, curve, events, lora
from tune import base as bases
from tune.base import Base
from tune.card import Facts, card
from tune.checkpoint import State
from tune.data import Example, Split, split
from tune.evaluate import Evaluation, evaluate
from tune.failure import Failure, Stop
from tune.job import Job, Spec
from tune.plan import Plan
from tune.train import Run, train

Emit = Callable[[object], None]
Check = Callable[[], None]


@dataclass(frozen=True)
class Data:
    """The three splits, encoded, and the sha256 of each file."""

    train: Split
    validation: list[Example]
    test: list[Example]
    files: dict[str, dict]
    cutoff: int
    max_new_tokens: int


def run(job: Job, base: Base, emit: Emit, check: Check) -> events.Adapter:
    """Runs the job and returns its adapter event (not yet emitted). Raises Failure and Stop; the base stays clean."""
    data = prepare(job, base)
    peak = lora.learning_rate(job.spec, base)
    plan = Plan.of(job.spec, len(data.train.examples), peak)
    training = fingerprint(job, base, data)
    resume, resumed_from, refused = (None, None, [])
    if job.resume:
        resume, resumed_from, refused = checkpoint.find(job.resume, training, job.resume_sha256)
    state = resume.state if resume else State()
    with lora.training(base, job.base.id, job.spec) as model:
        trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    emit(
        events.Started(
            job.job,
            job.attempt,
            state.step,
            resumed_from,
            plan.steps,
            job.spec.num_train_epochs,
            len(data.train.examples),
            len(data.validation),
            len(data.test),
            len(data.train.truncated),
            len(data.train.left_out),
            trainable,
            peak,
            data.cutoff,
            data.max_new_tokens,
        )
    )
    notices(job, data, refused, resumed_from, emit)
    folder = resumed_from
    try:
        check()
        if data.test and not state.base_evaluation:
            state.base_evaluation = asdict(
                evaluate(
                    base.model,
                    base,
                    "base_evaluation",
                    data.test,
                    data.max_new_tokens,
                    job.dataset.format,
                    emit,
                    check,
                )
            )
        before = Evaluation(**state.base_evaluation) if state.base_evaluation else None
        if before:
            emit(events.Evaluated("base", "test", **asdict(before)))
        with lora.training(base, job.base.id, job.spec) as model:
            loop = Run(job.workdir, training, emit, check)
            best = train(
                model, base, job.spec, plan, data.train.examples, data.validation, resume, state, loop
            )
            written = os.path.join(job.workdir, "checkpoints", f"step-{state.step:08d}")
            folder = written if os.path.isdir(written) else resumed_from
            emit(events.Progress("saving", state.step, plan.steps))
            aside = os.path.join(job.workdir, "adapter.part")
            adapter.save(model, best, aside)
        with lora.published(base, aside) as model:
            return publish(job, base, model, data, state, before, trainable, peak, aside, emit, check)
    except Stop as stop:
        raise Stop(stop.kind, state.step, stop.folder or folder) from None


def prepare(job: Job, base: Base) -> Data:
    """Reads and encodes the data; raises Failure when there is nothing to train on."""
    cutoff = min(job.spec.cutoff_len, base.max_positions)
    files, splits = {}, {}
    for name in ("train", "validation", "test"):
        path = getattr(job.dataset, name)
        splits[name] = split(path, f"dataset.{name}", base.tokenizer, base.stop_ids, cutoff)
        if path:
            with open(path, "rb") as file:
                files[name] = {
                    "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
                    "examples": len(splits[name].examples),
                }
    examples, left_out = splits["train"].examples, splits["train"].left_out
    if not examples and not left_out:
        raise Failure(
            "empty_train_split",
            "The training split has no examples. Add data, or move the split's boundary.",
            "dataset.train",
        )
    if not examples:
        raise Failure(
            "all_examples_cut_off",
            f"None of the {len(left_out)} training examples has anything to learn within {cutoff} tokens: their answers "
            "start later, or have weight 0. Raise spec.cutoff_len (the base takes up to "
            f"{base.max_positions} tokens), or shorten the prompts.",
            "spec.cutoff_len",
        )
    longest = max(e.answer_tokens for e in examples)
    wanted = job.spec.max_new_tokens or max(16, math.ceil(1.25 * longest))
    return Data(
        splits["train"],
        splits["validation"].examples,
        splits["test"].examples,
        files,
        cutoff,
        min(wanted, base.max_positions),
    )


def notices(job: Job, data: Data, refused: list[str], resumed_from: str | None, emit: Emit) -> None:
    """Says what the user would otherwise have to guess."""
    if refused:
        then = (
            f"Training goes on from {os.path.basename(resumed_from)}."
            if resumed_from
            else "Training starts over."
        )
        emit(events.Notice("checkpoint_refused", f"{'; '.join(refused)}. {then}", "resume"))
    if data.train.truncated:
        reason = f"{len(data.train.truncated)} training examples are longer than {data.cutoff} tokens and lose their end."
        emit(events.Notice("examples_truncated", reason, "spec.cutoff_len", data.train.truncated[:100]))
    if data.train.left_out:
        reason = f"{len(data.train.left_out)} training examples have nothing to learn within {data.cutoff} tokens and are left out."
        emit(events.Notice("examples_left_out", reason, "spec.cutoff_len", data.train.left_out[:100]))


def fingerprint(job: Job, base: Base, data: Data) -> str:
    """Identifies a training: all that decides its weights. Another spec, file or base gives another fingerprint."""
    spec = asdict(replace(job.spec, save_steps=None, probes=Spec.probes))
    return bases.fingerprint(
        {"spec": spec, "base": base.sha256, "data": data.files, "dtype": str(base.place.dtype)}
    )


def publish(
    job: Job,
    base: Base,
    model: PeftModel,
    data: Data,
    state: State,
    before: Evaluation | None,
    trainable: int,
    peak: float,
    aside: str,
    emit: Emit,
    check: Check,
) -> events.Adapter:
    """Evaluates and probes the saved adapter as stock PEFT loaded it, writes card and curve, renames into place."""
    after = None
    if data.test:
        after = evaluate(
            model, base, "evaluation", data.test, data.max_new_tokens, job.dataset.format, emit, check
        )
        emit(events.Evaluated("tuned", "test", **asdict(after)))
    probes_file = os.path.join(job.workdir, "probes.json")
    adapter.write_json(
        probes_file,
        adapter.probes(model, base, [*data.test, *data.validation, *data.train.examples], job.spec.probes),
    )
    check()
    svg = os.path.join(job.workdir, "loss.svg")
    curve.draw(svg, f"{job.base.id} · {job.job}", state)
    metrics = {"base": before.metrics if before else {}, "tuned": after.metrics if after else {}}
    chosen = {
        "lora_alpha": lora.alpha(job.spec),
        "learning_rate": peak,
        "cutoff_len": data.cutoff,
        "max_new_tokens": data.max_new_tokens,
    }
    facts = Facts(
        base.sha256,
        base.place.device.type,
        str(base.place.dtype).removeprefix("torch."),
        data.files,
        chosen,
        trainable,
        metrics["base"],
        metrics["tuned"],
        len(data.train.truncated),
        len(data.train.left_out),
        versions(),
    )
    folder = os.path.join(job.workdir, "adapter")
    files = adapter.publish(aside, folder, card(job, state, facts))
    return events.Adapter(
        folder,
        files,
        probes_file,
        svg,
        metrics,
        state.step,
        state.best_step,
        state.trained_tokens,
        state.loss,
        state.best_loss,
        round(state.seconds, 3),
    )


def versions() -> dict[str, str]:
    """What the numbers of a run depend on."""
    names = ("torch", "transformers", "peft", "safetensors", "sacrebleu", "rouge-score")
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in names}
