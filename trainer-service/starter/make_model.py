"""Makes the starter model from nothing: tokenizer, pre-training on synthetic readings and chats, folder with model card.

Runs in minutes on a GPU; on a CPU it works too, but takes many hours for the same number of tokens.
"""

import argparse
import datetime
import itertools
import json
import math
import multiprocessing
import os
import pathlib
import random
import time
from dataclasses import dataclass

import numpy
import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from card import write_card
from skills import SkillMaker
from tokenizer_maker import CHAT_TEMPLATE, END, END_OF_TEXT, make_tokenizer, pieces

LIMIT_BYTES = 16_000_000


@dataclass(frozen=True)
class Plan:
    """How the model is shaped and trained. Training ends after `steps`, or sooner when `seconds` are over."""

    vocabulary: int = 8192
    hidden: int = 256
    intermediate: int = 576
    layers: int = 8
    heads: int = 4
    key_value_heads: int = 2
    context: int = 2048
    batch: int = 32
    steps: int = 8000
    seconds: float = 420
    learning_rate: float = 3e-3
    weight_decay: float = 0.1
    warmup: float = 0.02
    prompt_weight: float = 0.1
    seed: int = 20261121
    workers: int = 12


def new_model(plan: Plan, tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    """An untrained model of the plan's shape."""
    torch.manual_seed(plan.seed)
    end, pad = (tokenizer.convert_tokens_to_ids(token) for token in (END, END_OF_TEXT))
    config = Qwen2Config(
        vocab_size=plan.vocabulary,
        hidden_size=plan.hidden,
        intermediate_size=plan.intermediate,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        num_key_value_heads=plan.key_value_heads,
        max_position_embeddings=plan.context,
        tie_word_embeddings=True,
        bos_token_id=pad,
        eos_token_id=end,
        pad_token_id=pad,
    )
    return Qwen2ForCausalLM(config)


def feed(queue, folder: str, plan: Plan, worker: int) -> None:
    """Fills a queue with packed documents, (rows, context + 1), until the process is ended; a token to be learnt is written negative."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)._tokenizer
    skills, rng = SkillMaker(), random.Random(plan.seed * 1000 + worker)
    stream: list[int] = []
    size = plan.batch * (plan.context + 1)
    while True:
        while len(stream) < size:
            parts = [part for _ in range(64) for part in pieces(skills.draw(rng))]
            encoded = tokenizer.encode_batch_fast([text for text, _ in parts], add_special_tokens=False)
            for (_, learnt), encoding in zip(parts, encoded, strict=True):
                stream += [-1 - token for token in encoding.ids] if learnt else encoding.ids
        queue.put(numpy.array(stream[:size], dtype=numpy.int16).reshape(plan.batch, plan.context + 1))
        stream = stream[size:]


def batches(folder: str, plan: Plan):
    """Batches from the workers in turn, so that their order does not depend on their speed."""
    start = multiprocessing.get_context("spawn")
    queues = [start.Queue(maxsize=8) for _ in range(plan.workers)]
    workers = [
        start.Process(target=feed, args=(q, folder, plan, i), daemon=True) for i, q in enumerate(queues)
    ]
    for worker in workers:
        worker.start()
    try:
        for queue in itertools.cycle(queues):
            yield torch.from_numpy(queue.get().astype(numpy.int64))
    finally:
        for worker in workers:
            worker.terminate()


def train(model: Qwen2ForCausalLM, folder: str, plan: Plan, device: str) -> dict:
    """Trains the model in place and returns what was measured: steps, tokens, seconds and the loss at points on the way."""
    model.to(device).train()
    grouped = [
        {"params": [p for p in model.parameters() if p.ndim >= 2], "weight_decay": plan.weight_decay},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
    cuda = device == "cuda"
    optimizer = torch.optim.AdamW(grouped, lr=plan.learning_rate, betas=(0.9, 0.95), fused=cuda)
    forward = torch.compile(model) if cuda else model
    if cuda:
        torch.set_float32_matmul_precision("high")
    losses, began = [], None
    source = batches(folder, plan)
    for step in range(plan.steps):
        rows = next(source).to(device, non_blocking=True)
        learnt = rows < 0
        ids = torch.where(learnt, -1 - rows, rows)
        weights = torch.where(learnt[:, 1:], 1.0, plan.prompt_weight).flatten()
        began = began or time.monotonic()
        progress = max(step / plan.steps, (time.monotonic() - began) / plan.seconds)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = (
                plan.learning_rate
                * min(1.0, (step + 1) / (plan.warmup * plan.steps))
                * (0.5 + 0.5 * math.cos(math.pi * progress))
            )
        with torch.autocast(device, torch.bfloat16, enabled=cuda):
            logits = forward(input_ids=ids[:, :-1], use_cache=False).logits
            each = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none"
            )
            loss = (each * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 100 == 0 or step == plan.steps - 1:
            losses.append((step, round(loss.item(), 4)))
            print(f"step {step} loss {loss.item():.4f} seconds {time.monotonic() - began:.0f}", flush=True)
    seconds = time.monotonic() - began
    source.close()
    final = losses[-1][1]
    done = step + 1 if progress < 1 else step
    return {
        "steps": done,
        "tokens": done * plan.batch * plan.context,
        "seconds": round(seconds),
        "final_loss": final,
        "losses": losses,
    }


def save_tokenizer(tokenizer: PreTrainedTokenizerFast, out: pathlib.Path) -> None:
    """Writes the tokenizer's files, naming the class that older releases of transformers know too."""
    tokenizer.save_pretrained(out)
    file = out / "tokenizer_config.json"
    config = json.loads(file.read_text()) | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": CHAT_TEMPLATE,
    }
    file.write_text(json.dumps(config, indent=2) + "\n")


def save(
    model: Qwen2ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    plan: Plan,
    report: dict,
    out: pathlib.Path,
    limit: int = LIMIT_BYTES,
) -> None:
    """Writes the model folder in bf16 with its card; ends with an error when the folder is larger than the limit."""
    model.to("cpu").to(torch.bfloat16).eval()
    end, pad = model.config.eos_token_id, model.config.pad_token_id
    model.generation_config = GenerationConfig(
        bos_token_id=pad, eos_token_id=[end, pad], pad_token_id=pad, do_sample=False
    )
    model.save_pretrained(out)
    save_tokenizer(tokenizer, out)
    write_card(out, plan, report, sum(p.numel() for p in model.parameters()))
    total = sum(file.stat().st_size for file in out.iterdir())
    print(f"{out}: {total} bytes")
    if total > limit:
        raise SystemExit(
            f"The model folder has {total} bytes, over the limit of {limit}: make the model smaller."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "model")
    for name in ("steps", "batch", "workers", "seed", "layers"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    for name in ("seconds", "learning_rate"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(Plan, name))
    options = vars(parser.parse_args())
    out = options.pop("out")
    plan = Plan(**options)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        print(
            "No GPU found: training runs on the CPU, hundreds of times slower; lower --steps or expect days.",
            flush=True,
        )
    tokenizer = make_tokenizer(plan.vocabulary, plan.context, plan.seed)
    out.mkdir(parents=True, exist_ok=True)
    save_tokenizer(tokenizer, out)
    model = new_model(plan, tokenizer)
    report = train(model, str(out), plan, device)
    report["device"] = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    report["date"] = datetime.date.today().isoformat()
    save(model, tokenizer, plan, report, out)


if __name__ == "__main__":
    main()
