"""A last layer that attends from the places with a loss alone has the loss and the gradients of the whole one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from test_halves import HALVED, attended, other
from test_pack import check_same, examples

from tune import causal, methods, products
from tune.answered import AnsweredHalf
from tune.causal import Heads
from tune.spec import Spec
from tune.speed import Speed, decoder_layers, laid_out

MASKS = {
    "the end has none": lambda at, length: (at > 2) & (at < length - 3),
    "only the last": lambda at, length: at == length - 1,
    "every other": lambda at, length: at % 2 == 1,
    "spans": lambda at, length: (at % 16 > 9) | (at == 1),
    "all": lambda at, length: at >= 0,
}
BACKENDS = [pytest.param(True, marks=pytest.mark.skipif(not products.HAS_ONEDNN, reason="no oneDNN")), False]


def masked(mask):
    return [
        replace(row, weights=(mask(np.arange(len(row.ids)), len(row.ids)) * 1.5).astype(np.float32))
        for row in examples()
    ]


def one_of(chosen: int, place: int):
    """The rows with a loss at one token of the chosen one, and nowhere else."""
    made = masked(lambda at, length: at < 0)
    made[chosen].weights[place] = 1.0
    return made


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", HALVED)
@pytest.mark.parametrize("onednn", BACKENDS)
def test_every_mask_has_the_loss_and_gradients_of_the_modules(mask, name, onednn, base, monkeypatch):
    monkeypatch.setattr(causal, "BLOCK", 32)
    monkeypatch.setattr(products, "apart", onednn)
    check_same(other(base, HALVED[name]), Speed(True, 120, rows=16), Spec(lora_rank=3), masked(MASKS[mask]))


@pytest.mark.parametrize("name", HALVED)
@pytest.mark.parametrize("room", [1000, 60])
def test_one_token_of_loss_in_all_packs_has_the_gradients_of_the_modules(name, room, base):
    rows = one_of(3, 37)
    check_same(other(base, HALVED[name]), Speed(True, room, rows=8), Spec(lora_rank=3), rows)


@pytest.mark.parametrize("onednn", BACKENDS)
@pytest.mark.parametrize("kept", [0, causal.KEPT])
@pytest.mark.parametrize("places", [[0], [89], [3, 4, 5], [*range(40, 88)], [*range(0, 90, 2)], [*range(90)]])
def test_queries_of_some_places_see_what_they_see_among_all(places, kept, onednn, monkeypatch):
    monkeypatch.setattr(causal, "BLOCK", 32)
    monkeypatch.setattr(causal, "KEPT", kept)
    monkeypatch.setattr(products, "apart", onednn)
    torch.manual_seed(len(places))
    groups, heads, at = 2, 3, torch.tensor(places)
    query = torch.randn(90, groups, heads, 8, requires_grad=True)
    key, value = (torch.randn(90, groups, 8, requires_grad=True) for _ in range(2))
    plain = attended(query, key, value)[at]
    slope = torch.randn_like(plain)
    plain.backward(slope)
    with torch.no_grad():
        made = Heads(query[at], key, value, 0.3, at)
        torch.testing.assert_close(made.seen(), plain)
        wanted = query.grad[at], key.grad, value.grad
        for ours, part in zip(made.slopes(slope), wanted, strict=True):
            torch.testing.assert_close(ours, part, rtol=1e-4, atol=1e-5)


def test_the_last_layer_alone_attends_from_those_places(base):
    with methods.training(base, "tiny", Spec()) as model:
        inner = model.get_base_model()
        with laid_out(inner, base, Speed(True, 1000)):
            kinds = [isinstance(layer.halves[0], AnsweredHalf) for layer in decoder_layers(inner)]
    assert kinds == [False] * (len(kinds) - 1) + [True]
