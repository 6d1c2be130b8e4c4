"""Decoder layers of the Llama kind in two operations each, for packs of a small float32 base on a CPU.

The numbers are the modules' own, and so are the gradients of LoRA's matrices; what goes is passes over the activations:
one product for all layers that share an input, the norms' weights and the order of the rotated pairs inside the frozen
weights, and gradients that are written where they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional
from transformers.activations import SiLUActivation
from transformers.models.llama.modeling_llama import LlamaDecoderLayer
from transformers.models.mistral.modeling_mistral import MistralDecoderLayer
from transformers.models.qwen2.modeling_qwen2 import Qwen2DecoderLayer

from tune.answered import AnsweredHalf
from tune.causal import Heads
from tune.joined import Joined
from tune.linear import MergedLinear
from tune.normed import norm_slope, normed, paired, rotate
from tune.products import product

KINDS = (LlamaDecoderLayer, MistralDecoderLayer, Qwen2DecoderLayer)


class AttentionHalf:
    """What the first half of a layer computes: norm, rotated attention, its output layer and the residual."""

    def __init__(self, layer: nn.Module):
        inner, norm = layer.self_attn, layer.input_layernorm
        modules = [inner.q_proj, inner.k_proj, inner.v_proj]
        self.eps, self.scaling, self.size = norm.variance_epsilon, inner.scaling, inner.head_dim
        self.groups = inner.k_proj.out_features // self.size
        self.heads = inner.q_proj.out_features // self.size
        self.turned = (self.heads + self.groups) * self.size
        count = self.turned + self.groups * self.size
        rows = torch.cat([paired(self.heads + self.groups, self.size), torch.arange(self.turned, count)])
        self.into = Joined(modules, norm.weight, rows)
        self.out = Joined([inner.o_proj])
        self.pairs = [*self.into.pairs, *self.out.pairs]

    def __call__(self, x: torch.Tensor, turn: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        # Asked here: inside of the operation gradients are off.
        return _Attention.apply(x, turn, lengths, self, torch.is_grad_enabled(), *self.pairs)

    def examples(self, made: torch.Tensor, lengths: list[int]) -> list[tuple[torch.Tensor, ...]]:
        """Each example's queries [tokens, groups, heads of a group, size], keys and values [tokens, groups, size]."""
        heads = made[:, : self.turned + self.groups * self.size].unflatten(1, (-1, self.size))
        parts = [rows.split([self.heads, self.groups, self.groups], 1) for rows in heads.split(lengths)]
        return [(q.unflatten(1, (self.groups, -1)), k, v) for q, k, v in parts]

    def queries(self, rows: torch.Tensor, lengths: list[int]) -> tuple[torch.Tensor, ...]:
        """Rows of all heads as `examples` lays out queries."""
        return rows.unflatten(1, (self.groups, -1, self.size)).split(lengths)


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, turn, lengths, half, keeps, *pairs):
        rows, by = normed(x, half.eps)
        count = len(half.into.pairs)
        whole, b = half.into.matrices(pairs[:count])
        made = product(rows, whole, half.into.bias)
        rotate(made[:, : half.turned], turn, half.size)
        seen = made.new_empty(len(x), half.heads * half.size)
        ctx.heads = [Heads(*parts, half.scaling) for parts in half.examples(made, lengths)]
        for heads, place in zip(ctx.heads, half.queries(seen, lengths), strict=True):
            place.copy_(heads.seen(keeps))
        out_whole, out_b = half.out.matrices(pairs[count:])
        out = product(seen, out_whole, half.out.bias)
        low, out_low = made[:, half.into.out :].clone(), out[:, half.out.out :].clone()
        ctx.save_for_backward(turn, rows, by, whole, b, low, seen, out_whole, out_b, out_low)
        ctx.half, ctx.lengths = half, lengths
        return x + out[:, : half.out.out]

    @staticmethod
    def backward(ctx, slope):
        half, lengths = ctx.half, ctx.lengths
        turn, rows, by, whole, b, low, seen, out_whole, out_b, out_low = ctx.saved_tensors
        by_seen, by_out = half.out.slopes(slope, seen, out_low, out_whole, out_b)
        by_made = rows.new_empty(len(rows), half.into.out)
        held, ctx.heads = ctx.heads, None
        examples = zip(
            held,
            half.queries(by_seen, lengths),
            half.examples(by_made, lengths),
            strict=True,
        )
        for heads, to_come, places in examples:
            for place, found in zip(places, heads.slopes(to_come), strict=True):
                place.copy_(found)
        rotate(by_made[:, : half.turned], turn.conj(), half.size)
        deeper = ctx.needs_input_grad[0]
        by_rows, by_into = half.into.slopes(by_made, rows, low, whole, b, deeper)
        by_x = norm_slope(by_rows, rows, by, slope) if deeper else None
        return by_x, None, None, None, None, *by_into, *by_out


class FeedForwardHalf:
    """What the second half of a layer computes: norm, gated SiLU network and the residual."""

    def __init__(self, layer: nn.Module):
        norm, inner = layer.post_attention_layernorm, layer.mlp
        self.eps = norm.variance_epsilon
        self.into = Joined([inner.gate_proj, inner.up_proj], norm.weight)
        self.out = Joined([inner.down_proj])
        self.pairs = [*self.into.pairs, *self.out.pairs]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return _FeedForward.apply(x, self, *self.pairs)


class _FeedForward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, half, *pairs):
        rows, by = normed(x, half.eps)
        count = len(half.into.pairs)
        whole, b = half.into.matrices(pairs[:count])
        made = product(rows, whole, half.into.bias)
        gate, up, _ = made.split([half.out.width, half.out.width, half.into.rank], 1)
        opened = functional.silu(gate)
        inner = opened * up
        out_whole, out_b = half.out.matrices(pairs[count:])
        out = product(inner, out_whole, half.out.bias)
        low = out[:, half.out.out :].clone()
        ctx.save_for_backward(rows, by, whole, b, made, opened, inner, out_whole, out_b, low)
        ctx.half = half
        return x + out[:, : half.out.out]

    @staticmethod
    def backward(ctx, slope):
        half = ctx.half
        rows, by, whole, b, made, opened, inner, out_whole, out_b, low = ctx.saved_tensors
        by_inner, by_out = half.out.slopes(slope, inner, low, out_whole, out_b)
        gate, up, low = made.split([half.out.width, half.out.width, half.into.rank], 1)
        by_made = rows.new_empty(len(rows), half.into.out)
        by_gate, by_up = by_made.chunk(2, 1)
        torch.mul(by_inner, opened, out=by_up)
        torch.ops.aten.silu_backward.grad_input(by_inner.mul_(up), gate, grad_input=by_gate)
        deeper = ctx.needs_input_grad[0]
        by_rows, by_into = half.into.slopes(by_made, rows, low, whole, b, deeper)
        by_x = norm_slope(by_rows, rows, by, slope) if deeper else None
        return by_x, None, *by_into, *by_out


class _Halved:
    """A mixin for a decoder layer with `halves`; without packs it is the layer that it was."""

    def forward(
        self, hidden_states, *args, position_embeddings=None, pack_sizes=None, pack_answers=None, **more
    ):
        attention, feed_forward = self.halves
        last = isinstance(attention, AnsweredHalf)
        if pack_sizes is None or (last and not pack_answers):
            more = more if pack_sizes is None else more | {"pack_sizes": pack_sizes}
            return super().forward(hidden_states, *args, position_embeddings=position_embeddings, **more)
        cos, sin = (part[0, :, None, : attention.size // 2] for part in position_embeddings)
        given = hidden_states[0], torch.complex(cos, sin), pack_sizes.tolist()
        return feed_forward(attention(*given, pack_answers) if last else attention(*given))[None]


@contextmanager
def halved(layers: list[nn.Module]) -> Iterator[None]:
    """Gives the layers that can be computed so the forward above, until left."""
    found = []
    try:
        for layer in layers:
            if not known(layer, nn.Linear, MergedLinear):
                continue
            attention = AnsweredHalf if layer is layers[-1] else AttentionHalf
            halves = attention(layer), FeedForwardHalf(layer)
            trained = {id(p) for p in layer.parameters() if p.requires_grad}
            if trained != {id(p) for half in halves for p in half.pairs}:
                continue
            kind = type(layer)
            found.append((layer, kind))
            layer.halves = halves
            layer.__class__ = type(f"Halved{kind.__name__}", (_Halved, kind), {})
        yield
    finally:
        for layer, kind in found:
            layer.__class__ = kind
            del layer.halves


def known(layer: nn.Module | None, *kinds: type[nn.Module]) -> bool:
    """Whether a decoder layer is of the Llama kind without a window, and its linear layers are of these kinds."""
    if type(layer) not in KINDS or not isinstance(layer.mlp.act_fn, (nn.SiLU, SiLUActivation)):
        return False
    inner, network = layer.self_attn, layer.mlp
    if getattr(inner, "sliding_window", None) or getattr(inner.config, "sliding_window", None):
        return False
    linear = [inner.q_proj, inner.k_proj, inner.v_proj, inner.o_proj]
    linear += [network.gate_proj, network.up_proj, network.down_proj]
    return all(type(module) in kinds for module in linear)
