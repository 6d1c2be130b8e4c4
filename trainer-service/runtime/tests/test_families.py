"""Causal models of other families go the same way as Qwen2: Llama, Mistral, GLM and GPT-2."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from conftest import byte_tokenizer
from peft import PeftModel
from running import named, run_job, snapshot, stock_answer
from transformers import (
    AutoModelForCausalLM,
    Glm4Config,
    Glm4ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from tune import base as bases
from tune.failure import Failure
from tune.quantised import four_bit
from tune.spec import Spec

SHARED = {
    "vocab_size": 272,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "pad_token_id": 256,
    "eos_token_id": 258,
    "bos_token_id": None,
}
FAMILIES = {
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**SHARED)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SHARED, sliding_window=64)),
    "glm4": lambda: Glm4ForCausalLM(Glm4Config(**SHARED)),
    "gpt2": lambda: GPT2LMHeadModel(
        GPT2Config(
            vocab_size=272,
            n_embd=32,
            n_layer=2,
            n_head=2,
            n_positions=512,
            initializer_range=0.2,
            pad_token_id=256,
            eos_token_id=258,
            bos_token_id=None,
        )
    ),
}


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    """`family(name)`: the folder of a tiny random model of the family, and the model as the worker holds it."""
    made = {}

    def load(name: str):
        if name not in made:
            torch.manual_seed(7)
            folder = tmp_path_factory.mktemp(name)
            FAMILIES[name]().save_pretrained(folder)
            byte_tokenizer().save_pretrained(folder)
            made[name] = str(folder), bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))
        return made[name]

    return load


@pytest.mark.parametrize("lacking", ["template", "weights"])
def test_only_what_every_copy_of_a_base_lacks_fails_on_every_machine(lacking, base_folder, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(base_folder, folder)
    (folder / {"template": "chat_template.jinja", "weights": "model.safetensors"}[lacking]).unlink()
    with pytest.raises(Failure) as caught:
        bases.load(str(folder), bases.Place(torch.device("cpu"), torch.float32))
    assert caught.value.code == "base_unreadable"
    assert caught.value.retry == (lacking == "weights"), caught.value.reason


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("method", ["lora", "adapter", "prefix", "freeze"])
def test_it_learns_and_its_probes_come_back(name, method, family, job_line):
    folder, base = family(name)
    shape = snapshot(base.model)
    job = job_line(folder_of_base=folder, method=method, max_new_tokens=8, validation=False)
    seen = run_job(job, base)
    last = seen[-1]
    assert last["event"] == "adapter", last
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    assert snapshot(base.model) == shape
    if method in ("lora", "prefix"):
        served_by_peft(folder, base, last)


def served_by_peft(folder: str, base: bases.Base, adapter: dict) -> None:
    stock = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    stock = PeftModel.from_pretrained(stock, adapter["folder"]).eval()
    for probe in json.loads(Path(adapter["probes"]).read_text(encoding="utf-8")):
        assert stock_answer(stock, base, probe) == probe["tokens"]


def test_a_gpt_2s_layers_are_in_four_bits_too(family, job_line):
    bnb = pytest.importorskip("bitsandbytes")
    folder, base = family("gpt2")
    before = {n: t.clone() for n, t in base.model.state_dict().items()}
    with four_bit(base, Spec(method="qlora")):
        small = base.model.transformer.h[0].mlp.c_fc
        assert isinstance(small, bnb.nn.Linear4bit) and (small.in_features, small.out_features) == (32, 128)
        rounded = bnb.functional.dequantize_4bit(small.weight.data, small.weight.quant_state)
        exact = before["transformer.h.0.mlp.c_fc.weight"].T
        assert (rounded - exact).abs().mean() < 0.3 * exact.abs().mean()
    assert all(torch.equal(base.model.state_dict()[n], t) for n, t in before.items())
    job = job_line(method="qlora", folder_of_base=folder, max_new_tokens=8, validation=False)
    seen = run_job(job, base)
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    served_by_peft(folder, base, seen[-1])
