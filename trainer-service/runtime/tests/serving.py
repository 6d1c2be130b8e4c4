"""Starts the engine as a process, for tests that compare what is served with what was trained."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

GREEDY = {"temperature": 0, "top_p": 1, "top_k": -1, "min_p": 0, "repetition_penalty": 1}
"""As the inference service asks for the most likely token each time."""
ENGINE = Path(__file__).parents[3] / "inference-service" / "engine"
PATIENCE_S = 300


@contextmanager
def serving(base: str, folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """A client of an engine that serves the base as "base", and the folder from which it takes adapters."""
    port, log, root = folder / "port", folder / "log", folder / "adapters"
    root.mkdir(parents=True)
    command = [sys.executable, "-m", "engine", "--model", base, "--served-model-name", "base"]
    command += ["--device", "cpu", "--port", "0", "--port-file", str(port), "--adapter-root", str(root)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ENGINE, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not port.exists():
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        url = f"http://127.0.0.1:{port.read_text().strip()}"
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
            yield client, root
    finally:
        process.kill()
        process.wait()


def answered(client: httpx.Client, name: str, probe: dict) -> bool:
    """Whether the engine answers a probe as training did, by the rule that the inference service has."""
    if "messages" in probe:
        body = {field: probe[field] for field in ("messages", "max_tokens")}
        answer = client.post("/v1/chat/completions", json={"model": name} | GREEDY | body)
        assert answer.status_code == 200, answer.text
        return answer.json()["choices"][0]["message"]["content"] == probe["expected"]
    answer = client.post("/v1/classify", json={"model": name, "input": probe["input"]})
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["data"]
    due = probe["expected"]
    if isinstance(due, list):
        said = [piece["label"] for piece in row["tokens"]]
        return len(said) == len(due) and all(d in (None, s) for s, d in zip(said, due, strict=True))
    if isinstance(due, str):
        near = abs(max(row["probs"]) - probe["probability"]) <= probe["tolerance"]
        return row["label"] == due and near
    return abs(row["probs"][0] - due) <= probe["tolerance"]


def load(client: httpx.Client, name: str, folder: str) -> None:
    answer = client.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": folder})
    assert answer.status_code == 200, answer.text
