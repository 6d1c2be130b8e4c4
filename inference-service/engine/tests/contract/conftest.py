"""Where the contract is checked: at ENGINE_URL when it is set, else at an engine started here.

Against another server, such as vLLM, set as well
  ENGINE_ADAPTERS  two LoRA folders that the server can read, separated by a colon;
                   without them what is said of adapters is skipped
  ENGINE_CLASSIFIER_URL  a server whose model is a classifier; without it what is said of classes is skipped
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
    adapters: tuple[Path, ...]


def _models(url: str) -> list[dict]:
    return httpx.get(f"{url}/v1/models", timeout=300).json()["data"]


@pytest.fixture(scope="session")
def server(request) -> Server:
    url = os.environ.get("ENGINE_URL")
    if url:
        adapters = tuple(Path(part) for part in os.environ.get("ENGINE_ADAPTERS", "").split(":") if part)
    else:
        url = request.getfixturevalue("engine").url
        adapter = request.getfixturevalue("adapter")
        adapters = (adapter("lora", 1), adapter("lora", 2))
    return Server(url, next(m["id"] for m in _models(url) if not m.get("parent")), adapters)


@pytest.fixture(scope="session")
def roomy_server(request) -> tuple[str, str, int]:
    """The address of a server with room for long answers, its base model and how many tokens that takes."""
    url = os.environ.get("ENGINE_URL") or request.getfixturevalue("roomy").url
    base = next(m for m in _models(url) if not m.get("parent"))
    return url, base["id"], base["max_model_len"]


@pytest.fixture(scope="session")
def classifier(request) -> tuple[str, str]:
    """The address of a server that classifies, and its model."""
    url = os.environ.get("ENGINE_CLASSIFIER_URL")
    if url:
        return url, _models(url)[0]["id"]
    if os.environ.get("ENGINE_URL"):
        pytest.skip("ENGINE_CLASSIFIER_URL names no server of a classifier")
    return request.getfixturevalue("classifying").url, "classes"


@pytest.fixture
def http(server):
    with httpx.Client(base_url=server.url, timeout=300) as client:
        yield client


@pytest.fixture
def two_adapters(http, server):
    """The names of two loaded adapters."""
    if not server.adapters:
        pytest.skip("ENGINE_ADAPTERS names no LoRA folders")
    names = ("contract-one", "contract-two")
    for name, folder in zip(names, server.adapters, strict=True):
        answer = http.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder)})
        assert answer.status_code == 200, answer.text
    yield names
    for name in names:
        http.post("/v1/unload_lora_adapter", json={"lora_name": name})
