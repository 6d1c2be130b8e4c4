"""Tunes the starter on the sample rows with plain PEFT LoRA and prints, as JSON, how base and tuned do on the held-out rows."""

import argparse
import hashlib
import json
import math
import pathlib
import random
import time

import sacrebleu
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from exam_format import ANSWERS, canonical, parse, prompt, well_formed
from sample_rows import truth_of

SPLIT = (80, 90, 100)


def split_of(text: str, seed: int) -> str:
    """train, validation or test by a hash of the text, so that a row never moves when others are added."""
    bucket = int(hashlib.sha256(f"{seed} {text}".encode()).hexdigest(), 16) % 100
    return next(
        name for name, end in zip(("train", "validation", "test"), SPLIT, strict=True) if bucket < end
    )


def examples(seed: int) -> dict[str, list[dict]]:
    """The kept rows as prompts with reference outputs, by split."""
    split = {"train": [], "validation": [], "test": []}
    for row in truth_of(seed):
        if "items" in row:
            lang, items = row["lang"], row["items"]
            example = {
                "lang": lang,
                "items": items,
                "prompt": prompt(lang, row["text"], len(items)),
                "output": canonical(lang, items),
            }
            split[split_of(row["text"], seed)].append(example)
    return split


def examples_of(folder: pathlib.Path) -> dict[str, list[dict]]:
    """The same from a dataset as the dataset service writes it: `train.jsonl`, `validation.jsonl`, `test.jsonl`.

    Its questions keep the score and blank marks of the workbooks, so they are harder to learn than the generator's own.
    """
    split = {"train": [], "validation": [], "test": []}
    for part, rows in split.items():
        for line in (folder / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
            asked, answered = (message["content"] for message in json.loads(line)["messages"])
            lang = "en" if answered.splitlines()[-1].startswith(ANSWERS["en"]) else "zh"
            items = parse(lang, answered)
            if items is None:
                raise SystemExit(
                    f"{part}.jsonl has an answer that is not in the exam's form: {answered[:80]}"
                )
            rows.append({"lang": lang, "items": items, "prompt": asked, "output": answered})
    return split


def encode(tokenizer, example: dict) -> tuple[list[int], int]:
    """The token ids of prompt and output, and how many belong to the prompt."""
    head = chat(tokenizer, example)
    ids = tokenizer(head + example["output"] + "<|im_end|>\n", add_special_tokens=False)["input_ids"]
    return ids, len(tokenizer(head, add_special_tokens=False)["input_ids"])


def chat(tokenizer, example: dict) -> str:
    return tokenizer.apply_chat_template(
        [{"role": "user", "content": example["prompt"]}], tokenize=False, add_generation_prompt=True
    )


def tune(model, tokenizer, rows: list[dict], options) -> tuple[float, list[float]]:
    """Trains the adapter in place; returns seconds and the mean loss of each epoch."""
    encoded = [encode(tokenizer, row) for row in rows]
    rng = random.Random(options.seed)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=options.learning_rate, weight_decay=0.0)
    per_epoch = math.ceil(len(encoded) / options.batch)
    total, step, losses = per_epoch * options.epochs, 0, []
    model.train()
    began = time.monotonic()
    for _ in range(options.epochs):
        order, sums = rng.sample(encoded, len(encoded)), []
        for at in range(0, len(order), options.batch):
            batch = order[at : at + options.batch]
            width = max(len(ids) for ids, _ in batch)
            ids = torch.tensor(
                [ids + [tokenizer.pad_token_id] * (width - len(ids)) for ids, _ in batch], device=model.device
            )
            labels = ids.clone()
            for row, (tokens, head) in enumerate(batch):
                labels[row, :head] = -100
                labels[row, len(tokens) :] = -100
            rate = min(1.0, (step + 1) / max(1, 0.05 * total)) * (
                0.5 + 0.5 * math.cos(math.pi * step / total)
            )
            optimizer.param_groups[0]["lr"] = options.learning_rate * rate
            loss = model(input_ids=ids, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            sums.append(loss.item())
            step += 1
        losses.append(round(sum(sums) / len(sums), 4))
    return time.monotonic() - began, losses


@torch.no_grad()
def evaluate(model, tokenizer, rows: list[dict], max_new_tokens: int) -> tuple[dict, list[str]]:
    """Greedy outputs for the rows and their metrics."""
    model.eval()
    tokenizer.padding_side = "left"
    batch = tokenizer(
        [chat(tokenizer, row) for row in rows], return_tensors="pt", padding=True, add_special_tokens=False
    ).to(model.device)
    began = time.monotonic()
    made = model.generate(**batch, max_new_tokens=max_new_tokens, do_sample=False)
    seconds = time.monotonic() - began
    outputs = tokenizer.batch_decode(made[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
    outputs = [output.strip() for output in outputs]
    scores = [metrics(row, output) for row, output in zip(rows, outputs, strict=True)]
    mean = {
        key: round(sum(s[key] for s in scores) / len(scores), 4) for key in ("well_formed", "bleu", "rougeL")
    }
    for name in ("stems", "right_keys", "grounded", "questions"):
        mean[name] = sum(s[name] for s in scores)
    return mean | {"seconds": round(seconds, 1), "examples": len(rows)}, outputs


def metrics(row: dict, output: str) -> dict:
    """One output's scores. `stems` counts questions whose stem stands in the reference, `right_keys` those of them whose
    keyed option is the reference's right one, `grounded` the questions with an option that quotes ten (zh: six) characters of the text."""
    lang = row["lang"]
    bleu = sacrebleu.sentence_bleu(output, [row["output"]], tokenize="zh" if lang == "zh" else "13a").score
    units = (lambda text: list(text.replace(" ", ""))) if lang == "zh" else str.split
    items = parse(lang, output) or []
    right = {item["stem"]: item["options"][item["answer"]] for item in row["items"]}
    known = [item for item in items if item["stem"] in right]
    return {
        "well_formed": float(well_formed(lang, output, len(row["items"]))),
        "bleu": bleu,
        "rougeL": rouge_l(units(output), units(row["output"])),
        "stems": len(known),
        "right_keys": sum(item["options"][item["answer"]] == right[item["stem"]] for item in known),
        "grounded": sum(
            any(
                quotes(option, row["prompt"], 6 if lang == "zh" else 10)
                for option in item["options"].values()
            )
            for item in items
        ),
        "questions": len(items),
    }


def quotes(option: str, text: str, size: int) -> bool:
    return any(option[i : i + size].lower() in text.lower() for i in range(len(option) - size + 1))


def rouge_l(made: list[str], wanted: list[str]) -> float:
    """F1 over the longest common subsequence of units."""
    row = [0] * (len(wanted) + 1)
    for unit in made:
        before = 0
        for i, other in enumerate(wanted, 1):
            before, row[i] = row[i], before + 1 if unit == other else max(row[i], row[i - 1])
    if not row[-1]:
        return 0.0
    precision, recall = row[-1] / len(made), row[-1] / len(wanted)
    return 2 * precision * recall / (precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path(__file__).parent / "model")
    parser.add_argument(
        "--data", type=pathlib.Path, help="a dataset of the dataset service instead of the sample rows"
    )
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--max-new-tokens", type=int, default=400)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--show", type=int, default=0, help="outputs to print")
    parser.add_argument("--skip-base", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=getattr(torch, options.dtype)).to(
        options.device
    )
    rows = examples_of(options.data) if options.data else examples(options.seed)
    report = {
        "spec": {k: v for k, v in vars(options).items() if k not in ("model", "data", "show")},
        "split": {k: len(v) for k, v in rows.items()},
    }
    if not options.skip_base:
        report["base"], before = evaluate(model, tokenizer, rows["test"], options.max_new_tokens)
    config = LoraConfig(
        r=options.rank, lora_alpha=options.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    model = get_peft_model(model, config)
    used = time.process_time()
    seconds, losses = tune(model, tokenizer, rows["train"], options)
    used = time.process_time() - used
    report["tuning"] = {"seconds": round(seconds, 1), "processor_seconds": round(used, 1), "losses": losses}
    report["tuned"], after = evaluate(model, tokenizer, rows["test"], options.max_new_tokens)
    for row, output in list(zip(rows["test"], after, strict=True))[: options.show]:
        print(row["prompt"], "\n>>>", output, "\n")
    if options.show and not options.skip_base:
        print("base:", *before[: options.show], sep="\n>>> ")
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
