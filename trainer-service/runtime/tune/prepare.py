"""A job's data before its first step: the three splits as tokens, what had to be cut, and the training's identity."""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass, replace

from tune import base as bases
from tune import batch
from tune.base import Base
from tune.data import Example, Split
from tune.events import Notice
from tune.failure import Failure
from tune.job import Job, Spec
from tune.pulse import Pulse
from tune.splits import split


@dataclass(frozen=True)
class Data:
    """The three splits, encoded, and for each split that was given its file's sha256 and number of examples."""

    train: Split
    validation: list[Example]
    test: list[Example]
    files: dict[str, dict]
    cutoff: int
    max_new_tokens: int


def prepare(job: Job, base: Base, pulse: Pulse) -> Data:
    """Reads and encodes the data; raises Failure when there is nothing to train on."""
    cutoff = min(job.spec.cutoff_len, base.max_positions)
    files, splits = {}, {}
    for name in ("train", "validation", "test"):
        path = getattr(job.dataset, name)
        splits[name] = split(path, f"dataset.{name}", job, base, cutoff, pulse.check)
        if path:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[name] = {"sha256": digest, "examples": len(splits[name].examples)}
    train = splits["train"]
    if not train.examples:
        raise nothing_to_train_on(train, cutoff, base)
    longest = max(e.answer_tokens for e in train.examples)
    wanted = job.spec.max_new_tokens or max(16, math.ceil(1.25 * longest))
    validation, test = splits["validation"].examples, splits["test"].examples
    return Data(train, validation, test, files, cutoff, min(wanted, base.max_positions))


def nothing_to_train_on(train: Split, cutoff: int, base: Base) -> Failure:
    if not train.left_out:
        return Failure(
            "empty_train_split",
            "The training split has no examples. Add data, or move the split's boundary.",
            "dataset.train",
        )
    return Failure(
        "all_examples_cut_off",
        f"None of the {len(train.left_out)} training examples has anything to learn within {cutoff} tokens: their "
        "answers start later, or have weight 0. Raise spec.cutoff_len (the base takes up to "
        f"{base.max_positions} tokens), or shorten the prompts.",
        "spec.cutoff_len",
    )


def cuts(data: Data) -> list[Notice]:
    """Says which training examples are not learnt whole, which the user would otherwise have to guess."""
    notices = []
    for code, lines, fate in (
        (
            "examples_truncated",
            data.train.truncated,
            f"are longer than {data.cutoff} tokens and lose their end",
        ),
        (
            "examples_left_out",
            data.train.left_out,
            f"have nothing to learn within {data.cutoff} tokens and are left out",
        ),
    ):
        if lines:
            reason = f"{len(lines)} training examples {fate}."
            notices.append(Notice(code, reason, "spec.cutoff_len", lines[:100]))
    return notices


def fingerprint(job: Job, base: Base, data: Data) -> str:
    """Identifies a training: all that decides its weights. Another spec, file, base or order gives another fingerprint."""
    spec = asdict(replace(job.spec, save_steps=None, probes=Spec.probes))
    return bases.fingerprint(
        {
            "spec": spec,
            "task": job.dataset.task,
            "base": base.sha256,
            "data": data.files,
            "order": batch.ORDER,
            "dtype": str(base.place.dtype),
        }
    )
