"""The trainer on one GPU, beside the tutorial recipe and stock transformers Trainer + PEFT, in one process.

    python -m bench.gpu [--only NAME,…] [--tiny] [--out FILE]

Qwen2.5-7B's shape with random weights, LoRA of rank 8 on all linear layers, log-normal lengths of mean 500 and at most
2048, a loss at every token. Prints JSON lines; `real tok/s` counts no padding; the formula of MFU is in shape.py.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import logging
import random
import statistics
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.nn import functional

from bench import shape
from tune import base as bases
from tune import events, methods, run, speed
from tune import train as training
from tune.checkpoint import State
from tune.evaluate import evaluate
from tune.failure import Stop
from tune.job import Base as BaseOfJob
from tune.job import Dataset, Job
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec

WARM = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="variants, separated by commas")
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
    names = options.only.split(",") if options.only else list(VARIANTS)
    for name in names:
        try:
            VARIANTS[name](bench)
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


def ceiling(bench: Bench) -> None:
    """What a large matrix product reaches on this GPU, in bfloat16 and in row-wise float8."""
    size = 64 if bench.options.tiny else 8192
    a, b = (torch.randn(size, size, device=bench.where.device, dtype=bench.where.dtype) for _ in range(2))
    bench.figure("matrix product bf16", "TFLOP/s", 2 * size**3 / timed(bench, lambda: a @ b.T) / 1e12)
    if torch.cuda.is_available():
        from tune.linear import quantise

        (a8, a_by), (b8, b_by) = quantise(a), quantise(b)

        def product():
            return torch._scaled_mm(
                a8, b8.t(), scale_a=a_by, scale_b=b_by.t(), out_dtype=torch.bfloat16, use_fast_accum=True
            )

        bench.figure("matrix product fp8", "TFLOP/s", 2 * size**3 / timed(bench, product) / 1e12)


def timed(bench: Bench, work, times: int = 20) -> float:
    for _ in range(5):
        work()
    bench.sync()
    began = time.perf_counter()
    for _ in range(times):
        work()
    bench.sync()
    return (time.perf_counter() - began) / times


def tutorial(bench: Bench) -> None:
    """Batches of 4 in random order, padded; gradient checkpointing; PEFT's defaults; the model's own loss."""
    config = LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(bench.base.model, config).train()
    bench.base.model.gradient_checkpointing_enable({"use_reentrant": False})
    bench.base.model.enable_input_require_grads()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    order = list(range(len(bench.data)))
    random.Random(0).shuffle(order)
    tokens, began = 0, 0.0
    steps = 3 if bench.options.tiny else 14
    try:
        for step in range(steps):
            if step == 2:
                bench.sync()
                tokens, began = 0, time.perf_counter()
            part = [bench.data[i] for i in order[4 * step : 4 * step + 4]]
            longest = max(len(e.ids) for e in part)
            ids = torch.tensor([[*e.ids.tolist(), *[0] * (longest - len(e.ids))] for e in part])
            mask = torch.tensor([[1] * len(e.ids) + [0] * (longest - len(e.ids)) for e in part])
            ids, mask = ids.to(bench.where.device), mask.to(bench.where.device)
            labels = ids.masked_fill(mask == 0, -100)
            loss = model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
            tokens += sum(len(e.ids) for e in part)
        bench.sync()
        bench.tell("tutorial", tokens / (time.perf_counter() - began))
    finally:
        bench.base.model.gradient_checkpointing_disable()
        bench.base.model.disable_input_require_grads()


def stock(bench: Bench) -> None:
    """transformers Trainer + PEFT at its best plain settings: bf16 adapters, batches grouped by length, fused AdamW, no
    gradient checkpointing, data loader workers; the largest batch of 16, 8, 4 that fits."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    steps = 4 if bench.options.tiny else 20
    on_cuda = torch.cuda.is_available()

    class Clock(TrainerCallback):
        def __init__(self):
            self.tokens, self.began, self.took = 0, 0.0, 0.0

        def on_step_begin(self, args, state, control, **more):
            if state.global_step == WARM - 2:
                bench.sync()
                self.tokens, self.began = 0, time.perf_counter()

        def on_train_end(self, args, state, control, **more):
            bench.sync()
            self.took = time.perf_counter() - self.began

    rows = [{"input_ids": e.ids.tolist(), "length": len(e.ids)} for e in bench.data]
    for size in (16, 8, 4):
        clock = Clock()

        def together(part, clock=clock):
            longest = max(p["length"] for p in part)
            ids = torch.tensor([[*p["input_ids"], *[0] * (longest - p["length"])] for p in part])
            mask = torch.tensor([[1] * p["length"] + [0] * (longest - p["length"]) for p in part])
            clock.tokens += int(mask.sum())
            return {"input_ids": ids, "attention_mask": mask, "labels": ids.masked_fill(mask == 0, -100)}

        config = LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear")
        model = get_peft_model(bench.base.model, config, autocast_adapter_dtype=not on_cuda)
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                folder,
                per_device_train_batch_size=size,
                max_steps=steps,
                learning_rate=1e-4,
                bf16=on_cuda,
                optim="adamw_torch_fused",
                train_sampling_strategy="group_by_length",
                length_column_name="length",
                remove_unused_columns=False,
                save_strategy="no",
                logging_steps=10,
                report_to="none",
                disable_tqdm=True,
            )
            try:
                Trainer(
                    model, arguments, data_collator=together, train_dataset=rows, callbacks=[clock]
                ).train()
                bench.tell("Trainer + PEFT", clock.tokens / clock.took)
                bench.figure("Trainer + PEFT, batch", "examples", size)
                return
            except torch.OutOfMemoryError:
                print(f"Trainer + PEFT: a batch of {size} does not fit", file=sys.stderr, flush=True)
            finally:
                del model
                bench.clean()


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


def attention(bench: Bench) -> None:
    """Attention alone, forward and backward, on one layer and one pack: ours, and FlexAttention on the same examples."""
    if not torch.cuda.is_available():
        return
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    from tune import attention as packed

    total, sizes = 8192, []
    for n in bench.sizes:
        if sum(sizes) + n > total:
            sizes.append(total - sum(sizes))
            break
        sizes.append(n)
    starts = torch.tensor([0, *sizes], device="cuda", dtype=torch.int32).cumsum(0, dtype=torch.int32)
    about = torch.tensor([len(sizes), max(sizes)], dtype=torch.int32)
    q = torch.randn(total, 28, 128, device="cuda", dtype=torch.bfloat16, requires_grad=True)
    k, v = (
        torch.randn(total, 4, 128, device="cuda", dtype=torch.bfloat16, requires_grad=True) for _ in range(2)
    )
    slope = torch.randn_like(q)

    def flash():
        out, _ = torch.ops.tunemesh.varlen(q, k, v, starts, about, 128**-0.5, -1)
        out.backward(slope)

    bench.figure("attention of a layer, flash", "ms", 1e3 * timed(bench, flash))
    truth = packed._one_by_one(*(t.transpose(0, 1)[None] for t in (q, k, v)), sizes, 128**-0.5, -1)
    out, _ = torch.ops.tunemesh.varlen(q, k, v, starts, about, 128**-0.5, -1)
    apart = (out.transpose(0, 1)[None] - truth).norm() / truth.norm()
    bench.figure("attention, against PyTorch's", "relative difference", apart.item(), goal=1e-2, less=True)
    document = torch.repeat_interleave(
        torch.arange(len(sizes), device="cuda"), torch.tensor(sizes, device="cuda")
    )

    def same(b, h, at, of):
        return (at >= of) & (document[at] == document[of])

    mask = create_block_mask(same, None, None, total, total, device="cuda")
    flex = torch.compile(flex_attention, dynamic=False)
    qh, kh, vh = (t.transpose(0, 1)[None] for t in (q, k, v))

    def flexed():
        flex(qh, kh, vh, block_mask=mask, enable_gqa=True).transpose(1, 2)[0].backward(slope)

    bench.figure("attention of a layer, flex", "ms", 1e3 * timed(bench, flexed))
    kr, vr = (t.detach().repeat_interleave(7, dim=1) for t in (k, v))

    def cudnn():
        out = torch.ops.aten._cudnn_attention_forward(
            q.detach(), kr, vr, None, starts, starts, max(sizes), max(sizes), True, 0.0, True, False
        )
        torch.ops.aten._cudnn_attention_backward(
            slope,
            q.detach(),
            kr,
            vr,
            out[0],
            out[1],
            out[6],
            out[7],
            None,
            starts,
            starts,
            max(sizes),
            max(sizes),
            0.0,
            True,
        )

    bench.figure("attention of a layer, cuDNN", "ms", 1e3 * timed(bench, cudnn))


def head(bench: Bench) -> None:
    """The output layer's loss and its gradient alone, for one pack, beside PyTorch's on whole logits."""
    from tune.loss import HeadLoss

    weight = bench.base.model.get_output_embeddings().weight
    count = 64 if bench.options.tiny else 8192
    hidden = torch.randn(count, weight.shape[1], device=weight.device, dtype=weight.dtype, requires_grad=True)
    labels = torch.randint(weight.shape[0], (count,), device=weight.device)
    scale = torch.ones(count, device=weight.device)

    def chunked():
        HeadLoss.apply(hidden, weight, labels, scale, torch.cuda.is_available())[0].backward()

    def plain():
        functional.cross_entropy((hidden @ weight.T).float(), labels, reduction="sum").backward()

    ms, theirs = (1e3 * timed(bench, work, 5) for work in (chunked, plain))
    bench.figure("loss of the head", "ms", ms, "cross_entropy", theirs, less=True)


def short_job(bench: Bench) -> None:
    """A whole job of 152 rows for 3 epochs, as the worker runs it: what is not training steps, and the first step."""
    tokenizer = shape.byte_tokenizer()
    base = replace(bench.base, tokenizer=tokenizer, stop_ids=frozenset({tokenizer.eos_token_id}))
    dice = random.Random(0)
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
        for warm in (False, True):
            began, first, last = time.perf_counter(), [], []
            job = Job(
                "bench",
                1,
                f"{folder}/{warm}",
                f"{folder}/{warm}.jsonl",
                BaseOfJob("bench", ""),
                Dataset(f"{folder}/train.jsonl"),
                Spec(
                    num_train_epochs=3.0 if warm else 0.1, learning_rate=1e-4, per_device_train_batch_size=4
                ),
            )
            own = events.Events(job.events)

            def emit(event: object, own=own, first=first, last=last) -> None:
                own.emit(event)
                if isinstance(event, events.Progress) and event.loss is not None:
                    (last if first else first).append(time.perf_counter())

            Path(job.workdir).mkdir()
            done = run.run(job, base, Pulse(emit, lambda: None))
            took = time.perf_counter() - began
            own.close()
        bench.figure("warm start, to the first step", "s", first[0] - began, goal=2.0, less=True)
        bench.figure(
            "152 rows x 3 epochs, all but the steps",
            "s",
            took - done.seconds,
            goal=5.0,
            less=True,
            steps=done.steps,
            whole=round(took, 2),
            after_last_step=round(began + took - last[-1], 2),
        )


def evaluation(bench: Bench) -> None:
    """500 examples answered: the loss on the references and 64 new tokens each, by a random model that does not stop."""
    tokenizer = shape.byte_tokenizer()
    base = replace(bench.base, tokenizer=tokenizer, stop_ids=frozenset({tokenizer.eos_token_id}))
    made = shape.examples(shape.lengths(500, 3, 250.0, 600), 250)
    half = [replace(e, prompt=e.ids[: len(e.ids) // 2].tolist(), reference="x y z") for e in made]
    with methods.training(base, "bench", Spec()) as model:
        done = evaluate(model.eval(), base, "evaluation", half, 64, None, Pulse(lambda e: None, lambda: None))
    bench.figure("evaluation of 500 examples", "s", done.seconds, answer_tokens=done.metrics["answer_tokens"])


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


VARIANTS = {
    "ceiling": ceiling,
    "attention": attention,
    "head": head,
    "tutorial": tutorial,
    "stock": stock,
    "ours": all_on,
    "fp8": float8,
    "lean": lean,
    "lean8": lean8,
    "short": short_job,
    "evaluation": evaluation,
    "profile": profile,
}

if __name__ == "__main__":
    main()
