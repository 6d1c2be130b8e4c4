"""What the trainer publishes is what the engine serves: every method on the starter model, probes replayed over HTTP."""

from __future__ import annotations

import pytest
from conftest import STARTER, chat, write_lines
from running import named, run_job
from serving import load, serving
from test_methods import probes_of

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
