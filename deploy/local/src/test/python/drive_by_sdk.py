"""Drives the whole mesh by the official openai package, unmodified: upload, tune, watch, chat."""

import sys
import time

import openai


def main(workbook: str) -> None:
    client = openai.OpenAI()

    with open(workbook, "rb") as file:
        upload = client.files.create(file=file, purpose="fine-tune")
    processed = client.files.wait_for_processing(upload.id)
    assert processed.status == "processed", processed
    assert upload.id in [file.id for file in client.files.list(purpose="fine-tune")]
    with open(workbook, "rb") as file:
        assert client.files.content(upload.id).read() == file.read()

    job = client.fine_tuning.jobs.create(
        model="tunemesh-starter",
        training_file=upload.id,
        suffix="sdk",
        seed=7,
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 1}},
        },
        extra_body={"training": {"max_new_tokens": 24, "probes": 2}},
    )
    until = time.time() + 360
    while job.status not in ("succeeded", "failed", "cancelled"):
        assert time.time() < until, job
        time.sleep(0.5)
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.status == "succeeded", job.error
    assert job.trained_tokens and job.trained_tokens > 0

    events = list(client.fine_tuning.jobs.list_events(job.id, limit=3))
    assert len(events) > 3, "the events should fill several pages"
    assert len({event.id for event in events}) == len(events)
    assert any(event.type == "metrics" for event in events)
    assert job.id in [found.id for found in client.fine_tuning.jobs.list(limit=1)]
    checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id))
    assert checkpoints and checkpoints[0].metrics.train_loss

    tuned = job.fine_tuned_model
    while tuned not in [model.id for model in client.models.list()]:
        assert time.time() < until, f"{tuned} is not served"
        time.sleep(0.2)
    messages = [{"role": "user", "content": "Hello"}]
    whole = client.chat.completions.create(
        model=tuned, messages=messages, max_tokens=24, temperature=0
    )
    parts = [
        chunk.choices[0].delta.content or ""
        for chunk in client.chat.completions.create(
            model=tuned, messages=messages, max_tokens=24, temperature=0, stream=True
        )
        if chunk.choices
    ]
    assert "".join(parts) == whole.choices[0].message.content
    assert len(parts) > 2, "the answer should come in parts"

    try:
        client.fine_tuning.jobs.retrieve("ftjob-none")
    except openai.NotFoundError as error:
        assert "ftjob-none" in str(error)
    else:
        raise AssertionError("an unknown job was found")
    try:
        client.chat.completions.create(model="none", messages=messages)
    except openai.NotFoundError as error:
        assert error.code == "model_not_found"
    else:
        raise AssertionError("an unknown model answered")
    print("the SDK drove it all")


if __name__ == "__main__":
    main(sys.argv[1])
