"""A worker that obeys the contract and trains nothing: what it does stands in the first line of its train file.

`{"fake": {...}}` may have: steps, step_s, checkpoint_every; crash, hang and hold, {attempt: step}; fail, {code, reason},
and fails, the number of attempts that do (all); deaf (follows no command);
validation, the losses of the validation split at the even steps; best_metric, that all of them have; overfitting_since;
worst; export, for the fake exporter; tidy (ends only when nothing but the newest checkpoint is left). A base folder with a config.json is a real model: the real worker runs it.
"""

import argparse
import contextlib
import functools
import hashlib
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path

RUNTIME = Path(__file__).resolve().parents[3] / "runtime"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--ready", required=True)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if (Path(options.base) / "config.json").exists():
        folders = RUNTIME, Path(__file__).resolve().parent
        os.environ["PYTHONPATH"] = os.pathsep.join(map(str, folders))
        os.execv(sys.executable, [sys.executable, "-m", "held_worker", *sys.argv[1:]])
    if (Path(options.base) / "broken").exists():
        emit(
            options.ready,
            "failed",
            code="base_unusable",
            reason="The base model is damaged. Use another one.",
        )
        return 2
    if (Path(options.base) / "away").exists():
        emit(
            options.ready,
            "failed",
            code="base_unreadable",
            reason="The base model is not there.",
            retry=True,
        )
        return 2
    jobs, commands = queue.SimpleQueue(), {}
    threading.Thread(target=listen, args=(jobs, commands), daemon=True).start()
    emit(
        options.ready,
        "ready",
        device="none",
        dtype="none",
        seconds=0.0,
        versions={"torch": "none"},
        base={"sha256": {"config.json": "5f" * 32}},
    )
    while True:
        run(jobs.get(), commands)


def listen(jobs, commands):
    for line in sys.stdin:
        message = json.loads(line)
        for command in ("cancel", "pause"):
            if command in message:
                commands[message[command]] = command
        if "job" in message:
            jobs.put(message)
    os._exit(0)


GOLDEN = [
    json.loads(line)
    for line in (RUNTIME / "tests" / "golden" / "events.jsonl").open(encoding="utf-8")
]


def emit(path, event, **fields):
    """Appends an event; one with a field that the real worker does not send would prove nothing."""
    known = {name for sample in GOLDEN if sample["event"] == event for name in sample}
    assert fields.keys() <= known, fields.keys() - known
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps({"event": event, "time": time.time(), **fields}) + "\n")


def run(job, commands):
    with open(job["dataset"]["train"], encoding="utf-8") as file:
        script = json.loads(file.readline()).get("fake", {})
    say = functools.partial(emit, job["events"])
    steps, attempt = script.get("steps", 6), str(job["attempt"])
    first = resumed(job)
    say(
        "started",
        resumed_from_step=first,
        steps=steps,
        examples=3,
        truncated_examples=0,
        trainable_parameters=10,
    )
    if "fail" in script and job["attempt"] <= script.get("fails", job["attempt"]):
        say("failed", **script["fail"])
        return
    say(
        "notice",
        code="examples_truncated",
        reason="1 training example is cut.",
        field="spec.cutoff_len",
        lines=[1],
    )
    evaluated(say, "base", 0.1, script)
    for step in range(first + 1, steps + 1):
        time.sleep(script.get("step_s", 0.01))
        if script.get("hold", {}).get(attempt) == step:
            hold(job, say, commands)
        command = None if script.get("deaf") else commands.pop(job["job"], None)
        if command == "cancel":
            say("cancelled", step=step - 1)
            return
        if command == "pause":
            say(
                "paused",
                step=step - 1,
                folder=checkpoint(job, say, step - 1) if step > 1 else None,
            )
            return
        if script.get("crash", {}).get(attempt) == step:
            print("going down as asked", flush=True)
            os._exit(139)
        if script.get("hang", {}).get(attempt) == step:
            time.sleep(3600)
        say(
            "progress",
            stage="training",
            step=step,
            steps=steps,
            loss=3.0 / step,
            validation_loss=validation(script, step),
            learning_rate=1e-3,
            tokens_per_second=100.0,
            mean_token_accuracy=0.5,
            validation_mean_token_accuracy=None if step % 2 else 0.25,
            validation_metrics=metrics_of(script, step),
            memory_bytes=1000 + step,
            trained_tokens=100 * step,
            eta_s=0.1,
        )
        if step % script.get("checkpoint_every", 2) == 0:
            checkpoint(job, say, step)
    evaluated(say, "tuned", 0.9, script)
    if "tidy" in script:
        folder = Path(job["workdir"]) / "checkpoints"
        while len(list(folder.iterdir())) > 1:
            time.sleep(0.02)
        assert (folder / f"step-{steps:08d}").is_dir()
    publish(job, say, steps, script)


def hold(job, say, commands):
    """Says in a file `held` of the attempt's folder which process stands here. Returns when a command comes, when somebody
    puts a file `go` beside it, or after five minutes."""
    (Path(job["workdir"]) / "held").write_text(str(os.getpid()))
    go, said = Path(job["workdir"]) / "go", time.monotonic()
    end = said + 300
    while job["job"] not in commands and not go.exists() and time.monotonic() < end:
        time.sleep(0.02)
        if time.monotonic() - said > 1:
            # an attempt that lost its lease takes the folder away; this process must not fall by that, but be killed
            with contextlib.suppress(FileNotFoundError):
                say("working", stage="training")
            said = time.monotonic()


def validation(script, step):
    if step % 2:
        return None
    given = script.get("validation")
    return given[step // 2 - 1] if given else 3.1 / step


def metrics_of(script, step):
    """By a metric other than the loss the model grows better up to the middle."""
    if "best_metric" not in script or step % 2:
        return None
    return {
        "loss": 3.1 / step,
        script["best_metric"]: 0.5 - abs(step - script["steps"] // 2) / 100,
    }


def resumed(job):
    if not job.get("resume"):
        return 0
    folder = Path(job["resume"])
    for name, digest in job["resume_sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return json.loads((folder / "state.json").read_text())["step"]


def checkpoint(job, say, step):
    folder = Path(job["workdir"]) / "checkpoints" / f"step-{step:08d}"
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"step": step}).encode()
    (folder / "state.json").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    say(
        "checkpoint",
        step=step,
        folder=str(folder),
        sha256={"state.json": digest},
        loss=3.0 / max(step, 1),
        validation_loss=3.1 / max(step, 1),
        best=True,
    )
    return str(folder)


def evaluated(say, model, bleu, script):
    sample = {"prompt": "a question", "reference": "the answer", "output": model}
    say(
        "evaluated",
        model=model,
        split="test",
        examples=1,
        left_out=script.get("left_out", 0),
        metrics={"bleu": bleu, "rougeL": bleu},
        samples=[sample],
        **({"worst": script["worst"]} if "worst" in script else {}),
    )


def publish(job, say, steps, script):
    folder = Path(job["workdir"]) / "adapter"
    folder.mkdir(exist_ok=True)
    files = []
    for name in (
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_summary.json",
    ):
        data = f"{name} of {job['job']} by attempt {job['attempt']}\n"
        if "export" in script:
            data += f"fake-export: {json.dumps(script['export'])}\n"
        data = data.encode()
        (folder / name).write_bytes(data)
        files.append(
            {
                "name": name,
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    probes, curve = (
        Path(job["workdir"]) / "probes.json",
        Path(job["workdir"]) / "loss.svg",
    )
    probes.write_text("[]")
    curve.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    metrics = {
        "base": {"bleu": 0.1, "rougeL": 0.1},
        "tuned": {"bleu": 0.9, "rougeL": 0.9},
    }
    say(
        "adapter",
        folder=str(folder),
        files=files,
        probes=str(probes),
        loss_curve=str(curve),
        metrics=metrics,
        steps=steps,
        best_step=script.get("best_step", steps),
        best_metric={
            "name": script.get("best_metric", "loss"),
            "value": 0.5,
            "greater_is_better": "best_metric" in script,
        },
        training_summary=str(folder / "training_summary.json"),
        overfitting_since=script.get("overfitting_since"),
        trained_tokens=100 * steps,
        final_loss=0.5,
        seconds=1.0,
    )


if __name__ == "__main__":
    sys.exit(main())
