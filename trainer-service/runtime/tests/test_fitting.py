"""How many examples fit, by the formula alone: no GPU is here."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from transformers import T5Config, T5ForConditionalGeneration

from tune import fitting, methods, recompute, speed
from tune.base import Base, Place
from tune.fitting import Needs, needs, trained_weights
from tune.plan import Plan
from tune.recompute import decoder_layers
from tune.spec import Spec

ON_GPU = Place(torch.device("cuda"), torch.bfloat16)


def on_gpu(base, method: str):
    """The base as a job of this method finds it on a GPU, as far as a formula can see."""
    return methods.room(replace(base, place=ON_GPU, fused_head=method != "full"), Spec(method=method))


@pytest.mark.parametrize(("free", "tokens"), [(0, 0), (100, 0), (106, 0), (107, 1), (113, 1), (114, 2)])
def test_the_most_tokens_whose_peak_is_not_above_what_is_free(free, tokens):
    shape = Needs(100, 7)
    assert shape.tokens(free) == tokens
    assert tokens == 0 or shape.peak(tokens) <= free
    assert shape.peak(tokens + 1) > free


def test_a_token_takes_what_each_layer_keeps_and_the_logits_of_a_trained_head(base):
    layer = 2 * (3 * 64 + 14 * 32)
    prompt = needs(Spec(method="prompt"), on_gpu(base, "prompt"), 100)
    assert prompt.token == 3 * layer
    assert prompt.fixed == 16 * 20 * 32 + 6 * 272 * (1 << 20)
    full = needs(Spec(method="full"), on_gpu(base, "full"), 100)
    assert full.token == 3 * layer + 12 * 272
    assert full.fixed == 18 * base.parameters


def test_attention_that_keeps_its_scores_takes_more_the_longer_examples_are():
    made = T5ForConditionalGeneration(
        T5Config(vocab_size=64, d_model=16, d_ff=32, num_layers=2, num_heads=2, d_kv=8)
    )
    made.config._attn_implementation = "eager"
    base = Base("", made, None, ON_GPU, {}, 512, frozenset(), False, "encoder-decoder")
    short, long = (needs(Spec(), base, n) for n in (100, 200))
    assert short.fixed == long.fixed
    assert long.token - short.token == (len(decoder_layers(made)) + 1) * 9 * 2 * 100


def counted(base, spec: Spec) -> int:
    with methods.training(base, "b", spec) as model:
        return sum(p.numel() for p in model.parameters() if p.requires_grad)


@pytest.mark.parametrize(
    "spec",
    [
        Spec(method="lora"),
        Spec(method="lora", lora_rank=3),
        Spec(method="full"),
        Spec(method="freeze"),
        Spec(method="freeze", freeze_trainable_layers=-1),
        Spec(method="prompt"),
        Spec(method="p_tuning"),
        Spec(method="p_tuning", encoder_hidden_size=48),
        Spec(method="prefix"),
        Spec(method="prefix", prefix_projection=True),
        Spec(method="adapter"),
    ],
    ids=lambda spec: spec.method,
)
def test_trained_weights_are_known_from_shapes(base, spec):
    said = trained_weights(spec, base.model, decoder_layers(base.model))
    assert said == pytest.approx(counted(base, spec), rel=0.1)


def test_padded_examples_are_as_many_as_fit(base, monkeypatch):
    lengths = [100, 200, 300] * 1000
    spec, on = Spec(method="prompt"), on_gpu(base, "prompt")
    shape = needs(spec, on, 320)
    for tokens, fit in ((0, 0), (219, 0), (220, 1), (2200, 10), (10**6, 55)):
        monkeypatch.setattr(fitting, "free_bytes", lambda tokens=tokens: shape.peak(tokens))
        assert speed.fit(on, lengths, spec) == fit, "12,288 tokens at the most"
    assert speed.fit(on, lengths) == 0
    assert speed.fit(base, lengths, spec) == 0, "nothing is fitted on a CPU"
    assert Plan.of(spec, 3000, 1.0, 320, 55).batch_size == 15, "a small dataset needs its steps"
    assert Plan.of(Spec(per_device_train_batch_size=2), 3000, 1.0, 320, 55).batch_size == 2


def test_a_batch_that_does_not_fit_is_cut_for_its_forward_passes(base, monkeypatch):
    on = on_gpu(base, "prompt")
    layers = decoder_layers(base.model)
    none = recompute.kept(base.model, 1, 3)[2]

    def room(free: int, longest: int) -> int:
        monkeypatch.setattr(recompute, "free_bytes", lambda: free)
        return speed.narrowed(base.model, on, layers, 3200, longest)

    def asked(tokens: int) -> int:
        whole = recompute.kept(base.model, tokens, 3)[0]
        return none * tokens * 2 + recompute.overhead(base.model, on, whole, tokens)

    assert room(asked(3200), 100) == 3200
    assert room(asked(3200) - 10**9, 100) < 3200
    assert room(0, 900) == 1600, "never below the longest example"
    assert speed.narrowed(base.model, base, layers, 3200, 100) == 3200, "a CPU is not asked"


def test_virtual_tokens_count_where_a_batch_is_cut(base, monkeypatch):
    spec = Spec(method="prompt", num_virtual_tokens=100, per_device_train_batch_size=4)
    asked = []
    monkeypatch.setattr(
        speed, "recompute", lambda m, b, layers, tokens, *more: asked.append(tokens) or ("",) * len(layers)
    )
    monkeypatch.setattr(speed, "fits", lambda m, b, layers, tokens: tokens <= 450)
    lengths = [100] * 8
    made = speed.choose(
        base.model, on_gpu(base, "prompt"), spec, Plan.of(spec, 8, 1.0), [[0, 1, 2, 3]], lengths
    )
    assert asked == [400], "two examples of 100 tokens behind 100 virtual ones"
    assert made.room == 200
