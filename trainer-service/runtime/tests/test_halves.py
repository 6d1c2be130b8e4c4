"""Layers in two operations, and the attention and products that they are made of, have the numbers of the plain ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from test_pack import check_same, examples
from torch.nn import functional
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from tune import causal, methods, products, speed
from tune.causal import Heads
from tune.objective import mean_loss
from tune.spec import Spec
from tune.speed import Speed

SHAPE = {
    "vocab_size": 272,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
}
SCALED = {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}
HALVED = {
    "biases": lambda: LlamaForCausalLM(LlamaConfig(**SHAPE, attention_bias=True, mlp_bias=True)),
    "wide heads": lambda: LlamaForCausalLM(LlamaConfig(**SHAPE, head_dim=24, rope_parameters=SCALED)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SHAPE, sliding_window=None)),
}
WHOLE = {
    "window": lambda: MistralForCausalLM(MistralConfig(**SHAPE, sliding_window=8)),
    "norms of its own": lambda: Qwen3ForCausalLM(Qwen3Config(**SHAPE)),
    "another gate": lambda: LlamaForCausalLM(LlamaConfig(**SHAPE, hidden_act="gelu")),
}


def other(base, make):
    torch.manual_seed(0)
    return replace(base, model=make().requires_grad_(False).eval())


def kinds(base, spec: Spec) -> list[bool]:
    """Which of the layers are computed in halves."""
    with methods.training(base, "tiny", spec) as model:
        inner = model.get_base_model()
        with speed.laid_out(inner, base, Speed(True, 1000)):
            return [hasattr(layer, "halves") for layer in speed.decoder_layers(inner)]


def attended(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """PyTorch's causal attention, in the layout of `Heads`."""
    wide = (part[:, :, None].expand_as(query).flatten(1, 2).transpose(0, 1) for part in (key, value))
    turned = query.flatten(1, 2).transpose(0, 1)
    plain = functional.scaled_dot_product_attention(turned, *wide, is_causal=True, scale=0.3)
    return plain.transpose(0, 1).unflatten(1, query.shape[1:3])


@pytest.mark.parametrize("tokens", [1, 31, 32, 33, 90])
@pytest.mark.parametrize(("groups", "heads", "kept"), [(1, 1, 0), (2, 3, 0), (2, 3, causal.KEPT)])
def test_attention_by_blocks_is_causal_attention(tokens, groups, heads, kept, monkeypatch):
    monkeypatch.setattr(causal, "BLOCK", 32)
    monkeypatch.setattr(causal, "KEPT", kept)
    torch.manual_seed(tokens)
    query = torch.randn(tokens, groups, heads, 8, requires_grad=True)
    key, value = (torch.randn(tokens, groups, 8, requires_grad=True) for _ in range(2))
    plain = attended(query, key, value)
    slope = torch.randn_like(plain)
    plain.backward(slope)
    with torch.no_grad():
        made = Heads(query, key, value, 0.3)
        torch.testing.assert_close(made.seen(), plain)
        for ours, part in zip(made.slopes(slope), (query, key, value), strict=True):
            torch.testing.assert_close(ours, part.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("onednn", [True, False])
def test_products_are_plain_products_in_every_layout(onednn, monkeypatch):
    if onednn and not products.HAS_ONEDNN:
        pytest.skip("this PyTorch has no oneDNN")
    monkeypatch.setattr(products, "apart", onednn)
    x, weight, bias = torch.randn(9, 20)[:, 3:15], torch.randn(7, 12), torch.randn(7)
    for held in (weight, weight.t().contiguous().t(), torch.cat([weight, weight], 1)[:, :12]):
        torch.testing.assert_close(products.product(x, held, bias), x @ weight.T + bias)
    right = torch.randn(9, 30)[:, ::2]
    torch.testing.assert_close(products.across(x, right), x.T @ right)


@pytest.mark.parametrize("name", HALVED)
@pytest.mark.parametrize("targets", ["all", "v_proj,o_proj,up_proj", "down_proj"])
def test_every_kind_of_halves_has_the_loss_and_gradients_of_the_modules(name, targets, base, monkeypatch):
    monkeypatch.setattr(causal, "BLOCK", 32)
    held = other(base, HALVED[name])
    spec = Spec(lora_rank=3, lora_target=targets)
    assert kinds(held, spec) == [True, True]
    check_same(held, Speed(True, 1000), spec, least=4)


@pytest.mark.parametrize("name", WHOLE)
def test_a_layer_that_computes_anything_else_stays_whole(name, base):
    assert kinds(other(base, WHOLE[name]), Spec()) == [False, False]


@pytest.mark.parametrize(
    ("spec", "halved"),
    [
        (Spec(), [True, True]),
        (Spec(lora_dropout=0.1), [False, False]),
        (Spec(method="dora"), [False, False]),
        (Spec(method="adapter"), [False, False]),
        (Spec(method="freeze", freeze_trainable_layers=1), [True, False]),
    ],
    ids=lambda value: value.method if isinstance(value, Spec) else "",
)
def test_what_is_halved_follows_from_what_is_trained(spec, halved, base):
    assert kinds(base, spec) == halved


def test_a_validation_in_the_midst_of_a_training_has_the_loss_of_the_plain_model(base):
    rows = examples()
    plain = mean_loss(base.model, base, rows, 4, lambda: None)
    with methods.training(base, "tiny", Spec()) as model:
        inner = model.get_base_model()
        with speed.laid_out(inner, base, Speed(True, 1000)):
            halved = mean_loss(inner, base, rows, 4, lambda: None)
    assert halved[0] == pytest.approx(plain[0], rel=1e-5) and halved[1] == plain[1]
