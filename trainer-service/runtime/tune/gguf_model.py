"""A causal model as a GGUF file, the format of llama.cpp and what is built on it. Written by the format's own library.

The names of tensors and metadata are those that llama.cpp's loaders of `llama`, `qwen2` and `qwen3` look for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import gguf
import numpy as np
import torch
from gguf import MODEL_ARCH, GGUFWriter, LlamaFileType, RopeScalingType
from gguf import GGMLQuantizationType as Type
from torch import nn

from tune import gguf_words
from tune.failure import Failure

FAMILIES = {
    "llama": MODEL_ARCH.LLAMA,
    "mistral": MODEL_ARCH.LLAMA,
    "qwen2": MODEL_ARCH.QWEN2,
    "qwen3": MODEL_ARCH.QWEN3,
}
FORMS = {
    "f16": (Type.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (Type.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
BLOCK = 32


def write(model: nn.Module, tokenizer: object, name: str, form: str, path: str) -> None:
    """Writes the model to `path`: matrices in the form's type, vectors in float32, tokenizer and chat template with them.

    A q8_0 matrix whose rows are no multiple of 32 stays in f16. One tensor is converted at a time. Raises Failure for a model or
    a tokenizer that GGUF's runners would take for another.
    """
    config = model.config
    if config.model_type not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise Failure(
            "unsupported_model",
            f'GGUF is written for models of type {known}, not "{config.model_type}". Choose format "merged".',
            "format",
        )
    family = FAMILIES[config.model_type]
    matrix, file_type = FORMS[form]
    writer = GGUFWriter(path, gguf.MODEL_ARCH_NAMES[family])
    try:
        writer.add_type("model")
        writer.add_name(name)
        writer.add_file_type(file_type)
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        _shape(writer, config)
        gguf_words.add(writer, tokenizer, config.vocab_size)
        listed = list(_tensors(model, family))
        for key, weight in listed:
            kind = _type(weight, matrix)
            shape = gguf.quant_shape_to_byte_shape(weight.shape, kind) if kind == Type.Q8_0 else weight.shape
            held = {Type.F32: np.float32, Type.F16: np.float16, Type.Q8_0: np.uint8}[kind]
            size = math.prod(shape) * np.dtype(held).itemsize
            writer.add_tensor_info(key, tuple(shape), np.dtype(held), size, kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for key, weight in listed:
            writer.write_tensor_data(_data(key, _arranged(key, weight, config), _type(weight, matrix)))
    finally:
        writer.close()


def _shape(writer: GGUFWriter, config: object) -> None:
    heads = config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    # Their loaders know no window in these models: up to its length there is no difference.
    writer.add_context_length(min(config.max_position_embeddings, window or config.max_position_embeddings))
    writer.add_vocab_size(config.vocab_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(getattr(config, "num_key_value_heads", None) or heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(width)
    rope = config.rope_parameters
    writer.add_rope_freq_base(rope["rope_theta"])
    kind = rope.get("rope_type", "default")
    if kind in ("linear", "yarn"):
        writer.add_rope_scaling_type(RopeScalingType.LINEAR if kind == "linear" else RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        if kind == "yarn":
            original = rope.get("original_max_position_embeddings") or config.max_position_embeddings
            writer.add_rope_scaling_orig_ctx_len(original)
    elif kind not in ("default", "llama3"):
        raise Failure(
            "unsupported_model",
            f'Positions scaled by "{kind}" are not written. Choose format "merged".',
            "format",
        )


def _tensors(model: nn.Module, family: MODEL_ARCH) -> Iterator[tuple[str, torch.Tensor]]:
    """(name in the file, weight) of every tensor; an output layer that is the embeddings is written once."""
    names = gguf.get_tensor_name_map(family, model.config.num_hidden_layers)
    seen = set()
    for name, weight in model.named_parameters():
        key = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if key is None:
            raise Failure(
                "unsupported_model",
                f'GGUF\'s runners know no tensor "{name}" in this kind of model. Choose format "merged".',
                "format",
            )
        if weight.data_ptr() in seen:
            continue
        seen.add(weight.data_ptr())
        yield key, weight.detach()
    factors = _frequencies(model.config)
    if factors is not None:
        yield "rope_freqs.weight", factors


def _frequencies(config: object) -> torch.Tensor | None:
    """What Llama 3.1 divides each of its rotary frequencies by: 1 for short waves, `factor` for long ones, between them a
    blend of the two."""
    rope = config.rope_parameters
    if rope.get("rope_type") != "llama3":
        return None
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    speeds = rope["rope_theta"] ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)
    turns = rope["original_max_position_embeddings"] * speeds / (2 * math.pi)
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    blend = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 / ((1 - blend) / rope["factor"] + blend)).float()


def _type(weight: torch.Tensor, matrix: Type) -> Type:
    if weight.dim() < 2:
        return Type.F32
    return Type.F16 if matrix == Type.Q8_0 and weight.shape[-1] % BLOCK else matrix


def _arranged(key: str, weight: torch.Tensor, config: object) -> torch.Tensor:
    """Queries and keys of the llama kind as its runners rotate them: pairs side by side, where transformers has halves."""
    if FAMILIES[config.model_type] != MODEL_ARCH.LLAMA or not (".attn_q." in key or ".attn_k." in key):
        return weight
    heads = config.num_attention_heads
    if ".attn_k." in key:
        heads = getattr(config, "num_key_value_heads", None) or heads
    return weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).reshape(weight.shape)


def _data(key: str, weight: torch.Tensor, kind: Type) -> np.ndarray:
    values = weight.float().cpu().contiguous().numpy()
    if kind == Type.Q8_0:
        return gguf.quants.quantize(values, kind)
    if kind == Type.F16 and not (np.abs(values) <= np.finfo(np.float16).max).all():
        raise Failure(
            "unsupported_model",
            f'"{key}" has values that float16 cannot hold. Choose format "merged".',
            "format",
        )
    return values.astype(np.float16 if kind == Type.F16 else np.float32)
