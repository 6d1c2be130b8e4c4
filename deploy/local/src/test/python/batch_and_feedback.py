"""Answers a batch and a table, and makes a dataset of a thumb, by the official openai package, unmodified."""

import csv
import io
import json
import time

import httpx
import openai

MODEL = "tunemesh-starter"


def chat(number: int, model: str = MODEL) -> str:
    body = {
        "model": model,
        "messages": [{"role": "user", "content": f"Count to {number}."}],
        "max_tokens": 8,
        "temperature": 0,
    }
    line = {
        "custom_id": f"c{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body,
    }
    return json.dumps(line)


def until(ready, what: str):
    deadline = time.time() + 360
    while not (found := ready()):
        assert time.time() < deadline, what
        time.sleep(0.2)
    return found


def follow(client: openai.OpenAI, path: str) -> dict:
    """Reads the events of a job, which end with it, and returns what the last one told."""
    headers = {"Authorization": f"Bearer {client.api_key}"}
    url = f"{client.base_url}{path}/events"
    with httpx.stream("GET", url, headers=headers, timeout=360) as events:
        lines = [line for line in events.iter_lines() if line.startswith("data:")]
    return json.loads(lines[-1].removeprefix("data:"))


def batch(client: openai.OpenAI) -> None:
    lines = [chat(number) for number in range(8)]
    lines[3] = chat(3, "ft:nobody")
    upload = client.files.create(
        file=("in.jsonl", "\n".join(lines).encode()), purpose="batch"
    )
    made = client.batches.create(
        input_file_id=upload.id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
    )
    told = follow(client, f"batches/{made.id}")
    done = client.batches.retrieve(made.id)
    assert told["output_file_id"] == done.output_file_id, told
    assert done.status == "completed", done
    counts = done.request_counts
    assert (counts.total, counts.completed, counts.failed) == (8, 7, 1), counts
    answers = [
        json.loads(line)
        for line in client.files.content(done.output_file_id).text.splitlines()
    ]
    assert [answer["custom_id"] for answer in answers] == [
        f"c{n}" for n in range(8) if n != 3
    ]
    assert all("choices" in answer["response"]["body"] for answer in answers)
    failed = json.loads(client.files.content(done.error_file_id).text)
    assert failed["custom_id"] == "c3" and failed["response"]["status_code"] == 404, (
        failed
    )


def table(client: openai.OpenAI) -> None:
    rows = "uuid,title\r\nu1,Heart\r\nu2,\r\nu3,Stars\r\n"
    upload = client.files.create(
        file=("papers.csv", rows.encode()), purpose="user_data"
    )
    asked = {
        "file": upload.id,
        "model": MODEL,
        "template": "Say: {title}",
        "parameters": {"max_tokens": 4, "temperature": 0},
        "output": {"columns": ["uuid"], "answer": "said"},
    }
    made = client.post("/predictions", body=asked, cast_to=dict)
    done = follow(client, f"predictions/{made['id']}")
    assert done["status"] == "completed", done
    answered = io.StringIO(
        client.files.content(done["output_file_id"]).text, newline=""
    )
    assert [row[0] for row in csv.reader(answered)] == ["uuid", "u1", "u3"]
    failed = client.files.content(done["error_file_id"]).text
    assert failed.splitlines()[1].startswith("3,") and "empty_cell" in failed, failed


def feedback(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        max_tokens=8,
        store=True,
    )
    given = {"completion_id": answer.id, "corrected": "Good morning to you as well."}
    client.post("/feedback", body=given, cast_to=dict)
    export = client.post("/feedback/export", body={}, cast_to=dict)

    def processed():
        try:
            return client.files.retrieve(export["file_id"]).status == "processed"
        except openai.NotFoundError:
            return False

    until(processed, "the file of the feedback")
    dataset = {
        "sources": [{"file": export["file_id"], "recipe": "messages"}],
        "split": {"validation": 0, "test": 0},
    }
    made = client.post("/datasets", body=dataset, cast_to=dict)
    built = until(
        lambda: (
            (now := client.get(f"/datasets/{made['id']}", cast_to=dict))[
                "status"
            ].lower()
            in ("built", "rejected")
            and now
        ),
        "the dataset",
    )
    assert built["status"].lower() == "built", built
    rows = client.get(
        f"/datasets/{made['id']}/export?format=messages&split=train", cast_to=str
    )
    assert "Good morning to you as well." in rows, rows


def main() -> None:
    client = openai.OpenAI()
    batch(client)
    table(client)
    feedback(client)
    print("done")


if __name__ == "__main__":
    main()
