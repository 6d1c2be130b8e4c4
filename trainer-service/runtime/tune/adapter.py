"""An adapter folder: saved by PEFT, completed, then renamed into place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file

from tune.checkpoint import Tensors, sync
from tune.events import finite
from tune.inplace import WEIGHTS

SUMMARY = "training_summary.json"
FILES = ("README.md", "adapter_config.json", "adapter_model.safetensors", SUMMARY)


def save(model: PeftModel, weights: Tensors, folder: str) -> None:
    """Puts the weights into the model and saves it as PEFT does, the card aside; `folder` must not be in use yet."""
    inner = model.get_base_model()
    named = dict(inner.named_parameters())
    with torch.no_grad():
        for name, weight in weights.items():
            named[name].copy_(weight)
    if getattr(inner, "units", None):
        inner.units.fold(inner)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, save_embedding_layers=False)
    if getattr(model, "labels", None):
        _add_labels(os.path.join(folder, WEIGHTS), model.labels)


def _add_labels(path: str, labels: tuple[str, ...]) -> None:
    """Says what a head's outputs stand for, in the file's metadata: PEFT's configuration has no place for it.

    It is the only key there: several are written in an order that changes from run to run.
    """
    save_file(load_file(path), path, {"labels": json.dumps(labels, ensure_ascii=False)})


def publish(aside: str, folder: str, card: str, summary: dict) -> list[dict]:
    """Completes the folder with its card and its summary, renames it into place, and lists its files; nothing else is in it."""
    for name in set(os.listdir(aside)) - set(FILES):
        os.remove(os.path.join(aside, name))
    with open(os.path.join(aside, "README.md"), "w", encoding="utf-8") as file:
        file.write(card)
    write_json(os.path.join(aside, SUMMARY), finite(summary))
    listed = []
    for name in FILES:
        with open(os.path.join(aside, name), "rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            listed.append({"name": name, "bytes": os.fstat(file.fileno()).st_size, "sha256": digest})
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(aside, folder)
    sync(os.path.dirname(folder))
    return listed


def write_json(path: str, value: object) -> None:
    """Writes a JSON file aside and renames it into place."""
    aside = f"{path}.part"
    with open(aside, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.rename(aside, path)
