"""The resident base model: loaded once, frozen, and left bit-equal by every job."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import nn
from transformers import (
    MODEL_FOR_MASKED_LM_MAPPING,
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PretrainedConfig,
)

from tune.failure import Failure

SMALL_MODEL = 100_000_000
UNLIMITED, USUAL_LIMIT = 1 << 30, 512
CLASSES = {
    "causal": AutoModelForCausalLM,
    "encoder": AutoModel,
    "encoder-decoder": AutoModelForSeq2SeqLM,
}


@dataclass(frozen=True)
class Place:
    """Where a model runs and in which type its base weights are held."""

    device: torch.device
    dtype: torch.dtype

    @property
    def tie(self) -> float:
        """Two logits nearer than this may change order between two correct programs (probes stop before them)."""
        return 1e-3 if self.dtype == torch.float32 else 0.125

    @property
    def tolerance(self) -> float:
        """How far apart two correct programs may find a number, as a share of it; of 8 bits the last three are not sure."""
        return 1e-3 if self.dtype == torch.float32 else 2**-5

    @property
    def batch_tokens(self) -> int:
        """How many tokens, prompt and answer together, one generated batch may hold."""
        return 1 << 20 if self.device.type == "cuda" else 1 << 15


@dataclass(frozen=True)
class Base:
    """A loaded base model with its tokenizer. `fused_head`: its logits are exactly hidden @ head.weight.T.
    `family`: causal, encoder (the BERT family) or encoder-decoder (the T5 family). `packs`: nothing stands before the
    tokens of an example, so that several may lie end to end."""

    folder: str
    model: nn.Module
    tokenizer: object
    place: Place
    sha256: dict[str, str]
    max_positions: int
    stop_ids: frozenset[int]
    fused_head: bool
    family: str = "causal"
    packs: bool = True

    @property
    def parameters(self) -> int:
        return sum(p.numel() for p in self.model.parameters())

    @property
    def whole(self) -> bool:
        """Whether all weights are where they were loaded to, so that another job can be run."""
        return all(p.device.type == self.place.device.type for p in self.model.parameters())

    @property
    def dated(self) -> bool:
        """Whether its template may write the day's date, so that it is asked otherwise each day."""
        return self.family == "causal" and "strftime_now" in str(self.tokenizer.chat_template)

    @property
    def pad_id(self) -> int:
        """Any valid id: padding is masked or comes after everything that counts."""
        pad = self.tokenizer.pad_token_id
        return pad if pad is not None else min(self.stop_ids)


def place() -> Place:
    """CUDA in bfloat16 where there is a GPU, else the CPU in float32."""
    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")
        return Place(torch.device("cuda"), torch.bfloat16)
    return Place(torch.device("cpu"), torch.float32)


def load(folder: str, where: Place) -> Base:
    """Loads a Hugging Face model folder without running any code of it; raises Failure("base_unreadable").

    The files are hashed by several threads while they are loaded, so that a cold disk is read once, and loaded straight to
    the GPU where there is one.
    Unless the base lacks what a job needs, another machine may have a whole copy of the folder, or more memory.
    """
    try:
        with ThreadPoolExecutor() as readers:
            hashed = _hashing(folder, readers)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            family = family_of(config)
            model = CLASSES[family].from_pretrained(
                folder,
                dtype=where.dtype,
                **({"attn_implementation": "sdpa"} if family == "causal" else {}),
                **({"device_map": {"": where.device}} if where.device.type == "cuda" else {}),
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
            )
            digests = dict(hashed)
    except Exception as error:
        text = " ".join(str(error).split())[:400]
        reason = f"The base model in {folder} cannot be loaded: {text}"
        raise Failure("base_unreadable", reason, "base.folder", retry=True) from error
    if family == "causal" and not tokenizer.chat_template:
        raise Failure(
            "base_unreadable", f"The tokenizer in {folder} has no chat template; add one.", "base.folder"
        )
    stop_ids = frozenset() if family == "encoder" else stop_ids_of(model, tokenizer)
    if not stop_ids and family != "encoder":
        raise Failure(
            "base_unreadable",
            f"The model in {folder} names no end-of-text token (eos_token_id).",
            "base.folder",
        )
    model.requires_grad_(False).eval().to(where.device)
    limit = getattr(model.config, "max_position_embeddings", None) or tokenizer.model_max_length
    if family != "causal":
        limit = min(limit, tokenizer.model_max_length)
    if family == "encoder":
        usual = USUAL_LIMIT if tokenizer.model_max_length >= UNLIMITED else limit  # as the engine takes it
        limit = min(limit, usual, _positions(model))
    fused = family == "causal" and _fused_head(model)
    return Base(folder, model, tokenizer, where, digests, int(min(limit, 2**31)), stop_ids, fused, family)


def family_of(config: PretrainedConfig) -> str:
    """How a model of this configuration reads and writes."""
    if config.is_encoder_decoder:
        return "encoder-decoder"
    made = (config.architectures or [""])[0]
    writes = made.endswith(("ForCausalLM", "LMHeadModel"))
    return "encoder" if not writes and type(config) in MODEL_FOR_MASKED_LM_MAPPING else "causal"


def hashes(folder: str) -> dict[str, str]:
    """sha256 of every file that decides what the model answers."""
    with ThreadPoolExecutor() as readers:
        return dict(_hashing(folder, readers))


def _hashing(folder: str, readers: ThreadPoolExecutor) -> Iterable[tuple[str, str]]:
    """The same, begun at once and waited for by who looks at it."""
    names = [
        n
        for n in sorted(os.listdir(folder))
        if n.endswith((".safetensors", ".json", ".jinja", ".txt", ".model"))
    ]
    if "config.json" not in names:
        raise FileNotFoundError(f"there is no config.json in {folder}")

    def digest(name: str) -> str:
        with open(os.path.join(folder, name), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return zip(names, readers.map(digest, names), strict=True)


def stop_ids_of(model: nn.Module, tokenizer: object) -> frozenset[int]:
    """End-of-text by the tokenizer and by the generation config, and ChatML's end of turn where it is one token."""
    ids: set[int] = set()
    for value in (tokenizer.eos_token_id, model.generation_config.eos_token_id):
        ids.update(value if isinstance(value, list) else [] if value is None else [value])
    turn_end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    if isinstance(turn_end, int) and turn_end != tokenizer.unk_token_id:
        ids.add(turn_end)
    return frozenset(ids)


def _positions(model: nn.Module) -> float:
    """How many positions an encoder has; RoBERTa's kind counts those up to its padding's number, which no token takes."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
            return module.num_embeddings - module.padding_idx - 1
    return math.inf


@torch.no_grad()
def _fused_head(model: nn.Module) -> bool:
    """Tries on a few tokens whether the logits are the head's product and nothing else (no soft cap, no scale)."""
    head = model.get_output_embeddings()
    if not isinstance(head, nn.Linear) or head.bias is not None:
        return False
    ids = torch.arange(4, device=head.weight.device)[None]
    whole = model(input_ids=ids, use_cache=False).logits
    return torch.equal(whole, head(model.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state))


def threads(base: Base) -> int:
    """CPU threads for this base: every core that the process may use, but two at most under 100M parameters.

    The products of a small model are short: handing them to many threads costs more than it brings.
    """
    cores = len(os.sched_getaffinity(0))
    return min(2, cores) if base.parameters < SMALL_MODEL else cores


def fingerprint(value: object) -> str:
    """sha256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
