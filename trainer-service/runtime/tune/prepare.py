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
from tune.turns import DAY


@dataclass(frozen=True)
class Data:
    """The splits by name, encoded, and for each split that was given its file's sha256 and number of examples."""

    splits: dict[str, Split]
    files: dict[str, dict]
    cutoff: int
    max_new_tokens: int

    @property
    def train(self) -> Split:
        return self.splits["train"]

    @property
    def validation(self) -> list[Example]:
        return self.splits["validation"].examples

    @property
    def test(self) -> list[Example]:
        return self.splits["test"].examples

    @property
    def cut(self) -> dict[str, dict[str, int]]:
        """By split that was given, how many examples are cut short and how many are left out."""
        return {
            name: {"truncated": len(split.truncated), "left_out": len(split.left_out)}
            for name, split in self.splits.items()
            if name in self.files
        }


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
    longest = max(e.longest for e in train.examples)
    wanted = job.spec.max_new_tokens or max(16, math.ceil(1.25 * longest))
    return Data(splits, files, cutoff, min(wanted, base.max_positions))


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
    """Says which examples are not learnt or measured whole, which the user would otherwise have to guess."""
    notices = []
    for name, part in data.splits.items():
        kind, what = ("training", "to learn") if name == "train" else (name, "to measure")
        for code, lines, fate in (
            (
                "examples_truncated",
                part.truncated,
                f"are longer than {data.cutoff} tokens and lose their end",
            ),
            (
                "examples_left_out",
                part.left_out,
                f"have nothing {what} within {data.cutoff} tokens and are left out",
            ),
        ):
            if lines:
                reason = f"{len(lines)} {kind} examples {fate}."
                notices.append(Notice(code, reason, "spec.cutoff_len", lines[:100]))
    return notices


def fingerprint(job: Job, base: Base, data: Data) -> str:
    """Identifies a training: all that decides its weights. Another spec, file, base or order gives another fingerprint."""
    spec = asdict(replace(job.spec, save_steps=None, probes=Spec.probes))
    # Checkpoints from before there were these options know nothing of them.
    for added in ("max_steps", "warmup_steps"):
        if spec[added] is None:
            del spec[added]
    forms = ["whole text"] if base.family == "encoder" else []
    if forms and job.dataset.task == "regression":
        forms.append("units")
    if any(e.tools for part in data.splits.values() for e in part.examples):
        forms.append("tools")
    if any(e.spans for part in data.splits.values() for e in part.examples):
        forms.append("spans")
    if base.dated:
        forms.append(f"{DAY:%Y-%m-%d}")
    return bases.fingerprint(
        {
            "spec": spec,
            "task": [job.dataset.task, *forms] if forms else job.dataset.task,
            "base": base.sha256,
            "data": data.files,
            "order": batch.ORDER,
            "dtype": str(base.place.dtype),
        }
    )
