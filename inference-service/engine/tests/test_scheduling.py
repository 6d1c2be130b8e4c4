"""Many requests at once: they progress together, end when nobody listens, and wait in a bounded line."""

import json
import shutil
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import process
import pytest
from tiny import ENDLESS

LONG = {"temperature": 0, "ignore_eos": True, "prompt": "A"}


@pytest.fixture
def http(roomy):
    with httpx.Client(base_url=roomy.url, timeout=process.PATIENCE_S) as client:
        yield client
        leave_all()
        wait_until(lambda: client.get("/load").json()["server_load"] == 0)
        for model in client.get("/v1/models").json()["data"][1:]:
            client.post("/v1/unload_lora_adapter", json={"lora_name": model["id"]})


def load(http, name, folder):
    answer = http.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder)})
    assert answer.status_code == 200, answer.text


def completed(http, body):
    """The answer's text; asked again while the line is full, as a client does."""
    answer = http.post("/v1/completions", json=body)
    while answer.status_code == 429:
        time.sleep(0.05)
        answer = http.post("/v1/completions", json=body)
    return answer.json()["choices"][0]["text"]


def wait_until(true):
    deadline = time.monotonic() + process.PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


class Streaming:
    """A stream read on a thread of its own. `all`: those that the test under way has begun."""

    all: list = []

    def __init__(self, url, model, tokens):
        self.pieces = 0
        self.last: dict = {}
        self._stop = threading.Event()
        self._body = LONG | {"model": model, "max_tokens": tokens, "stream": True}
        self._url = url
        self.thread = threading.Thread(target=self._read)
        self.thread.start()
        Streaming.all.append(self)

    def _read(self):
        with (
            httpx.Client(timeout=process.PATIENCE_S) as client,
            client.stream("POST", f"{self._url}/v1/completions", json=self._body) as answer,
        ):
            for line in answer.iter_lines():
                if self._stop.is_set():
                    return
                if line.startswith("data: {"):
                    self.pieces += 1
                    self.last = json.loads(line[6:])

    def stop(self):
        self._stop.set()

    def leave(self):
        self.stop()
        self.thread.join()


def leave_all():
    """Ends what a failed test left. All are told first: those in the line go once others have."""
    for stream in Streaming.all:
        stream.stop()
    while Streaming.all:
        Streaming.all.pop().leave()


def test_a_stream_whose_reader_goes_away_ends_the_work(http, roomy):
    stream = Streaming(roomy.url, "tiny", ENDLESS)
    wait_until(lambda: stream.pieces > 5)
    stream.leave()
    nothing_runs(http)


def test_a_client_that_does_not_wait_for_its_whole_answer_ends_the_work(http, roomy):
    body = json.dumps(LONG | {"model": "tiny", "max_tokens": ENDLESS}).encode()
    head = "POST /v1/completions HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", roomy.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        wait_until(lambda: http.get("/load").json()["running"] == 1)
    nothing_runs(http)


def nothing_runs(http):
    """Long before all tokens are made: none is made any more."""
    wait_until(lambda: http.get("/load").json()["running"] == 0)
    before = http.get("/load").json()["generated_tokens"]
    time.sleep(0.3)
    assert http.get("/load").json()["generated_tokens"] == before


def test_a_full_line_answers_429_and_moves_on_when_clients_leave(http, roomy):
    streams = []
    for count in range(1, 8):  # 4 run, 3 wait
        streams.append(Streaming(roomy.url, "tiny", ENDLESS))
        wait_until(lambda count=count: http.get("/load").json()["server_load"] == count)
    answer = http.post("/v1/completions", json=LONG | {"model": "tiny", "max_tokens": 1})
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "queue_full"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    for stream in streams[:4]:
        stream.leave()
    # The rows of those that left and the line's move are two steps: both numbers must come true together.
    wait_until(lambda: (load := http.get("/load").json())["running"] == 3 and load["waiting"] == 0)
    for stream in streams[4:]:
        wait_until(lambda stream=stream: stream.pieces)
        stream.leave()


def test_more_adapters_than_run_at_once_all_get_their_turn(http, adapter):
    for seed in (1, 2, 3):
        load(http, f"turn-{seed}", adapter("lora", seed))

    def ask(seed):
        return completed(http, LONG | {"model": f"turn-{seed}", "max_tokens": 30})

    alone = [ask(seed) for seed in (1, 2, 3)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(ask, (1, 2, 3, 1, 2, 3)))
    assert together == alone * 2
    assert len(set(alone)) == 3


def test_rows_of_different_lengths_that_come_and_go_answer_as_alone(http):
    bodies = [
        LONG | {"model": "tiny", "prompt": "答案" * n, "max_tokens": m}
        for n, m in [(1, 200), (90, 20), (7, 90), (40, 170), (3, 33), (60, 5), (2, 140)]
    ]

    def ask(body):
        return completed(http, body)

    alone = [ask(body) for body in bodies]
    with ThreadPoolExecutor(len(bodies)) as pool:
        futures = []
        for body in bodies:
            futures.append(pool.submit(ask, body))
            time.sleep(0.05)
        assert [future.result() for future in futures] == alone


def test_an_adapter_out_of_memory_is_read_again(http, roomy, adapter):
    names = [f"kept-{seed}" for seed in (1, 2, 3)]
    for seed, name in enumerate(names, 1):
        load(http, name, adapter("lora", seed))  # the third puts the first out of memory
    assert "adapter out of memory name=kept-1" in roomy.log.read_text()
    assert names == [m["id"] for m in http.get("/v1/models").json()["data"][1:]]
    body = LONG | {"max_tokens": 20}
    again = http.post("/v1/completions", json=body | {"model": "kept-1"}).json()["choices"][0]["text"]
    load(http, "fresh", adapter("lora", 1))
    fresh = http.post("/v1/completions", json=body | {"model": "fresh"}).json()["choices"][0]["text"]
    assert again == fresh


def test_an_adapter_whose_folder_changed_while_out_of_memory_is_not_served(http, adapter, root):
    folder = shutil.copytree(adapter("lora", 1), root / "changing")
    load(http, "changing", folder)
    load(http, "other-2", adapter("lora", 2))
    load(http, "other-3", adapter("lora", 3))
    shutil.copy(adapter("lora", 2) / "adapter_model.safetensors", folder)
    answer = http.post("/v1/completions", json=LONG | {"model": "changing", "max_tokens": 1})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "adapter_lost"
    assert "changed" in answer.json()["error"]["message"]
    shutil.rmtree(folder)
    answer = http.post("/v1/completions", json=LONG | {"model": "changing", "max_tokens": 1})
    assert answer.json()["error"]["code"] == "adapter_lost"


def test_unloading_lets_running_requests_end(http, roomy, adapter):
    load(http, "leaving", adapter("lora", 1))
    stream = Streaming(roomy.url, "leaving", 400)
    wait_until(lambda: stream.pieces)
    assert http.post("/v1/unload_lora_adapter", json={"lora_name": "leaving"}).status_code == 200
    stream.thread.join()
    assert stream.last["choices"][0]["finish_reason"] == "length"
