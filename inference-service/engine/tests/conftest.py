import os
from pathlib import Path

import httpx
import process
import pytest
import tiny

# What the tests call runs on this machine, whatever proxy leads out of it.
os.environ["no_proxy"] = "127.0.0.1,localhost," + os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> Path:
    """The adapter root: adapters are made under it."""
    return tmp_path_factory.mktemp("adapters")


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Path:
    return tiny.make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def adapter(model, root):
    """`adapter("dora")` is the folder of an adapter of that kind, made once."""
    made: dict[tuple, Path] = {}

    def make(kind: str = "lora", seed: int = 1) -> Path:
        if (kind, seed) not in made:
            made[kind, seed] = tiny.make_adapter(model, root / f"{kind}-{seed}", kind, seed)
        return made[kind, seed]

    return make


@pytest.fixture(scope="session")
def engine(model, root):
    """An engine process for the tests that do not end it."""
    running = process.start(
        model,
        *("--adapter-root", str(root)),
        *("--max-model-len", "256", "--max-cpu-loras", "40", "--max-loras", "3"),
    )
    yield running
    running.kill()


@pytest.fixture(scope="session")
def roomy(model, root):
    """An engine with a small queue and long answers, for the tests of scheduling."""
    running = process.start(
        model,
        *("--adapter-root", str(root), "--max-loras", "2", "--max-cpu-loras", "2"),
        *("--max-num-seqs", "4", "--max-queue", "3"),
    )
    yield running
    running.kill()


@pytest.fixture(scope="session")
def classifying(root, tmp_path_factory):
    """An engine over an encoder, with an adapter `classes` that has a head."""
    encoder = tiny.make_encoder(tmp_path_factory.mktemp("encoder"))
    folder = tiny.make_classifier(encoder, root / "classes")
    running = process.start(encoder, "--adapter-root", str(root))
    body = {"lora_name": "classes", "lora_path": str(folder)}
    answer = httpx.post(f"{running.url}/v1/load_lora_adapter", json=body, timeout=process.PATIENCE_S)
    assert answer.status_code == 200, answer.text
    yield running
    running.kill()


@pytest.fixture
def client(engine):
    with httpx.Client(base_url=engine.url, timeout=process.PATIENCE_S) as http:
        yield http


@pytest.fixture
def loaded(client, adapter):
    """`loaded("lora")` loads an adapter of that kind for one test and returns its name."""
    names: list[str] = []

    def load(kind: str = "lora", seed: int = 1, name: str | None = None) -> str:
        name = name or f"{kind}-{seed}"
        answer = client.post(
            "/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(adapter(kind, seed))}
        )
        assert answer.status_code == 200, answer.text
        names.append(name)
        return name

    yield load
    for name in names:
        client.post("/v1/unload_lora_adapter", json={"lora_name": name})
