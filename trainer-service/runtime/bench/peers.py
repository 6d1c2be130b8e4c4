"""What ours is held against: the tutorial recipe, and transformers Trainer + PEFT at its best plain settings."""

from __future__ import annotations

import random
import sys
import tempfile
import time

import torch
from peft import LoraConfig, get_peft_model

from bench.gpu import Bench

WARM = 4


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
