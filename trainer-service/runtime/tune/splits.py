"""A split of the dataset as examples, in the form that the dataset's task and the base's family ask for."""

from __future__ import annotations

from collections.abc import Callable

from tune import data, heads, plain, seq2seq, tags
from tune.base import Base
from tune.data import Split
from tune.job import Job
from tune.units import Units


def split(
    path: str | None, field: str, job: Job, base: Base, cutoff: int, check: Callable[[], None]
) -> Split:
    """Reads and encodes a split; an absent or empty file is an empty split."""
    if not path:
        return Split.of([])
    if job.dataset.task == "pt":
        return plain.split(path, field, base, cutoff, check)
    if base.family == "encoder" and job.dataset.task == "tagging":
        return tags.split(path, field, base, tags.labels_of(job.dataset, check), cutoff, check)
    if base.family == "encoder":
        goal = Units.of(job.dataset, check) or heads.labels_of(job.dataset, check)
        return heads.split(path, field, base, goal, cutoff, check)
    if base.family == "encoder-decoder":
        return seq2seq.split(path, field, base, cutoff, check)
    return data.split(path, field, base.tokenizer, base.stop_ids, cutoff, job.spec, check)
