"""The trainer on one GPU, beside the tutorial recipe and stock transformers Trainer + PEFT, in one process.

    python -m bench.gpu [--only NAME,…] [--tiny] [--out FILE]

Qwen2.5-7B's shape with random weights, LoRA of rank 8 on all linear layers, log-normal lengths of mean 500 and at most
2048, a loss at every token. Prints JSON lines; `real tok/s` counts no padding; the formula of MFU is in shape.py.
`cold` writes 15 GB to the disk and runs only where it is named.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import sys
import time
import traceback
from pathlib import Path

import torch

from bench import shape
from tune import base as bases
from tune import methods, speed

VARIANTS = {
    "ceiling": "parts.ceiling",
    "attention": "parts.attention",
    "head": "parts.head",
    "tutorial": "peers.tutorial",
    "stock": "peers.stock",
    "ours": "steps.all_on",
    "fp8": "steps.float8",
    "lean": "steps.lean",
    "lean8": "steps.lean8",
    "answers": "parts.answers",
    "cold": "cold.load",
    "short": "jobs.short_job",
    "evaluation": "jobs.evaluation",
    "methods": "jobs.every_method",
    "profile": "steps.profile",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="variants, separated by commas; without it all but cold")
    parser.add_argument("--tiny", action="store_true", help="a dry run on a tiny shape")
    parser.add_argument("--steps", type=int, default=60, help="steps of each of our own variants")
    parser.add_argument("--profile", help="file for a table of where a step's time goes")
    parser.add_argument("--room", type=int, help="tokens of a pack, for comparison")
    parser.add_argument("--out", help="file that the JSON lines are written to as well")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    if options.room:
        speed.ROOM["cuda"] = (options.room,)
    bench = Bench(options)
    names = options.only.split(",") if options.only else [n for n in VARIANTS if n != "cold"]
    for name in names:
        module, function = VARIANTS[name].split(".")
        try:
            getattr(importlib.import_module(f"bench.{module}"), function)(bench)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-4:]
            print(f"{name}: {type(error).__name__}: {str(error)[:1500]} {where}", file=sys.stderr, flush=True)
        bench.clean()
    if options.out:
        Path(options.out).write_text(
            "".join(json.dumps(line) + "\n" for line in bench.lines), encoding="utf-8"
        )


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.where = bases.place()
        self.config = shape.tiny() if options.tiny else shape.qwen_7b()
        self.sizes = shape.lengths(400 if options.tiny else 6000)
        self.lines: list[dict] = []
        self.speeds: dict[str, float] = {}
        began = time.perf_counter()
        self.base = shape.base_of(self.config, self.where)
        self.data = shape.examples(self.sizes, self.config.vocab_size)
        self.flops = shape.flops_a_token(self.config, self.sizes)
        print(
            f"base made in {time.perf_counter() - began:.1f} s on {self.device()}",
            file=sys.stderr,
            flush=True,
        )

    def device(self) -> str:
        return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"

    def sync(self) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    def clean(self) -> None:
        methods.remove(self.base)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()

    def figure(self, *values: object, **more: object) -> None:
        self.lines.append(shape.figure("trainer-gpu", *values, device=self.device(), **more))

    def tell(self, name: str, rate: float, goal: float | None = None, mfu_goal: float | None = None) -> None:
        """The figures of a variant: real tok/s beside the tutorial recipe's, MFU, peak memory."""
        self.speeds[name] = rate
        theirs = self.speeds.get("tutorial")
        self.figure(name, "real tok/s", rate, "tutorial recipe" if theirs else None, theirs, goal)
        self.figure(f"{name}, MFU", "%", 100 * rate * self.flops / shape.PEAK, goal=mfu_goal)
        if torch.cuda.is_available():
            peak = torch.cuda.max_memory_allocated() / 2**30
            self.figure(
                f"{name}, peak memory", "GiB", peak, reserved=torch.cuda.max_memory_reserved() / 2**30
            )


if __name__ == "__main__":
    from bench import gpu

    gpu.main()
