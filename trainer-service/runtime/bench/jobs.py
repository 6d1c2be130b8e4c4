"""Whole jobs: what is not training steps in a short one, an evaluation, and one short run of every method."""

from __future__ import annotations

import contextlib
import gc
import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from bench import shape
from bench.gpu import Bench
from tune import events, methods, run, worker
from tune import train as training
from tune.checkpoint import State
from tune.evaluate import evaluate
from tune.failure import Stop
from tune.job import Base as BaseOfJob
from tune.job import Dataset, Job
from tune.plan import Plan
from tune.pulse import Pulse
from tune.rates import learning_rate
from tune.rehearsal import rehearse
from tune.spec import Spec
from tune.weights import as_trained


def short_job(bench: Bench) -> None:
    """A whole job of 152 rows for 3 epochs, as the worker runs it: what is not training steps, and the first step."""
    tokenizer = shape.byte_tokenizer()
    base = replace(bench.base, tokenizer=tokenizer, stop_ids=frozenset({tokenizer.eos_token_id}))
    dice = random.Random(0)
    worker.warm()
    began = time.perf_counter()
    rehearse(base)
    gc.freeze()
    bench.figure("rehearsal of a new worker", "s", time.perf_counter() - began)
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for n in range(152):
            words = " ".join(str(dice.randrange(10**6)) for _ in range(60))
            chat = [
                {"role": "user", "content": f"{n} {words}"},
                {"role": "assistant", "content": words[:200]},
            ]
            rows.append(json.dumps({"messages": chat}) + "\n")
        Path(folder, "train.jsonl").write_text("".join(rows), encoding="utf-8")
        Path(folder, "test.jsonl").write_text("".join(rows[:15]), encoding="utf-8")
        for warm, tested in ((False, False), (True, False), (True, True)):
            began, steps = time.perf_counter(), []
            seen: list[tuple[str, float]] = []
            job = Job(
                "bench",
                1,
                f"{folder}/{warm}-{tested}",
                f"{folder}/{warm}-{tested}.jsonl",
                BaseOfJob("bench", ""),
                Dataset(f"{folder}/train.jsonl", test=f"{folder}/test.jsonl" if tested else None),
                Spec(
                    num_train_epochs=3.0 if warm else 0.1, learning_rate=1e-4, per_device_train_batch_size=4
                ),
            )
            own = events.Events(job.events)

            def emit(event: object, own=own, steps=steps, seen=seen, began=began) -> None:
                own.emit(event)
                if isinstance(event, events.Progress) and event.loss is not None:
                    steps.append(time.perf_counter())
                else:
                    name = getattr(event, "stage", type(event).__name__.lower())
                    seen.append((name, round(time.perf_counter() - began, 2)))

            Path(job.workdir).mkdir()
            done = run.run(job, base, Pulse(emit, lambda: None))
            took = time.perf_counter() - began
            own.close()
            if not warm:
                first = steps[0] - began
                bench.figure("first job of a worker, to its first step", "s", first, goal=2.0, less=True)
                continue
            name = "152 rows x 3 epochs, all but the steps"
            if tested:
                name += ", base and tuned answering 15 test rows"
            else:
                bench.figure("warm start, to the first step", "s", steps[0] - began, goal=2.0, less=True)
            more = {"steps": done.steps, "whole": round(took, 2), "seen": seen}
            bench.figure(name, "s", took - done.seconds, goal=5.0, less=True, **more)


def evaluation(bench: Bench) -> None:
    """500 examples answered: the loss on the references and 64 new tokens each, by a random model that does not stop."""
    tokenizer = shape.byte_tokenizer()
    base = replace(bench.base, tokenizer=tokenizer, stop_ids=frozenset({tokenizer.eos_token_id}))
    made = shape.examples(shape.lengths(500, 3, 250.0, 600), 250)
    half = [replace(e, prompt=e.ids[: len(e.ids) // 2].tolist(), reference="x y z") for e in made]
    with methods.training(base, "bench", Spec()) as model:
        done = evaluate(model.eval(), base, "evaluation", half, 64, None, Pulse(lambda e: None, lambda: None))
    bench.figure("evaluation of 500 examples", "s", done.seconds, answer_tokens=done.metrics["answer_tokens"])


METHODS = (
    {"method": "lora"},
    {"method": "lora", "use_rslora": True, "loraplus_lr_ratio": 16.0},
    {"method": "lora", "frozen_precision": "fp8"},
    {"method": "qlora"},
    {"method": "dora"},
    {"method": "adapter"},
    {"method": "prefix"},
    {"method": "p_tuning"},
    {"method": "prompt"},
    {"method": "freeze"},
    {"method": "lora", "optim": "adamw_8bit"},
    {"method": "full", "use_badam": True, "badam_switch_interval": 2},
    {"method": "full", "use_galore": True, "galore_update_interval": 4},
)
STEPS = {"prefix": 40, "p_tuning": 40, "prompt": 40}
"""Virtual tokens learn slowly; the others have 8 steps."""


def every_method(bench: Bench) -> None:
    """A few steps of every method at the real shape, by its own default rate: the loss goes down, and the base is left as it
    was."""
    before = fingerprint(bench)
    for spec in METHODS:
        name = " ".join(f"{k}={v}" if k != "method" else str(v) for k, v in spec.items())
        bench.clean()
        try:
            losses, rate = a_few_steps(bench, Spec(**spec), STEPS.get(spec["method"], 8))
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {str(error)[:600]}", file=sys.stderr, flush=True)
            continue
        bench.figure(
            f"method {name}",
            "real tok/s",
            rate,
            first_loss=round(losses[0], 4),
            last_loss=round(losses[-1], 4),
            steps=len(losses),
            base_as_before=fingerprint(bench) == before,
            peak_gib=round(torch.cuda.max_memory_allocated() / 2**30, 1) if torch.cuda.is_available() else 0,
        )


def fingerprint(bench: Bench) -> float:
    """A sum over the base's weights that a changed weight would change."""
    return sum(float(p.double().abs().sum()) for p in bench.base.model.parameters())


def a_few_steps(bench: Bench, spec: Spec, most: int) -> tuple[list[float], float]:
    """Losses of the first steps on the same few examples over and over, and real tok/s without the first two steps."""
    spec = replace(
        spec,
        learning_rate=learning_rate(spec, bench.config),
        num_train_epochs=most / 4,
        per_device_train_batch_size=4,
    )
    data = bench.data[:8] * 4
    base = methods.room(bench.base, spec)
    plan = replace(Plan.of(spec, len(data), spec.learning_rate), save_steps=1000)
    seen: list[tuple[float, int, float]] = []

    def emit(event: object) -> None:
        if isinstance(event, events.Progress) and event.loss is not None:
            seen.append((time.perf_counter(), event.trained_tokens, event.loss))

    def asked() -> None:
        if len(seen) >= most:
            raise Stop("cancelled")

    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.suppress(Stop),
        methods.training(base, "bench", spec) as model,
    ):
        learner = as_trained(base)
        loop = training.Run(folder, "", Pulse(emit, asked))
        training.train(model, learner, spec, plan, data, [], None, State(), loop)
    return [loss for *_, loss in seen], (seen[-1][1] - seen[1][1]) / (seen[-1][0] - seen[1][0])
