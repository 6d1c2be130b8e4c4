"""Our training steps, as a job runs them: in bfloat16, in float8, within 24 GiB, and where their time goes."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time

import torch

from bench.gpu import Bench
from tune import events, methods, speed
from tune import train as training
from tune.checkpoint import State
from tune.failure import Stop
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec


class Enough(Stop):
    """The steps to measure are done."""


def ours(
    bench: Bench, name: str, goal: float | None = None, mfu_goal: float | None = None, **spec: object
) -> list[float]:
    """Our runtime as a job runs it: data thread, events on disk, a checkpoint within the time that counts."""
    steps = 6 if bench.options.tiny else bench.options.steps
    times: list[tuple[float, int, float]] = []
    job = Spec(num_train_epochs=3.0, learning_rate=1e-4, save_steps=steps * 2 // 3, **spec)
    plan = Plan.of(job, len(bench.data), 1e-4, max(bench.sizes), speed.fit(bench.base, bench.sizes))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = events.Events(f"{folder}/events.jsonl")

        def emit(event: object) -> None:
            file.emit(event)
            if isinstance(event, events.Progress) and event.loss is not None:
                times.append((time.perf_counter(), event.trained_tokens, event.loss))

        def asked() -> None:
            if len(times) >= steps:
                raise Enough("cancelled")

        with contextlib.suppress(Stop), methods.training(bench.base, "bench", job) as model:
            loop = training.Run(folder, "", Pulse(emit, asked))
            training.train(model, bench.base, job, plan, bench.data, [], None, State(), loop)
        file.close()
    del times[steps:]  # the last is told of at once, the others while the next is being launched
    warm = min(8, len(times) // 2)
    rate = (times[-1][1] - times[warm][1]) / (times[-1][0] - times[warm][0])
    bench.tell(name, rate, goal, mfu_goal)
    between = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(times[warm:], times[warm + 1 :], strict=False)]
    bench.figure(f"{name}, the median step", "real tok/s", statistics.median(between))
    bench.figure(f"{name}, to the first step", "s", times[0][0] - began, batch=plan.batch_size)
    return [loss for _, _, loss in times]


def all_on(bench: Bench) -> None:
    tutorial_rate = bench.speeds.get("tutorial")
    bench.plain_losses = ours(bench, "ours", 10 * tutorial_rate if tutorial_rate else None, 45.0)


def float8(bench: Bench) -> None:
    losses = ours(bench, "ours fp8", 24000, None, frozen_precision="fp8")
    plain = getattr(bench, "plain_losses", None)
    if plain:
        apart = max(abs(a - b) / b for a, b in zip(losses, plain, strict=False))
        bench.figure("ours fp8, loss beside bf16", "largest relative difference", apart, steps=len(losses))


def lean(bench: Bench) -> None:
    """Within 24 GiB of GPU memory."""
    _lean(bench, "ours in 24 GiB", "bf16")


def lean8(bench: Bench) -> None:
    _lean(bench, "ours fp8 in 24 GiB", "fp8")


def _lean(bench: Bench, name: str, frozen: str) -> None:
    if torch.cuda.is_available():
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(24 * 2**30 / total)
    try:
        ours(bench, name, 11000, None, frozen_precision=frozen)
    finally:
        if torch.cuda.is_available():
            torch.cuda.set_per_process_memory_fraction(1.0)


def profile(bench: Bench) -> None:
    """Where the time of a step goes, by kernel."""
    if not torch.cuda.is_available() or not bench.options.profile:
        return
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as record

    for frozen in ("bf16", "fp8"):
        job = Spec(learning_rate=1e-4, frozen_precision=frozen)
        plan = Plan.of(job, len(bench.data), 1e-4, max(bench.sizes), speed.fit(bench.base, bench.sizes))
        seen: list[float] = []
        table = ""
        with methods.training(bench.base, "bench", job) as model, tempfile.TemporaryDirectory() as folder:
            recorder = record(activities=[ProfilerActivity.CUDA, ProfilerActivity.CPU])

            def emit(event: object, recorder=recorder, seen=seen) -> None:
                if isinstance(event, events.Progress) and event.loss is not None:
                    seen.append(time.perf_counter())
                    if len(seen) == 5:
                        recorder.start()
                    if len(seen) == 8:
                        torch.cuda.synchronize()
                        recorder.stop()

            def asked(seen=seen) -> None:
                if len(seen) >= 8:
                    raise Enough("cancelled")

            with contextlib.suppress(Stop):
                loop = training.Run(folder, "", Pulse(emit, asked))
                training.train(model, bench.base, job, plan, bench.data, [], None, State(), loop)
            table = recorder.key_averages().table(
                sort_by="self_cuda_time_total", row_limit=45, max_name_column_width=90
            )
        with open(bench.options.profile, "a", encoding="utf-8") as file:
            file.write(f"{frozen}: three steps\n{table}\n")
        bench.clean()
