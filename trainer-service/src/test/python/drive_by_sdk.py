"""Drives the trainer by the unmodified OpenAI package; prints what it found as JSON."""

import json
import sys
import time

from openai import BadRequestError, NotFoundError, OpenAI


def main(url, key, dataset):
    jobs = OpenAI(base_url=url, api_key=key, max_retries=0).fine_tuning.jobs
    job = jobs.create(
        model="tunemesh-starter",
        training_file=dataset,
        suffix="sdk",
        seed=3,
        metadata={"made_by": dataset},
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 2}},
        },
        extra_body={"training": {"lora_rank": 4}},
    )
    found = {"id": job.id, "first_status": job.status, "object": job.object}
    deadline = time.time() + 120
    while (
        job.status not in ("succeeded", "failed", "cancelled")
        and time.time() < deadline
    ):
        time.sleep(0.1)
        job = jobs.retrieve(job.id)
    found |= {
        "status": job.status,
        "model": job.fine_tuned_model,
        "n_epochs": job.method.supervised.hyperparameters.n_epochs,
    }
    found["listed"] = [
        listed.id for listed in jobs.list(metadata={"made_by": dataset}, limit=1)
    ]
    events = list(jobs.list_events(job.id, limit=3))
    found["events"] = [event.id for event in events]
    found["types"] = sorted({event.type for event in events})
    found["checkpoints"] = [
        checkpoint.step_number for checkpoint in jobs.checkpoints.list(job.id, limit=1)
    ]
    found["train_loss"] = next(iter(jobs.checkpoints.list(job.id))).metrics.train_loss
    found["refusals"] = [
        refused(lambda: jobs.create(model="none", training_file=dataset)),
        refused(lambda: jobs.retrieve("ftjob-none")),
    ]
    print(json.dumps(found))


def refused(call):
    try:
        call()
    except (BadRequestError, NotFoundError) as error:
        return [type(error).__name__, error.code]
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
