"""Drives vector stores by the official openai package, unmodified. Prints what it found as JSON."""

import json
import sys

import openai


def main(url: str, key: str, chinese: str, english: str, rejected: str) -> None:
    client = openai.OpenAI(base_url=url, api_key=key, max_retries=0)
    store = client.vector_stores.create(
        name="manuals", metadata={"team": "docs"}, file_ids=[english]
    )
    assert store.id in [one.id for one in client.vector_stores.list(limit=1)]
    unnamed = client.vector_stores.create()
    assert unnamed.name == ""
    client.vector_stores.delete(unnamed.id)
    attached = client.vector_stores.files.create_and_poll(
        chinese,
        vector_store_id=store.id,
        attributes={"lang": "zh", "year": 2024},
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20},
        },
        poll_interval_ms=100,
    )
    other = client.vector_stores.files.poll(
        english, vector_store_id=store.id, poll_interval_ms=100
    )
    failed = client.vector_stores.files.create_and_poll(
        rejected, vector_store_id=store.id, poll_interval_ms=100
    )
    unknown = client.vector_stores.files.create_and_poll(
        "file-nowhere", vector_store_id=store.id, poll_interval_ms=100
    )
    client.vector_stores.files.update(
        english, vector_store_id=store.id, attributes={"lang": "en"}
    )
    found = client.vector_stores.search(
        store.id, query="我的假期可以留到明年吗？", max_num_results=3
    )
    in_english = client.vector_stores.search(
        store.id,
        query="How many holidays may I keep for next year?",
        filters={"type": "eq", "key": "lang", "value": "en"},
        ranking_options={"score_threshold": 0.2},
        rewrite_query=False,
    )
    content = client.vector_stores.files.content(chinese, vector_store_id=store.id)
    listed = list(client.vector_stores.files.list(store.id, limit=2))
    completed = list(client.vector_stores.files.list(store.id, filter="completed"))
    batch = client.vector_stores.file_batches.create_and_poll(
        store.id, file_ids=[chinese, english, rejected], poll_interval_ms=100
    )
    of_batch = list(
        client.vector_stores.file_batches.list_files(
            batch.id, vector_store_id=store.id, limit=2
        )
    )
    counts = client.vector_stores.retrieve(store.id).file_counts
    renamed = client.vector_stores.update(store.id, name="handbook")
    client.vector_stores.files.delete(chinese, vector_store_id=store.id)
    left = client.vector_stores.search(store.id, query="年假 结转", max_num_results=5)
    deleted = client.vector_stores.delete(store.id)
    refusals = []
    for call in (
        lambda: client.vector_stores.retrieve(store.id),
        lambda: client.vector_stores.search(store.id, query="x"),
        lambda: client.vector_stores.create(metadata={"k": "v" * 600}),
    ):
        try:
            call()
        except openai.APIStatusError as error:
            refusals.append([type(error).__name__, error.code])
    print(
        json.dumps(
            {
                "chinese": [attached.status, attached.attributes, attached.last_error],
                "english": other.status,
                "failed": [failed.status, failed.last_error.code],
                "reason": failed.last_error.message,
                "unknown": [unknown.status, unknown.last_error.code],
                "first": found.data[0].content[0].text,
                "first_file": found.data[0].file_id,
                "scores": [one.score for one in found.data],
                "english_files": sorted({one.file_id for one in in_english.data}),
                "english_first": in_english.data[0].content[0].text,
                "content": [part.text for part in content.data],
                "listed": [file.id for file in listed],
                "completed": sorted(file.id for file in completed),
                "batch": [batch.status, batch.file_counts.completed, len(of_batch)],
                "counts": counts.model_dump(),
                "renamed": [renamed.name, renamed.metadata],
                "left": sorted({one.file_id for one in left.data}),
                "deleted": deleted.deleted,
                "refusals": refusals,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
