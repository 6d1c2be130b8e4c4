"""What a training is said to take of a GPU's memory, beside what it takes: the rule by which `auto` chooses a batch.

    python -m bench.auto [--only METHOD,…] [--tokens N,…] [--tiny] [--out FILE]

Qwen2.5-7B's shape with random weights. For each method and each number of tokens at once: padded batches of examples of
512 tokens, a few steps, the most memory that PyTorch held beyond the base. `ratio` is said / measured: below 1 the rule
promises too much, and the training would be answered by smaller forward passes. The last line of a method is of the batch
that `auto` would choose. Without a GPU (`--tiny`) the same steps are made, and only what is said is
printed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import logging
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from bench import shape
from tune import base as bases
from tune import fitting, methods
from tune import train as training
from tune.checkpoint import State
from tune.course import Course
from tune.events import Progress
from tune.failure import Stop
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec
from tune.weights import as_trained, count_trained

LENGTH = 512
STEPS = 3
GIB = 2**30
METHODS = {
    "prompt": Spec(method="prompt"),
    "prefix": Spec(method="prefix"),
    "p_tuning": Spec(method="p_tuning"),
    "lora": Spec(method="lora"),
    "dora": Spec(method="dora"),
    "adapter": Spec(method="adapter"),
    "freeze": Spec(method="freeze"),
    "full": Spec(method="full"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(METHODS), help="methods, separated by commas")
    parser.add_argument("--tokens", default="2048,4096,8192", help="tokens at once, separated by commas")
    parser.add_argument("--tiny", action="store_true", help="a dry run on a tiny shape")
    parser.add_argument("--out", help="file that the JSON lines are written to as well")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    base = shape.base_of(shape.tiny() if options.tiny else shape.qwen_7b(), bases.place())
    lines = []
    for name in options.only.split(","):
        for tokens in [int(n) for n in options.tokens.split(",")] + [None]:
            if line := one(base, name, METHODS[name], tokens):
                lines.append(line)
    if options.out:
        Path(options.out).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def one(base: bases.Base, name: str, spec: Spec, tokens: int | None) -> dict | None:
    """A figure for so many tokens at once, or for as many as `auto` takes. The batch is padded whatever the method."""
    spec = replace(spec, learning_rate=1e-5, num_train_epochs=1.0)
    padded = replace(methods.room(base, spec), packs=False)
    on_gpu = base.place.device.type == "cuda"
    clean()
    seen = LENGTH + spec.virtual
    if not tokens and not on_gpu:
        return None
    with methods.training(base, "bench", spec) as model:
        trained = count_trained(model)
        padded = as_trained(padded)
        rows = tokens // seen if tokens else fitting.examples(spec, padded, [LENGTH] * 1000, trained)
        rows = max(1, rows)
        said = fitting.needs(spec, padded, seen, trained).peak(rows * seen) / GIB
    spec = replace(spec, per_device_train_batch_size=rows)
    data = shape.examples([LENGTH] * rows * STEPS, base.model.config.vocab_size)
    at_once = rows * seen
    more = {"rows": rows, "tokens": at_once, "chosen": tokens is None}
    try:
        measured, layers = peak(base, padded, spec, data)
    except torch.OutOfMemoryError:
        return shape.figure("trainer-auto", name, "GiB said", said, failed="out_of_memory", **more)
    more["layers"] = layers
    if not on_gpu:
        return shape.figure("trainer-auto", name, "GiB said", said, **more)
    more["device"] = torch.cuda.get_device_name()
    return shape.figure("trainer-auto", name, "GiB said", said, "measured", measured / GIB, **more)


def peak(base: bases.Base, padded: bases.Base, spec: Spec, data: list) -> tuple[int, str]:
    """The most bytes beyond the base in a few steps, and which layers computed anew."""
    plan = Plan.of(spec, len(data), spec.learning_rate)
    seen = []

    def emit(event: object) -> None:
        if isinstance(event, Progress) and event.loss is not None:
            seen.append(event)

    def asked() -> None:
        if len(seen) >= STEPS:
            raise Stop("cancelled")

    on_gpu = base.place.device.type == "cuda"
    before = torch.cuda.memory_allocated() if on_gpu else 0
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    with tempfile.TemporaryDirectory() as folder, methods.training(base, "bench", spec) as model:
        course = Course(model.get_base_model(), padded, spec, plan, data, 0)
        modes = course.speed.recompute
        course.close()
        loop = training.Run(folder, "", Pulse(emit, asked))
        with contextlib.suppress(Stop):
            training.train(model, padded, spec, plan, data, [], None, State(), loop)
        most = torch.cuda.max_memory_allocated() - before if on_gpu else 0
    return most, f"{modes.count('')} kept, {modes.count('mlp')} MLPs anew, {modes.count('all')} anew"


def clean() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
