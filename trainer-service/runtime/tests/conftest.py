"""A tiny random base model and the pieces that tests run jobs with."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

# Models so small gain nothing from a second thread, which takes the core from whatever runs beside.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from tune import base as bases

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    fast.chat_template = template
    return fast


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory) -> str:
    torch.manual_seed(7)
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("base")
    config = Qwen2Config(
        vocab_size=272,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.2,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def base(base_folder):
    return bases.load(base_folder, bases.Place(torch.device("cpu"), torch.float32))


STARTER = str(Path(__file__).parents[2] / "starter" / "model")


@pytest.fixture(scope="session")
def starter():
    """The project's own base model."""
    torch.set_num_threads(1)
    return bases.load(STARTER, bases.Place(torch.device("cpu"), torch.float32))


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """`held(name)`: the folder of a tiny random model, and the model as the worker holds it."""
    from test_other_families import MODELS

    made = {}

    def load(name: str):
        if name not in made:
            torch.manual_seed(7)
            folder = tmp_path_factory.mktemp(name)
            MODELS[name]().save_pretrained(folder)
            tokenizer = byte_tokenizer(None)
            tokenizer.model_max_length = 128
            tokenizer.save_pretrained(folder)
            made[name] = str(folder), bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))
        return made[name]

    return load


def chat(question: str, answer: str, **more) -> dict:
    return {
        "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}],
        **more,
    }


def write_lines(path: Path, rows: list) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return str(path)


def exam(number: int) -> str:
    dice = random.Random(number)
    lines = []
    for question in (1, 2):
        lines.append(f"{question}. what is {dice.randrange(100)}?")
        lines += [f"{letter}. {letter.lower()}{dice.randrange(10)}" for letter in "ABCD"]
    return "\n".join([*lines, f"Answers: 1. {dice.choice('ABCD')} 2. {dice.choice('ABCD')}"])


@pytest.fixture
def use_threads():
    """Sets how many threads PyTorch has, for one test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.fixture
def job_line(tmp_path, make_job):
    """`make_job` in the test's own folder."""
    return lambda attempt=1, name="ftjob-test", **more: make_job(tmp_path, attempt, name, **more)


@pytest.fixture(scope="session")
def make_job(base_folder):
    """Makes a job as a dict over twelve training, three validation and two test chats; keyword arguments alter the spec."""

    def make(
        parent: Path,
        attempt: int = 1,
        name: str = "ftjob-test",
        resume: str | None = None,
        folder_of_base: str = base_folder,
        validation: bool = True,
        test: bool = True,
        **spec,
    ) -> dict:
        folder = parent / name
        folder.mkdir(exist_ok=True)
        rows = [chat("set an exam " + "about it " * (n % 5), exam(n)) for n in range(17)]
        paths = {
            "train": write_lines(folder / "train.jsonl", rows[:12]),
            "validation": write_lines(folder / "validation.jsonl", rows[12:15]) if validation else None,
            "test": write_lines(folder / "test.jsonl", rows[15:]) if test else None,
            "format": "exam",
        }
        workdir = folder / "attempts" / str(attempt)
        return {
            "job": name,
            "attempt": attempt,
            "workdir": str(workdir),
            "events": str(workdir / "events.jsonl"),
            "base": {"id": "tiny", "folder": folder_of_base},
            "dataset": paths,
            "spec": {
                "num_train_epochs": 2,
                "per_device_train_batch_size": 4,
                "learning_rate": 0.01,
                "max_new_tokens": 24,
                "probes": 2,
            }
            | spec,
            "resume": resume,
        }

    return make


def read_events(path: str) -> list[dict]:
    if not os.path.exists(path):
        return []
    text = Path(path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n")[: text.count("\n")] if line]
