"""What the trainer publishes is what the engine serves: every method on the starter model, probes replayed over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from conftest import STARTER, TEMPLATE, byte_tokenizer, chat, write_lines
from running import named, run_job
from serving import GREEDY, answered, load, serving
from test_methods import probes_of
from transformers import AutoModelForCausalLM

from tune import base as bases
from tune import export

CASES = {
    "lora": {},
    "dora": {"lora_rank": 4},
    "adapter": {},
    "prefix": {},
    "p_tuning": {"encoder_hidden_size": 64},
    "prompt": {},
    "freeze": {},
    "full": {},
}
CITIES = (
    "Oslo",
    "Rome",
    "Lima",
    "Cairo",
    "Delhi",
    "Paris",
    "Quito",
    "Hanoi",
    "Tunis",
    "Kyiv",
    "Riga",
    "Bern",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine that serves the starter model: (client, adapter folder)."""
    with serving(STARTER, tmp_path_factory.mktemp("engine")) as served:
        yield served


@pytest.mark.parametrize("method", CASES)
def test_it_learns_at_its_default_rate_and_is_served_as_it_was_trained(method, engine, make_job, starter):
    client, root = engine
    rows = [chat(f"Where do you live, number {n}?", f"I live in {city}.") for n, city in enumerate(CITIES)]
    job = make_job(
        root,
        name=method,
        folder_of_base=STARTER,
        method=method,
        learning_rate=None,
        per_device_train_batch_size=2,
        probes=3,
        **CASES[method],
    )
    job["dataset"] = {"train": write_lines(root / f"{method}.jsonl", rows)}
    seen = run_job(job, starter)
    assert seen[-1]["event"] == "adapter", seen[-1]
    losses = [e["loss"] for e in named(seen, "progress") if e["stage"] == "training"]
    half = len(losses) // 2
    assert sum(losses[half:]) / len(losses[half:]) < sum(losses[:half]) / half
    load(client, method, seen[-1]["folder"])
    assert len(probes_of(seen[-1])) == 3
    for probe in probes_of(seen[-1]):
        body = {"model": method, "messages": probe["messages"], "max_tokens": probe["max_tokens"]}
        answer = client.post("/v1/chat/completions", json=body | {"temperature": 0}).json()
        choice = answer["choices"][0]
        assert choice["message"]["content"] == probe["expected"]
        assert choice["finish_reason"] == probe["finish"]


def test_a_base_that_was_never_tuned_on_chats_ends_its_answers_where_it_learnt_to(
    base_folder, make_job, tmp_path
):
    """Its end of text is not ChatML's end of turn, and its generation config punishes repetition."""
    folder = tmp_path / "base"
    tokenizer = byte_tokenizer(TEMPLATE)
    tokenizer.eos_token = "<|endoftext|>"
    tokenizer.save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(base_folder)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.repetition_penalty = 1.3
    model.save_pretrained(folder)
    base = bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))
    job = make_job(tmp_path, folder_of_base=str(folder), num_train_epochs=10)
    rows = [chat(f"say {n}", "aaaaaa") for n in range(12)]
    job["dataset"] = {"train": write_lines(tmp_path / "rows.jsonl", rows)}
    last = run_job(job, base)[-1]
    assert last["event"] == "adapter", last
    (probe, _) = probes_of(last)
    ends = sorted(tokenizer.convert_tokens_to_ids(["<|endoftext|>", "<|im_end|>"]))
    assert probe["finish"] == "stop" and sorted(base.stop_ids) == ends
    export.export(str(folder), last["folder"], "merged", str(tmp_path / "merged"))
    for path, due in ((folder, ends[0]), (tmp_path / "merged", ends)):
        said = json.loads((path / "generation_config.json").read_text(encoding="utf-8"))
        assert (said["eos_token_id"], said["repetition_penalty"]) == (due, 1.3)
    with serving(str(folder), tmp_path / "engine") as (client, root):
        Path(last["folder"]).rename(root / "own")
        load(client, "own", str(root / "own"))
        assert all(answered(client, "own", probe) for probe in probes_of(last))
        body = {"model": "own", "messages": probe["messages"], "max_tokens": probe["max_tokens"]}
        choice = client.post("/v1/chat/completions", json=GREEDY | body).json()["choices"][0]
        assert choice["finish_reason"] == "stop"
