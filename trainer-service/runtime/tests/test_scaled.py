"""Float8 layers: what an adapter adds stays as exact as in bfloat16, and all is put back."""

from __future__ import annotations

import pytest
import torch

from tune import scaled


@pytest.fixture
def layer():
    torch.manual_seed(0)
    rows, weight, bias = torch.randn(64, 96), torch.randn(128, 96) * 0.05, torch.randn(128)
    a, b = torch.randn(8, 96) * 0.03, torch.randn(128, 8) * 0.02
    return rows, weight, bias, rows @ a.T, b


def test_the_adapter_in_the_same_product_is_exact_to_half_a_percent(layer):
    rows, weight, bias, low, b = layer
    whole, scale = scaled.quantised_weight(weight, scaled.tail_of(8))
    together = scaled.product(rows, whole, scale, bias, low, b, 2.0)
    alone = scaled.product(rows, whole, scale, bias, torch.zeros_like(low), b, 2.0)
    wanted = 2.0 * low @ b.T
    assert (together - alone - wanted).norm() < 5e-3 * wanted.norm()


def test_both_ways_of_adding_the_adapter_agree(layer):
    rows, weight, bias, low, b = layer
    wide, narrow = scaled.quantised_weight(weight, scaled.tail_of(8)), scaled.quantised_weight(weight, 0)
    together = scaled.product(rows, *wide, bias, low, b, 2.0)
    beside = scaled.product(rows, *narrow, bias, low, b, 2.0)
    assert (together - beside).norm() < 1e-3 * beside.norm()


def test_an_adapter_fits_beside_a_row_of_zeros(layer):
    rows, weight, _, low, b = layer
    weight[3] = 0
    whole, scale = scaled.quantised_weight(weight, scaled.tail_of(8))
    out = scaled.product(rows, whole, scale, None, low, b, 2.0)[:, 3]
    wanted = 2.0 * low @ b[3]
    assert (out - wanted).norm() < 1e-2 * wanted.norm()


def test_an_adapter_larger_than_its_rows_does_not_overflow(layer):
    rows, weight, bias, low, b = layer
    whole, scale = scaled.quantised_weight(weight, scaled.tail_of(8))
    out = scaled.product(rows, whole, scale, bias, 100 * low, b, 2.0)
    wanted = rows @ weight.T + bias + 200 * low @ b.T
    assert (out - wanted).norm() < 2e-2 * wanted.norm()
