"""The trainer on the CPU beside transformers Trainer + PEFT: the starter model, the sample rows, as many threads.

    python -m bench.cpu [--epochs N] [--batch N]

Each side runs in a process of its own, in the same environment. All start from the same adapter with the same rate, AdamW
and clipping, in float32. The Trainer runs twice: over the very steps that ours takes, where its losses must be ours, and
over batches of like lengths, which pad least. The better of the two is what ours is held against. Prints JSON lines.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from transformers import Trainer, TrainerCallback, TrainingArguments

from bench import shape
from tune import base as bases
from tune import data, events, methods, packable
from tune import train as training
from tune.batch import batches, even_batches
from tune.checkpoint import State
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec

STARTER = Path(__file__).parents[2] / "starter"
OURS, SAME, LIKE = SIDES = "ours", "the Trainer over the same steps", "the Trainer over like lengths"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--side", choices=SIDES, help="runs this one alone and prints its result")
    options = parser.parse_args()
    if options.side:
        print(json.dumps(one(options)))
        return
    found = {side: measured(side) for side in SIDES}
    ours, same = found[OURS], found[SAME]
    peer = max(found[SAME]["rate"], found[LIKE]["rate"])
    shape.figure(
        "trainer",
        "training on the CPU",
        "real tok/s",
        ours["rate"],
        "transformers Trainer + PEFT",
        peer,
        3 * peer,
        **ours["about"],
        peer_same_steps=round(same["rate"], 1),
        peer_like_lengths=round(found[LIKE]["rate"], 1),
    )
    shape.figure(
        "trainer",
        "largest difference of a step's loss",
        "nats",
        max(abs(a - b) for a, b in zip(ours["losses"], same["losses"], strict=True)),
        goal=1e-4,
        less=True,
        last=round(statistics.mean(ours["losses"][-5:]), 4),
        theirs_last=round(statistics.mean(same["losses"][-5:]), 4),
    )


def measured(side: str) -> dict:
    """One side's result, out of a process of its own: our threads sleep while they wait, as a worker's do; the Trainer's spin,
    which it is quicker with."""
    command = [sys.executable, "-m", "bench.cpu", *sys.argv[1:], "--side", side]
    waits = {"OMP_WAIT_POLICY": "passive" if side == OURS else "active"}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env={**os.environ, **waits})
    return json.loads(done.stdout.splitlines()[-1])


def one(options: argparse.Namespace) -> dict:
    base = bases.load(str(STARTER / "model"), bases.Place(torch.device("cpu"), torch.float32))
    torch.set_num_threads(bases.threads(base))
    spec = Spec(
        num_train_epochs=options.epochs, per_device_train_batch_size=options.batch, learning_rate=1e-3
    )
    examples = sample_examples(base)
    plan = Plan.of(spec, len(examples), 1e-3)
    about = {"examples": len(examples), "steps": plan.steps, "threads": torch.get_num_threads()}
    if options.side == OURS:
        rate, losses = ours(base, spec, plan, examples)
    else:
        rate, losses = stock(base, spec, plan, examples, options.side == LIKE)
    return {"rate": rate, "losses": losses, "about": about}


def sample_examples(base: bases.Base) -> list[data.Example]:
    """The sample rows that tests and the demo train on, as their dataset's training split."""
    sys.path.append(str(STARTER))
    from measure_gain import examples

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.jsonl")
        chats = [
            [{"role": "user", "content": e["prompt"]}, {"role": "assistant", "content": e["output"]}]
            for e in examples(42)["train"]
        ]
        path.write_text("".join(json.dumps({"messages": c}) + "\n" for c in chats), encoding="utf-8")
        split = data.split(str(path), "train", base.tokenizer, base.stop_ids, 2048, Spec(), lambda: None)
    return split.examples


def order(
    base: bases.Base, spec: Spec, plan: Plan, examples: list[data.Example], like: bool
) -> list[list[int]]:
    """The examples of every step, as our runtime takes them, or `like` lengths together."""
    cut = even_batches if packable.packs(base) and not like else batches
    lengths = [len(e.ids) for e in examples]
    steps = []
    for epoch in range(-(-plan.steps // plan.steps_per_epoch)):
        steps += cut(lengths, plan.batch_size, spec.seed, epoch)
    return steps[: plan.steps]


def ours(base: bases.Base, spec: Spec, plan: Plan, examples: list[data.Example]) -> tuple[float, list[float]]:
    """Our runtime as a job runs it, with events and checkpoints on disk."""
    seen: list[tuple[float, int, float]] = []
    with tempfile.TemporaryDirectory() as folder, methods.training(base, "bench", spec) as model:
        file = events.Events(f"{folder}/events.jsonl")

        def emit(event: object) -> None:
            file.emit(event)
            if isinstance(event, events.Progress) and event.loss is not None:
                seen.append((time.perf_counter(), event.trained_tokens, event.loss))

        loop = training.Run(folder, "", Pulse(emit, lambda: None))
        training.train(model, base, spec, plan, examples, [], None, State(), loop)
        file.close()
    (began, first, _), (ended, last, _) = seen[1], seen[-1]
    return (last - first) / (ended - began), [loss for _, _, loss in seen]


class Losses(TrainerCallback):
    def __init__(self, at: list[int]):
        self.at, self.losses, self.tokens, self.began, self.ended = at, [], 0, 0.0, 0.0

    def on_step_end(self, args, state, control, **more):
        if state.global_step == 2:
            self.began = time.perf_counter()
        elif state.global_step > 2:
            self.tokens += self.at[state.global_step - 1]
            self.ended = time.perf_counter()

    def on_log(self, args, state, control, logs=None, **more):
        if "loss" in logs:
            self.losses.append(float(logs["loss"]))


def stock(
    base: bases.Base, spec: Spec, plan: Plan, examples: list[data.Example], like: bool
) -> tuple[float, list[float]]:
    """transformers Trainer + PEFT over as many steps."""
    steps = order(base, spec, plan, examples, like)
    flat = [examples[i] for members in steps for i in members]
    sizes = [len(members) for members in steps]
    clock = Losses([sum(len(examples[i].ids) for i in members) for members in steps])

    class Steps(torch.utils.data.Sampler):
        def __iter__(self):
            at = 0
            for size in sizes:
                yield list(range(at, at + size))
                at += size

        def __len__(self):
            return len(sizes)

    def together(rows):
        longest = max(len(row.ids) for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        labels, mask = torch.full_like(ids, -100), torch.zeros_like(ids)
        for at, row in enumerate(rows):
            n = len(row.ids)
            ids[at, :n] = torch.from_numpy(row.ids.astype("int64"))
            mask[at, :n] = 1
            labels[at, :n] = ids[at, :n].masked_fill(torch.from_numpy(row.weights) == 0, -100)
        return {"input_ids": ids, "attention_mask": mask, "labels": labels}

    class Ordered(Trainer):
        def get_train_dataloader(self):
            return torch.utils.data.DataLoader(flat, batch_sampler=Steps(), collate_fn=together)

    with tempfile.TemporaryDirectory() as folder, methods.training(base, "bench", spec) as model:
        arguments = TrainingArguments(
            folder,
            max_steps=plan.steps,
            learning_rate=plan.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=plan.warmup_steps,
            optim="adamw_torch_fused",
            weight_decay=0.0,
            max_grad_norm=spec.max_grad_norm,
            remove_unused_columns=False,
            save_strategy="no",
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
            dataloader_pin_memory=False,
        )
        trainer = Ordered(model, arguments, train_dataset=flat, callbacks=[clock])
        trainer.create_optimizer()
        trainer.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
            trainer.optimizer, lambda step: plan.rate(min(step, plan.steps - 1)) / plan.learning_rate
        )
        trainer.train()
    return clock.tokens / (clock.ended - clock.began), clock.losses


if __name__ == "__main__":
    main()
