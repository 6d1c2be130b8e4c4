"""Starts the engine as a process, for tests that compare what is served with what was trained."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ENGINE = Path(__file__).parents[3] / "inference-service" / "engine"
PATIENCE_S = 300


@contextmanager
def serving(base: str, folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """A client of an engine that serves the base as "base", and the folder from which it takes adapters."""
    port, log, root = folder / "port", folder / "log", folder / "adapters"
    root.mkdir()
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


def load(client: httpx.Client, name: str, folder: str) -> None:
    answer = client.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": folder})
    assert answer.status_code == 200, answer.text
