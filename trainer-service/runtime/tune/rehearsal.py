"""What a base's first job on a GPU would otherwise wait for, done while the worker has none."""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from tune import generate, methods
from tune.base import Base
from tune.checkpoint import State
from tune.data import Example
from tune.plan import Plan
from tune.pulse import Pulse
from tune.spec import Spec
from tune.train import Run, train

log = logging.getLogger("tune")
LENGTH, PATIENCE_S = 64, 1.0


def rehearse_when_idle(base: Base, idle: Callable[[], bool]) -> None:
    """Rehearses on a GPU unless a job comes within a second: a worker that was started for one begins it at once."""
    if base.place.device.type != "cuda":
        return
    until = time.monotonic() + PATIENCE_S
    while idle() and time.monotonic() < until:
        time.sleep(0.02)
    if idle():
        rehearse(base)


def rehearse(base: Base) -> None:
    """Two steps of a LoRA training and a short answer, on a GPU: its kernels are loaded, and what a base has to be tried for
    is known. Nothing is left of it; a failure shows in a job, if it matters there."""
    if base.place.device.type != "cuda" or base.family != "causal":
        return
    try:
        ids = np.arange(LENGTH, dtype=np.int32) % base.model.config.get_text_config().vocab_size
        example = Example(1, ids, np.ones(LENGTH, np.float32), [], [], "", False)
        spec = Spec(num_train_epochs=2.0, per_device_train_batch_size=2)
        plan = replace(Plan.of(spec, 2, 1e-6), save_steps=2)
        pulse = Pulse(lambda event: None, lambda: None)
        with tempfile.TemporaryDirectory() as folder, methods.training(base, "", spec) as model:
            loop = Run(folder, "", pulse)
            train(model, base, spec, plan, [example, example], [], None, State(), loop)
            generate.unpadded(model.eval(), base, [ids[:8].tolist()], 3, lambda: None)
    except Exception:
        log.exception("the rehearsal failed")
    finally:
        gc.collect()
        torch.cuda.empty_cache()
