"""QLoRA and 8-bit Adam, where there is a bitsandbytes for the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from conftest import STARTER
from peft import PeftModel
from running import named, run_job, snapshot, stock_answer, weights_hash
from safetensors.torch import load_file
from test_methods import config_of, fresh, probes_of

from tune.quantised import four_bit
from tune.spec import Spec

bnb = pytest.importorskip("bitsandbytes")
SHORT = {"folder_of_base": STARTER, "max_new_tokens": 8, "learning_rate": None}


@pytest.mark.parametrize("spec", [{}, {"use_dora": True, "quantization_type": "fp4"}])
def test_qlora_trains_over_four_bits_and_its_adapter_serves_on_the_base_itself(spec, job_line, starter):
    base = starter
    shape = snapshot(base.model)
    before = {n: t.clone() for n, t in base.model.state_dict().items()}
    seen = run_job(job_line(method="qlora", **SHORT, **spec), base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    after = base.model.state_dict()
    assert snapshot(base.model) == shape
    assert list(after) == list(before) and all(torch.equal(after[n], t) for n, t in before.items())
    assert config_of(seen[-1])["peft_type"] == "LORA"
    stock = PeftModel.from_pretrained(fresh(STARTER), seen[-1]["folder"]).eval()
    for probe in probes_of(seen[-1]):
        assert stock_answer(stock, base, probe) == probe["tokens"]


def test_the_frozen_base_really_is_in_four_bits_while_it_trains(starter):
    base = starter
    with four_bit(base, Spec(method="qlora")):
        linear = base.model.model.layers[0].mlp.up_proj
        assert isinstance(linear, bnb.nn.Linear4bit)
        assert linear.weight.dtype == torch.uint8 and linear.weight.numel() == 256 * 576 // 2
        assert linear.weight.quant_state.quant_type == "nf4" and linear.weight.quant_state.nested
        assert not isinstance(base.model.lm_head, bnb.nn.Linear4bit)


def test_qlora_resumes_in_the_same_bytes(job_line, starter):
    whole = run_job(job_line(method="qlora", save_steps=2, **SHORT), starter)
    point = named(whole, "checkpoint")[0]
    seen = run_job(
        job_line(attempt=2, method="qlora", save_steps=2, resume=point["folder"], **SHORT), starter
    )
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])


def test_8_bit_adam_learns_and_resumes_in_the_same_bytes(job_line, starter):
    spec = {"optim": "adamw_8bit", "lora_rank": 32, "save_steps": 2}
    whole = run_job(job_line(**spec, **SHORT), starter)
    assert whole[-1]["event"] == "adapter", whole[-1]
    untuned, tuned = (e["metrics"] for e in named(whole, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    point = named(whole, "checkpoint")[0]
    states = load_file(Path(point["folder"], "optimizer.safetensors"))
    assert torch.uint8 in {state.dtype for state in states.values()}
    seen = run_job(job_line(attempt=2, resume=point["folder"], **spec, **SHORT), starter)
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])
