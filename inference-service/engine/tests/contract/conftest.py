"""Where the contract is checked: at ENGINE_URL when it is set, else at an engine started here.

Against another server, such as vLLM, set as well
  ENGINE_ADAPTERS  two LoRA folders that the server can read, separated by a colon
"""

import os
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest


@dataclass(frozen=True)
class Server:
    url: str
    base: str
    adapters: tuple[Path, Path]


@pytest.fixture(scope="session")
def server(request) -> Server:
    url = os.environ.get("ENGINE_URL")
    if url:
        adapters = tuple(Path(part) for part in os.environ["ENGINE_ADAPTERS"].split(":"))
    else:
        url = request.getfixturevalue("engine").url
        adapter = request.getfixturevalue("adapter")
        adapters = (adapter("lora", 1), adapter("lora", 2))
    models = httpx.get(f"{url}/v1/models", timeout=300).json()["data"]
    return Server(url, next(m["id"] for m in models if not m.get("parent")), adapters)


@pytest.fixture
def http(server):
    with httpx.Client(base_url=server.url, timeout=300) as client:
        yield client


@pytest.fixture
def two_adapters(http, server):
    """The names of two loaded adapters."""
    names = ("contract-one", "contract-two")
    for name, folder in zip(names, server.adapters, strict=True):
        answer = http.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder)})
        assert answer.status_code == 200, answer.text
    yield names
    for name in names:
        http.post("/v1/unload_lora_adapter", json={"lora_name": name})
