"""The process: how it starts, what it says when it cannot, and how it ends."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import process
import pytest
import tiny


def run(model, *options):
    return subprocess.run(
        process.command(model, *options),
        cwd=process.HOME,
        capture_output=True,
        text=True,
        timeout=process.PATIENCE_S,
    )


def test_a_taken_port_is_one_clear_line(model):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(model, "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines() == [
        f"engine: cannot listen on 127.0.0.1:{port}: Address already in use"
    ]


def test_a_folder_without_a_model_is_one_clear_line(tmp_path):
    ended = run(tmp_path, "--port", "0")
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"engine: {tmp_path} is no model folder: it has no config.json"


def test_a_length_beyond_the_model_is_refused(model):
    ended = run(model, "--port", "0", "--max-model-len", "1000000")
    assert ended.returncode == 1
    assert f"--max-model-len 1000000 is more than the model's own {tiny.MAX_LEN}" in ended.stderr


def test_bad_options_are_refused(model):
    ended = run(model, "--max-cpu-loras", "1", "--max-loras", "2")
    assert ended.returncode == 2
    assert "--max-cpu-loras" in ended.stderr


@pytest.fixture
def begin(model):
    """`begin(options)` starts an engine that does not outlive the test."""
    engines = []

    def start(*options):
        engines.append(process.start(model, *options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.kill()


def start_answer(engine, tokens):
    """A request in flight, read after the engine has been told to stop."""
    client = httpx.Client(timeout=process.PATIENCE_S)
    body = {"model": "tiny", "prompt": "A", "max_tokens": tokens, "ignore_eos": True, "stream": True}
    return client.stream("POST", f"{engine.url}/v1/completions", json=body)


def test_sigterm_lets_running_requests_end(begin):
    engine = begin("--shutdown-timeout", str(process.PATIENCE_S))
    with start_answer(engine, 600) as answer:
        lines = answer.iter_lines()
        next(lines)
        engine.process.send_signal(signal.SIGTERM)
        rest = [line for line in lines if line]
    assert rest[-1] == "data: [DONE]"
    assert '"finish_reason":"length"' in rest[-2]
    assert engine.process.wait(process.PATIENCE_S) in (0, -signal.SIGTERM)


def test_sigterm_ends_what_lasts_too_long(begin):
    engine = begin("--shutdown-timeout", "1")
    with start_answer(engine, tiny.ENDLESS) as answer:
        lines = answer.iter_lines()
        next(lines)
        engine.process.send_signal(signal.SIGTERM)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            list(lines)
    assert engine.process.wait(process.PATIENCE_S) in (0, -signal.SIGTERM)


def test_after_a_kill_it_starts_empty_and_takes_its_adapters_again(begin, root, adapter):
    load = {"lora_name": "again", "lora_path": str(adapter("lora"))}
    ask = {"model": "again", "prompt": "A", "max_tokens": 20, "temperature": 0}
    texts = []
    for _ in range(2):
        engine = begin("--adapter-root", str(root))
        with httpx.Client(base_url=engine.url, timeout=process.PATIENCE_S) as client:
            assert [m["id"] for m in client.get("/v1/models").json()["data"]] == ["tiny"]
            assert client.post("/v1/load_lora_adapter", json=load).status_code == 200
            texts.append(client.post("/v1/completions", json=ask).json()["choices"][0]["text"])
        assert engine.stop(signal.SIGKILL) == -signal.SIGKILL
    assert texts[0] == texts[1]


def test_it_can_end_with_its_parent(model, tmp_path):
    port_file = tmp_path / "port"
    line = process.command(model, "--port", "0", "--port-file", str(port_file), "--exit-with-parent")
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import subprocess as s; p = s.Popen({line!r}); print(p.pid, flush=True); p.wait()",
        ],
        cwd=process.HOME,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    child = int(parent.stdout.readline())
    deadline = time.monotonic() + process.PATIENCE_S
    while not port_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(child)


def alive(pid: int) -> bool:
    """Whether there is such a process that has not ended; it may do so at any moment."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
