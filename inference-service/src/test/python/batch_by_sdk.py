"""Drives a batch by the unmodified OpenAI package; prints what it found as JSON."""

import json
import sys
import time

from openai import BadRequestError, NotFoundError, OpenAI


def main(url, key, file):
    batches = OpenAI(base_url=url, api_key=key, max_retries=0).batches
    batch = batches.create(
        input_file_id=file,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"made_by": "sdk"},
    )
    print(json.dumps({"id": batch.id, "first_status": batch.status}), flush=True)
    deadline = time.time() + 240
    while batch.status not in ("completed", "failed") and time.time() < deadline:
        time.sleep(0.1)
        batch = batches.retrieve(batch.id)
    found = {
        "object": batch.object,
        "status": batch.status,
        "output": batch.output_file_id,
        "errors": batch.error_file_id,
        "counts": batch.request_counts.model_dump(),
        "metadata": batch.metadata,
        "listed": [each.id for each in batches.list(limit=1)].count(batch.id),
        "refusals": [],
    }
    for wrong in (
        lambda: batches.cancel(batch.id),
        lambda: batches.retrieve("batch_none"),
    ):
        try:
            wrong()
        except (BadRequestError, NotFoundError) as e:
            found["refusals"].append([type(e).__name__, e.code])
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
