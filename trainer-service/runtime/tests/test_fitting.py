"""How many examples fit, by the formula alone: no GPU is here."""

from __future__ import annotations

import weakref
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from transformers import T5Config, T5ForConditionalGeneration

from tune import base as bases
from tune import dora, fitting, methods, recompute, run, speed
from tune.base import Base, Place
from tune.checkpoint import State
from tune.fitting import Needs, needs
from tune.plan import Plan
from tune.recompute import decoder_layers
from tune.spec import Spec
from tune.weights import count_trained

ON_GPU = Place(torch.device("cuda"), torch.bfloat16)
# What LoRA of rank 8 trains in the two layers: q and o 32·32, k and v 32·16, three of 32·64.
LORA = 2 * 8 * (2 * 64 + 2 * 48 + 3 * 96)


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
    prompt = needs(Spec(method="prompt"), on_gpu(base, "prompt"), 100, 20 * 32)
    assert prompt.token == 3 * layer
    assert prompt.fixed == 16 * 20 * 32 + 6 * 272 * (1 << 20)
    full = needs(Spec(method="full"), on_gpu(base, "full"), 100, base.parameters)
    assert full.token == 3 * layer + 12 * 272
    assert full.fixed == 18 * base.parameters


def test_attention_that_keeps_its_scores_takes_more_the_longer_examples_are():
    made = T5ForConditionalGeneration(
        T5Config(vocab_size=64, d_model=16, d_ff=32, num_layers=2, num_heads=2, d_kv=8)
    )
    made.config._attn_implementation = "eager"
    base = Base("", made, None, ON_GPU, {}, 512, frozenset(), False, "encoder-decoder")
    short, long = (needs(Spec(), base, n, 1000) for n in (100, 200))
    assert short.fixed == long.fixed
    assert long.token - short.token == (len(decoder_layers(made)) + 1) * 9 * 2 * 100


class Held:
    """A tensor that autograd keeps, for as long as it does."""

    def __init__(self, tensor: torch.Tensor):
        self.tensor = tensor


def kept_by(model: torch.nn.Module, rows: int) -> int:
    """Bytes that a forward pass over so many tokens keeps for its backward pass, the model's own aside."""
    own = {t.untyped_storage().data_ptr() for t in [*model.parameters(), *model.buffers()]}
    ids = torch.arange(rows * 4).view(rows, 4) % 64
    alive = weakref.WeakSet()

    def keep(tensor: torch.Tensor) -> Held:
        held = Held(tensor)
        alive.add(held)
        return held

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda held: held.tensor):
        out = model(input_ids=ids, use_cache=False).logits
        stores = {s.data_ptr(): s.nbytes() for s in (held.tensor.untyped_storage() for held in alive)}
    del out
    return sum(size for place, size in stores.items() if place not in own)


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_what_dora_is_said_to_keep_is_what_autograd_keeps_of_it(dropout, base_folder):
    made = bases.load(base_folder, Place(torch.device("cpu"), torch.bfloat16))
    spec = Spec(method="dora", lora_rank=4, lora_dropout=dropout)

    def counted() -> tuple[float, float]:
        """For each token, and whatever their number."""
        made.model.get_input_embeddings().weight.requires_grad_(True)
        few, many = (kept_by(made.model, rows) for rows in (2, 10))
        return (many - few) / 32, few - (many - few) / 4

    plain = counted()
    with methods.training(made, "b", spec):
        made.model.train()
        tuned, said = counted(), dora.kept(made.model)
    # A CPU keeps dropout's mask in float32: the inputs of a layer are 6 · 32 + 64 numbers.
    mask = 3 * 2 * 256 if dropout else 0
    assert tuned[0] - plain[0] == said.token + mask
    assert tuned[1] - plain[1] == pytest.approx(said.weights, rel=0.05, abs=20_000)
    assert bool(said.weights) == bool(dropout)


def test_a_job_of_dora_is_planned_by_what_its_layers_keep(base):
    spec = Spec(method="dora")
    on = on_gpu(base, "dora")
    lora = needs(Spec(), on, 100, LORA)
    with methods.training(base, "b", spec):
        found, lengths = needs(spec, on, 100, LORA), dora.kept(base.model)
        whole, small, none = recompute.kept(base.model, 10, 3)
    # q and o 32 to 32, k and v 32 to 16, gate and up 32 to 64, down 64 to 32
    each = [
        4 * (n + 8) + 6 * m for n, m in ((32, 32), (32, 32), (32, 16), (32, 16), (32, 64), (32, 64), (64, 32))
    ]
    assert lengths.token == 2 * sum(each) and lengths.apart == 2 * sum(each[:4])
    assert lengths.moment == 4 * 64 * 64 + 16 * 64 * 32
    assert found.token - lora.token == 3 * sum(each)
    assert found.fixed == lora.fixed, "a chunk of logits is more"
    plain = recompute.kept(base.model, 10, 3)
    assert (whole - plain[0], small - plain[1], none - plain[2]) == (10 * sum(each), 10 * sum(each[:4]), 0)
    assert dora.kept(base.model) == dora.Kept(0, 0, 0, 0)


def test_a_job_is_planned_by_the_weights_that_it_trains_whatever_else_its_base_then_holds(base, monkeypatch):
    spec, on = Spec(method="lora"), replace(on_gpu(base, "lora"), packs=False)
    data = SimpleNamespace(train=SimpleNamespace(examples=[SimpleNamespace(tokens=100)] * 3000))
    free = needs(spec, on, 100, LORA).peak(1000)
    monkeypatch.setattr(fitting, "free_bytes", lambda: free)
    with methods.training(base, "b", spec) as model:
        trained = count_trained(model)
        plan = run.plan_of(SimpleNamespace(spec=spec), on, data, State(), trained)
    assert trained == LORA
    assert plan.batch_size == 10


def test_padded_examples_are_as_many_as_fit(base, monkeypatch):
    lengths = [100, 200, 300] * 1000
    spec, on = Spec(method="prompt"), on_gpu(base, "prompt")
    shape = needs(spec, on, 320, 20 * 32)
    for tokens, fit in ((0, 0), (219, 0), (220, 1), (2200, 10), (10**6, 55)):
        monkeypatch.setattr(fitting, "free_bytes", lambda tokens=tokens: shape.peak(tokens))
        assert speed.fit(on, lengths, spec, 20 * 32) == fit, "12,288 tokens at the most"
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
    monkeypatch.setattr(speed, "fits", lambda m, b, layers, tokens, deepest: tokens <= 450)
    lengths = [100] * 8
    made = speed.choose(
        base.model, on_gpu(base, "prompt"), spec, Plan.of(spec, 8, 1.0), [[0, 1, 2, 3]], lengths
    )
    assert asked == [400], "two examples of 100 tokens behind 100 virtual ones"
    assert made.room == 200


def test_a_prefix_is_cut_where_leaving_out_what_its_layers_can_is_not_enough(base, monkeypatch):
    on, layers = on_gpu(base, "prompt"), decoder_layers(base.model)
    tokens = 4 * (800 + 20)
    whole, _, none = recompute.kept(base.model, tokens, 3)
    free = none * len(layers) + recompute.overhead(base.model, on, whole, tokens)
    monkeypatch.setattr(recompute, "free_bytes", lambda: free)

    def room(method: str) -> int:
        spec = Spec(method=method, num_virtual_tokens=20, per_device_train_batch_size=4)
        lengths = [800] * 8
        return speed.choose(base.model, on, spec, Plan.of(spec, 8, 1.0), [[0, 1, 2, 3]], lengths).room

    assert room("prompt") == 4 * 800
    assert room("prefix") < 4 * 800


def test_layers_without_an_mlp_of_that_name_keep_all(base):
    whole = recompute.kept(base.model, 10, 3)[0]
    assert recompute.bounds(base.model, [torch.nn.Identity()], 10, 3, "mlp") == (whole, whole)
