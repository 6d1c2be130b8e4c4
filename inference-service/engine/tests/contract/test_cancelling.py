"""A client that goes away frees its place. A server tells what runs by vLLM's `/metrics` or our `/load`."""

import json
import socket
import time

import httpx
import pytest

ASKERS = 3
PATIENCE_S = 300


def busy(client) -> tuple[float, float]:
    """Requests that run or wait, and the tokens that were made until now."""
    metrics = client.get("/metrics")
    if metrics.status_code == 200 and "vllm:" in metrics.text:
        names = ("num_requests_running", "num_requests_waiting", "generation_tokens_total")
        running, waiting, tokens = (_sum(metrics.text, f"vllm:{name}") for name in names)
        return running + waiting, tokens
    load = client.get("/load")
    if load.status_code != 200 or "generated_tokens" not in load.json():
        pytest.skip("the server has neither vLLM's /metrics nor a /load with generated_tokens")
    return load.json()["server_load"], load.json()["generated_tokens"]


def _sum(metrics: str, name: str) -> float:
    lines = (line for line in metrics.splitlines() if line.startswith((f"{name}{{", f"{name} ")))
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_frees_its_place(roomy_server, stream):
    url, base, room = roomy_server
    tokens = room - 64
    body = {"model": base, "prompt": "Once", "max_tokens": tokens, "ignore_eos": True, "temperature": 0}
    with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        wait_until(lambda: busy(client)[0] == 0)
        before = busy(client)[1]
        for _ in range(ASKERS):
            leave(client, httpx.URL(url), body | {"stream": stream})
        wait_until(lambda: busy(client)[0] == 0)
        made = busy(client)[1] - before
    assert made < ASKERS * tokens


def leave(client, url: httpx.URL, body: dict) -> None:
    """Asks and goes away when the answer is under way."""
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/completions HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    before = busy(client)[1]
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode() + content)
        wait_until(lambda: busy(client)[1] > before)


def wait_until(true) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)
