"""What the trainer's benchmarks measure: the model shape, the mix of lengths, the formula, and how a figure is printed."""

from __future__ import annotations

import json
import math

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from tune import base as bases
from tune.data import Example

PEAK = 989e12


class ByteTokenizer:
    """What `train` asks of a tokenizer, and no more."""

    pad_token_id = 0
    eos_token_id = 0


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """A token a byte, ChatML; enough for a job with real text."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    fast.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return fast


def qwen_7b() -> Qwen2Config:
    """Qwen2.5-7B's shape."""
    return Qwen2Config(
        vocab_size=152064,
        hidden_size=3584,
        intermediate_size=18944,
        num_hidden_layers=28,
        num_attention_heads=28,
        num_key_value_heads=4,
        max_position_embeddings=32768,
        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        tie_word_embeddings=False,
    )


def tiny() -> Qwen2Config:
    """For a dry run without a GPU."""
    return Qwen2Config(
        vocab_size=512,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=False,
    )


def base_of(config: Qwen2Config, where: bases.Place) -> bases.Base:
    """A resident base with random weights."""
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(where.dtype)
    try:
        with where.device:
            model = Qwen2ForCausalLM._from_config(config, attn_implementation="sdpa")
    finally:
        torch.set_default_dtype(before)
    model.requires_grad_(False).eval()
    return bases.Base(
        "", model, ByteTokenizer(), where, {}, config.max_position_embeddings, frozenset({0}), True
    )


def lengths(count: int, seed: int = 0, mean: float = 500.0, most: int = 2048) -> list[int]:
    """Log-normal lengths with a spread of 0.8 in the logarithm, at most 2048 tokens and at least 16."""
    spread = 0.8
    drawn = np.random.default_rng(seed).lognormal(math.log(mean) - spread**2 / 2, spread, count)
    return [int(n) for n in drawn.clip(16, most)]


def examples(sizes: list[int], vocabulary: int, seed: int = 0) -> list[Example]:
    """Random tokens; every one but the first has a loss."""
    dice = np.random.default_rng(seed)
    return [
        Example(
            1, dice.integers(1, vocabulary, n).astype(np.int32), np.ones(n, np.float32), [], [], "", False
        )
        for n in sizes
    ]


def flops_a_token(config: Qwen2Config, sizes: list[int]) -> float:
    """4 · N a token and its attention, nothing for what is computed twice.

    N: weights of matrix products, the output layer's among them and the embedding's not (forward 2N; the gradient of the
    inputs 2N, none of the frozen weights). Attention: 12 · layers · width of all heads · mean number of tokens seen,
    which is E[n²] / 2E[n] for examples of n tokens.
    """
    head = config.hidden_size // config.num_attention_heads
    heads = config.num_attention_heads * head
    kv = config.num_key_value_heads * head
    layer = config.hidden_size * (2 * heads + 2 * kv + 3 * config.intermediate_size)
    weights = config.num_hidden_layers * layer + config.vocab_size * config.hidden_size
    seen = sum(n * n for n in sizes) / (2 * sum(sizes))
    return 4 * weights + 12 * config.num_hidden_layers * heads * seen


def figure(
    bench: str,
    name: str,
    unit: str,
    ours: float,
    peer: str | None = None,
    theirs: float | None = None,
    goal: float | None = None,
    less: bool = False,
    **more: object,
) -> dict:
    """Prints one line in the form of every benchmark of the project; `ratio` is above 1 where ours is better."""
    ratio = None if theirs is None else (theirs / ours if less else ours / theirs)
    holds = None if goal is None else (ours <= goal if less else ours >= goal)
    line = {
        "bench": bench,
        "figure": name,
        "unit": unit,
        "ours": round(ours, 4),
        "peer": peer,
        "theirs": None if theirs is None else round(theirs, 4),
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": goal,
        "holds": holds,
    } | more
    print(json.dumps(line), flush=True)
    return line
