"""Checkpoints: everything a training needs to go on as if it had never stopped. No pickle anywhere."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

import torch
from safetensors.torch import load_file

from tune import flat

Tensors = dict[str, torch.Tensor]
MANIFEST = "manifest.json"
STEP = re.compile(r"step-\d+")


@dataclass
class State:
    """How far a training is, apart from its tensors. Written as JSON into every checkpoint."""

    step: int = 0
    trained_tokens: int = 0
    seconds: float = 0.0
    loss: float | None = None
    validation_loss: float | None = None
    best_step: int = 0
    best_loss: float | None = None
    best_value: float | None = None
    best_covered: float = 1.0
    evaluated_step: int = -1
    stale_evaluations: int = 0
    finished: bool = False
    losses: list[list[float]] = field(default_factory=list)
    validation_losses: list[list[float]] = field(default_factory=list)
    base_evaluation: dict | None = None
    validation_values: list[list[float | None]] = field(default_factory=list)
    batch_size: int | None = None
    validation_seconds: float = 0.0

    def validated(
        self, loss: float, value: float | None, greater: bool = False, covered: float = 1.0
    ) -> bool:
        """Writes a validation down: its loss, and the value by which the best step is chosen (None: there is none), which
        is measured over the share `covered` of the answers.

        Whether it is the best so far: one over more answers is before one over fewer. One before the first step never is.
        """
        self.evaluated_step = self.step
        self.validation_loss = loss
        self.validation_losses.append([self.step, loss])
        self.validation_values.append([self.step, value])
        if self.step and value is not None and math.isfinite(value):
            sign = 1 if greater else -1
            before = self.best_value
            if before is None or (covered, sign * value) > (self.best_covered, sign * before):
                self.best_step, self.best_loss, self.best_value = self.step, loss, value
                self.best_covered = covered
                self.stale_evaluations = 0
                return True
        self.stale_evaluations += bool(self.step)
        return False

    def stepped(self, loss: float, tokens: int, seconds: float) -> None:
        """Writes an optimizer step down."""
        self.step += 1
        self.loss = loss
        self.trained_tokens += tokens
        self.seconds += seconds
        self.losses.append([self.step, loss])


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint in memory: adapter weights, AdamW's moments, random states, the best adapter so far. One that is to be
    written may hold them as they are written."""

    state: State
    adapter: Tensors | flat.Block
    optimizer: Tensors | flat.Block
    rng: Tensors
    best: Tensors | flat.Block


class Unusable(Exception):
    """This checkpoint must not be resumed from; the message says why."""


def write(
    workdir: str, checkpoint: Checkpoint, training: str, beat: Callable[[], None]
) -> tuple[str, dict[str, str]]:
    """Writes the checkpoint aside, syncs it to disk, renames it into place. Returns its folder and its hashes.

    `training` is the fingerprint of what is being trained (spec, data, base): no other training can resume from it.
    """
    parent = os.path.join(workdir, "checkpoints")
    folder = os.path.join(parent, f"step-{checkpoint.state.step:08d}")
    aside = f"{folder}.part"
    shutil.rmtree(aside, ignore_errors=True)
    os.makedirs(aside)
    contents = {
        "adapter.safetensors": checkpoint.adapter,
        "optimizer.safetensors": checkpoint.optimizer,
        "rng.safetensors": checkpoint.rng,
        "best.safetensors": checkpoint.best,
    }
    state = json.dumps(asdict(checkpoint.state), ensure_ascii=False).encode()
    _write(os.path.join(aside, "state.json"), state)
    beat()
    hashes = {}
    with ThreadPoolExecutor(len(contents)) as pool:
        made = pool.map(lambda name: flat.write(os.path.join(aside, name), contents[name]), contents)
        for name, digest in zip(contents, made, strict=True):
            hashes[name] = digest
            beat()
    hashes["state.json"] = hashlib.sha256(state).hexdigest()
    manifest = json.dumps(
        {"training": training, "step": checkpoint.state.step, "sha256": hashes}, indent=1
    ).encode()
    _write(os.path.join(aside, MANIFEST), manifest)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(aside, folder)
    sync(parent)
    return folder, hashes | {MANIFEST: hashlib.sha256(manifest).hexdigest()}


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read(folder: str, training: str, sha256: dict[str, str] | None, beat: Callable[[], None]) -> Checkpoint:
    """Reads a checkpoint; each file is checked against its hash before it is parsed. Raises Unusable.

    Its tensors are maps of their files: what a training keeps of them it has to copy.

    `sha256`, where given, holds the hashes that the checkpoint event reported; they bind before the folder's own.
    """
    try:
        with open(_path(folder, MANIFEST), "rb") as file:
            manifest_bytes = file.read()
        if sha256:
            _verify(MANIFEST, hashlib.sha256(manifest_bytes).hexdigest(), sha256.get(MANIFEST))
        manifest = json.loads(manifest_bytes)
        if manifest["training"] != training:
            raise Unusable(
                "it belongs to another training: the specification, the data or their order, the base model or its number "
                "type differ"
            )
        checked = {}
        for name, expected in manifest["sha256"].items():
            checked[name] = _path(folder, name)
            with open(checked[name], "rb") as file:
                _verify(name, hashlib.file_digest(file, "sha256").hexdigest(), expected)
            beat()
        with open(checked["state.json"], "rb") as file:
            state = State(**json.load(file))
        return Checkpoint(
            state,
            load_file(checked["adapter.safetensors"]),
            load_file(checked["optimizer.safetensors"]),
            load_file(checked["rng.safetensors"]),
            load_file(checked["best.safetensors"]),
        )
    except OSError as error:
        name = os.path.basename(str(error.filename))
        raise Unusable(f"{name} cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"its manifest or state is damaged ({error})") from None


def find(
    folder: str, training: str, sha256: dict[str, str] | None, beat: Callable[[], None]
) -> tuple[Checkpoint | None, str | None, list[str]]:
    """The checkpoint in `folder` or, if it is unusable, the newest usable one before it in the same parent.

    Returns (checkpoint, its folder, why each other was refused); (None, None, reasons) means: start over.
    """
    parent, name = os.path.split(folder.rstrip("/"))
    earlier = [f for f in _whole(parent) if os.path.basename(f) < name] if STEP.fullmatch(name) else []
    refused = []
    for candidate in [folder, *reversed(earlier)]:
        try:
            hashes = sha256 if candidate == folder else None
            return read(candidate, training, hashes, beat), candidate, refused
        except Unusable as why:
            refused.append(f"{os.path.basename(candidate.rstrip('/'))}: {why}")
    return None, None, refused


def newest(workdir: str) -> str | None:
    """The checkpoint with the highest step that was written whole into the job's folder; None without any."""
    whole = _whole(os.path.join(workdir, "checkpoints"))
    return whole[-1] if whole else None


def prune(workdir: str, keep: int, newest: str) -> None:
    """Removes all but so many checkpoints up to `newest`, the folder just written, from the job's folder, and what a process
    that is gone left half written.

    Those of higher steps stay: they were refused, or passed over for an earlier one, and may still be good for another
    attempt. Nothing may be writing there meanwhile.
    """
    parent = os.path.join(workdir, "checkpoints")
    broken = [os.path.join(parent, name) for name in os.listdir(parent) if name.endswith(".part")]
    upto = [f for f in _whole(parent) if os.path.basename(f) <= os.path.basename(newest)]
    for folder in [*broken, *upto[:-keep]]:
        shutil.rmtree(folder, ignore_errors=True)


def _whole(parent: str) -> list[str]:
    """The folders of the checkpoints that were written whole, the oldest first."""
    there = os.listdir(parent) if os.path.isdir(parent) else []
    return [os.path.join(parent, name) for name in sorted(there) if STEP.fullmatch(name)]


def _path(folder: str, name: str) -> str:
    if os.path.basename(name) != name:
        raise Unusable(f"its manifest names {name!r}, which is no file of its own")
    return os.path.join(folder, name)


def _verify(name: str, digest: str, expected: str | None) -> None:
    if digest != expected:
        raise Unusable(f"{name} does not match its sha256")


def sync(folder: str) -> None:
    """Makes a rename inside the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def random_states() -> Tensors:
    """The states of torch's generators, which dropout draws from."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def restore_random_states(states: Tensors) -> None:
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
