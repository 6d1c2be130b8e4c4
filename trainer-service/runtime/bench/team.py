"""Several GPUs beside one, at the real shape: the same steps by one process, then by all.

    torchrun --standalone --nproc-per-node N -m bench.team [--tiny] [--steps N] [--full] [--out FILE]

Data parallel: the same batches of one pack a GPU, so that the losses can be held against one another. `--full` trains all
weights, spread over the GPUs.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

if "LOCAL_RANK" in os.environ:
    os.environ["CUDA_VISIBLE_DEVICES"] = os.environ["LOCAL_RANK"]

import torch

from bench import shape
from tune import base as bases
from tune import events, methods, parallel, speed
from tune import train as training
from tune.checkpoint import State
from tune.failure import Stop
from tune.parallel import ALONE, Team
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec
from tune.weights import as_trained


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--fp8", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()
    rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=f"rank {rank} %(message)s")
    base = shape.base_of(shape.tiny() if options.tiny else shape.qwen_7b(), bases.place())
    sizes = shape.lengths(400 if options.tiny else 6000)
    data = shape.examples(sizes, base.model.config.vocab_size)
    team = parallel.join(rank, size)
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    batch = 4 * size if options.full or options.tiny else size * speed.fit(base, sizes)
    spec = Spec(
        method="full" if options.full else "lora",
        learning_rate=1e-5 if options.full else 1e-4,
        num_train_epochs=3.0,
        per_device_train_batch_size=batch,
        frozen_precision="fp8" if options.fp8 else "bf16",
    )
    lines = []
    alone_rate, alone_losses = (0.0, [])
    if not options.full and team.first:
        alone_rate, alone_losses = steps(base, spec, data, ALONE, options.steps)
    team.total(0.0)
    rate, losses = steps(base, spec, data, team, options.steps)
    if team.first:
        name = (
            f"{size} GPUs, {'all weights spread' if options.full else 'data parallel'}{', fp8' * options.fp8}"
        )
        goal = 1.85 * alone_rate if size == 2 and alone_rate else None
        more = {"device": device, "batch": batch, "first_loss": losses[0], "last_loss": losses[-1]}
        if torch.cuda.is_available():
            more["peak_gib"] = round(torch.cuda.max_memory_allocated() / 2**30, 1)
        peer = "one GPU" if alone_rate else None
        lines.append(
            shape.figure("trainer-gpu", name, "real tok/s", rate, peer, alone_rate or None, goal, **more)
        )
        if alone_losses:
            apart = max(abs(a - b) / b for a, b in zip(losses, alone_losses, strict=False))
            name += ", loss beside one"
            lines.append(
                shape.figure("trainer-gpu", name, "largest relative difference", apart, device=device)
            )
        if options.out:
            with Path(options.out).open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in lines)
    team.total(0.0)
    os._exit(0)


def steps(base: bases.Base, spec: Spec, data: list, team: Team, most: int) -> tuple[float, list[float]]:
    """Real tok/s over all processes after the first steps, and the losses."""
    plan = Plan.of(spec, len(data), spec.learning_rate)
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
        loop = training.Run(folder, "", Pulse(emit, asked), team)
        training.train(model, learner, spec, plan, data, [], None, State(), loop)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    warm = min(6, len(seen) // 3)
    rate = (seen[-1][1] - seen[warm][1]) / (seen[-1][0] - seen[warm][0]) if team.first else 0.0
    return rate, [loss for *_, loss in seen]


if __name__ == "__main__":
    main()
