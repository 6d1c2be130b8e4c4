"""What the numbers of a run depend on besides its specification and its data."""

from __future__ import annotations

import functools
import importlib.metadata
import platform

import torch

import tune

LIBRARIES = (
    "torch",
    "transformers",
    "peft",
    "safetensors",
    "tokenizers",
    "numpy",
    "sacrebleu",
    "rouge-score",
    "scikit-learn",
    "seqeval",
)
OPTIONAL = ("bitsandbytes",)


@functools.cache
def versions() -> dict[str, str]:
    """Versions by name: of this runtime, Python and the libraries; with a GPU also its name, and CUDA's version."""
    found = {"tunemesh": tune.__version__, "python": platform.python_version()}
    found |= {name: importlib.metadata.version(name) for name in LIBRARIES}
    for name in OPTIONAL:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    if torch.cuda.is_available():
        found |= {"gpu": torch.cuda.get_device_name(), "cuda": str(torch.version.cuda)}
    return found
