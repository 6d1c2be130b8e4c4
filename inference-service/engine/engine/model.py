"""The base model: its weights, its tokenizer, and what its folder says about generation."""

import copy
import inspect
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.errors import Refused
from engine.sampling import Sampling


@dataclass(frozen=True)
class BaseModel:
    """A model in evaluation mode, with the tokenizer of the same folder.

    `family`: causal, encoder (the BERT family; the network has no head) or encoder-decoder (T5's).
    `made_up`: names of weights that the folder lacks, so that they are random.
    """

    network: Any
    tokenizer: Any
    folder: Path
    max_len: int
    eos: frozenset[int]
    defaults: Sampling
    family: str = "causal"
    made_up: frozenset[str] = frozenset()

    @property
    def device(self) -> torch.device:
        return self.network.device

    def chat_prompt(
        self, messages: list[dict[str, str]], kwargs: dict[str, Any] | None = None
    ) -> list[int]:
        """The token ids of a chat, ending where the assistant speaks; refuses what the template refuses.

        `kwargs`: what the template is to know beside the messages.
        """
        from jinja2 import TemplateError

        kwargs = kwargs or {}
        if self.family == "encoder-decoder":
            if kwargs:
                raise Refused(400, "This model has no chat template.", param="chat_template_kwargs")
            return self.tokenizer(joined(messages))["input_ids"]
        if not self.tokenizer.chat_template:
            raise Refused(400, "This model has no chat template: use /v1/completions.")
        own = {"messages", *inspect.signature(self.tokenizer.apply_chat_template).parameters}
        if taken := own.intersection(kwargs):
            raise Refused(400, f"'{min(taken)}' cannot be set there.", param="chat_template_kwargs")
        try:
            return self.tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, tokenize=True, return_dict=False, **kwargs
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise Refused(
                400, f"The chat template refuses these messages: {error}", param="messages"
            ) from None

    def plain_prompt(self, prompt: str | list[int]) -> list[int]:
        """The token ids of a completion's prompt, with the tokenizer's own special tokens."""
        if isinstance(prompt, str):
            return self.tokenizer(prompt)["input_ids"]
        vocabulary = self.network.get_input_embeddings().num_embeddings
        if any(not 0 <= token < vocabulary for token in prompt):
            raise Refused(400, f"A token id is outside the vocabulary of {vocabulary}.", param="prompt")
        return list(prompt)

    def decode(self, tokens: list[int]) -> str:
        """Text as written by the model: no special tokens, no cleaned-up spaces."""
        return self.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def token_bytes(self, token: int) -> bytes:
        """The bytes of a token, which may be a part of a character: by its name in a tokenizer of bytes."""
        from transformers.convert_slow_tokenizer import bytes_to_unicode

        text = self.decode([token])
        if "\ufffd" not in text:
            return text.encode()
        name = self.tokenizer.convert_ids_to_tokens(token)
        if fallback := re.fullmatch("<0x([0-9A-F]{2})>", name):
            return bytes.fromhex(fallback[1])
        byte_of = {character: byte for byte, character in bytes_to_unicode().items()}
        known = all(character in byte_of for character in name)
        return bytes(byte_of[character] for character in name) if known else text.encode()

    def branch(self) -> Any:
        """A second network over the same weights in memory.

        Its modules and parameters are its own, so an adapter put into it is seen by nobody else; only
        the numbers are shared, and an in-place write to them would be seen by all.
        """
        shared = {
            id(weight): torch.nn.Parameter(weight.detach(), requires_grad=False)
            for weight in self.network.parameters()
        }
        shared |= {id(buffer): buffer for buffer in self.network.buffers()}
        return copy.deepcopy(self.network, shared)


def joined(messages: list[dict[str, str]]) -> str:
    """The one text that a chat is where there is no template; the trainer joins it in the same way."""
    return "\n".join(message["content"] for message in messages)


def load_base(
    folder: Path, max_len: int | None, device: str | None = None, dtype: str | None = None
) -> BaseModel:
    """Reads a model folder: float32 on CPU, bfloat16 on CUDA. Only safetensors, no remote code.

    Raises ValueError or OSError, with a sentence for the operator, when the folder cannot be served.
    """
    from transformers import AutoConfig, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    kind = getattr(torch, dtype) if dtype else torch.float32 if device == "cpu" else torch.bfloat16
    safe = {"local_files_only": True, "trust_remote_code": False}
    family = _family_of(AutoConfig.from_pretrained(folder, **safe))
    attention = {"attn_implementation": "sdpa"} if family == "causal" else {}
    network, told = _class_of(family).from_pretrained(
        folder, dtype=kind, use_safetensors=True, output_loading_info=True, **attention, **safe
    )
    network = network.to(device).eval().requires_grad_(False)
    tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
    longest = _longest(network, tokenizer, family)
    if max_len is not None and max_len > longest:
        raise ValueError(f"--max-model-len {max_len} is more than the model's own {longest}")
    return BaseModel(
        network,
        tokenizer,
        folder,
        max_len or longest,
        frozenset() if family == "encoder" else _eos_ids(network, tokenizer),
        _defaults(folder),
        family,
        frozenset(told["missing_keys"]),
    )


def _family_of(config: Any) -> str:
    """How a model of this configuration reads and writes; the trainer goes by the same rule."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING

    if config.is_encoder_decoder:
        return "encoder-decoder"
    made = (config.architectures or [""])[0]
    writes = made.endswith(("ForCausalLM", "LMHeadModel"))
    return "encoder" if not writes and type(config) in MODEL_FOR_MASKED_LM_MAPPING else "causal"


def _class_of(family: str) -> Any:
    from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    return {
        "causal": AutoModelForCausalLM,
        "encoder": AutoModel,
        "encoder-decoder": AutoModelForSeq2SeqLM,
    }[family]


def _longest(network: Any, tokenizer: Any, family: str) -> int:
    own = getattr(network.config.get_text_config(), "max_position_embeddings", None)
    if family == "causal":
        return own or 2048
    said = tokenizer.model_max_length if tokenizer.model_max_length < 1 << 30 else 512
    return min(own or said, said, *_positions(network))


def _positions(network: Any) -> list[int]:
    """RoBERTa's kind counts its positions up to its padding's number, which no token takes."""
    return [
        module.num_embeddings - module.padding_idx - 1
        for name, module in network.named_modules()
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None
    ]


def _eos_ids(network: Any, tokenizer: Any) -> frozenset[int]:
    """Where answers end; the trainer goes by the same rule.

    ChatML's end of turn is such a token also where a base that was never tuned on chats names another.
    """
    ids: set[int] = set()
    for said in (tokenizer.eos_token_id, network.generation_config.eos_token_id):
        ids.update([said] if isinstance(said, int) else said or [])
    turn_end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    if isinstance(turn_end, int) and turn_end != tokenizer.unk_token_id:
        ids.add(turn_end)
    return frozenset(ids)


def _defaults(folder: Path) -> Sampling:
    """How the model samples when a request does not say, as vLLM reads it from the same file."""
    path = folder / "generation_config.json"
    said = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    fields = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
    return Sampling(**{field: said[field] for field in fields if said.get(field) is not None})
