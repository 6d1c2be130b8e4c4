"""What a training computes anew follows from the memory that there is, without a GPU to try it on."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tune import recompute
from tune.base import Place


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
