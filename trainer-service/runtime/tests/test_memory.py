"""What a training computes anew follows from the memory that there is, without a GPU to try it on."""

from __future__ import annotations

import json
import weakref
from dataclasses import replace

import pytest
import torch
from conftest import read_events

from tune import events, peak, recompute, weights, worker
from tune.base import Place
from tune.control import Control


@pytest.fixture
def layers(base, monkeypatch):
    """`layers(tokens, share, deepest)`: what each layer does where a share of what all of them keep is free."""
    on_gpu = replace(base, place=Place(torch.device("cuda"), torch.bfloat16))
    found = recompute.decoder_layers(base.model)

    def chosen(tokens: int, share: float, deepest: str = "all") -> tuple[str, ...]:
        whole, _, _ = recompute.kept(base.model, tokens, 2)
        free = share * whole * len(found) + recompute.overhead(base.model, on_gpu, whole, tokens)
        monkeypatch.setattr(recompute, "free_bytes", lambda: free)
        return recompute.recompute(base.model, on_gpu, found, tokens, 2, deepest)

    return chosen


def test_layers_compute_anew_only_as_far_as_the_memory_asks_for(layers):
    assert layers(1000, 1.01) == ("", "")
    assert layers(1000, 0.9) == ("all", "")
    assert layers(1000, 0.3) == ("all", "all")


def test_a_layer_that_cannot_be_computed_anew_as_a_whole_leaves_out_its_mlp(layers):
    assert layers(1000, 0.9, "mlp") == ("mlp", "")
    assert layers(1000, 0.1, "mlp") == ("mlp", "mlp")


def test_a_layer_keeps_most_when_it_is_not_compiled_and_least_when_all_is_computed_anew(base):
    eager, small, none = recompute.kept(base.model, 10, 3)
    compiled, _, _ = recompute.kept(base.model, 10, 2)
    assert eager > compiled > none and eager > small > none


class Away:
    """A weight on a GPU, as far as `aside` sees, which comes back only once `held` is gone."""

    is_cuda, device = True, "cuda"

    def __init__(self):
        self.data, self.held = self, None

    def cpu(self) -> Away:
        return self

    def to(self, device: str) -> str:
        if self.held() is not None:
            raise torch.OutOfMemoryError("out of memory")
        return device


def test_what_a_failed_training_held_is_gone_before_the_base_comes_back():
    weight = Away()

    def step():
        moments = torch.ones(3)
        weight.held = weakref.ref(moments)
        raise torch.OutOfMemoryError("out of memory")

    def training():
        try:
            step()
        except torch.OutOfMemoryError:
            raise ValueError("told in other words") from None

    with pytest.raises(ValueError, match="in other words"), weights.aside([weight]):
        training()
    assert weight.data == "cuda"


def test_a_worker_ends_after_a_job_that_left_its_base_in_pieces(base, job_line, tmp_path, monkeypatch):
    def fails(*given: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(worker.run, "run", fails)
    own = events.Events(str(tmp_path / "ready.jsonl"))
    in_pieces = replace(base, place=Place(torch.device("cuda"), torch.bfloat16))
    for name, held, status in (("whole", base, 0), ("pieces", in_pieces, 70)):
        job = job_line(name=name)
        assert worker.work(json.dumps(job).encode(), held, Control(), own, 1.0) == status
        assert read_events(job["events"])[-1]["code"] == "out_of_memory"


def test_the_memory_of_a_job_is_not_that_of_the_one_before(base):
    earlier = torch.ones(50_000_000)
    before = peak.memory(base)
    del earlier
    peak.begin(base)
    assert peak.memory(base) < before - 100_000_000
