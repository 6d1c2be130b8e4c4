"""The same road on a GPU: bfloat16 base, stock PEFT, resume. Skipped where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from running import named, run_job, weights_hash
from transformers import AutoModelForCausalLM

from tune import base as bases
from tune.generate import greedy

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")


@pytest.fixture(scope="module")
def gpu_base(base_folder):
    base = bases.load(base_folder, bases.place())
    assert base.place.dtype == torch.bfloat16 and base.fused_head
    return base


def test_a_job_on_a_gpu_tunes_and_its_probes_come_back_from_stock_peft(job_line, gpu_base, base_folder):
    before = {n: t.clone() for n, t in gpu_base.model.state_dict().items()}
    seen = run_job(job_line(), gpu_base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    base_metrics, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert tuned["loss"] < base_metrics["loss"]
    assert all(torch.equal(t, before[n]) for n, t in gpu_base.model.state_dict().items())
    stock = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.bfloat16).cuda()
    stock = PeftModel.from_pretrained(stock, seen[-1]["folder"]).eval()
    for probe in json.loads(Path(seen[-1]["probes"]).read_text(encoding="utf-8")):
        prompt = gpu_base.tokenizer.apply_chat_template(
            probe["messages"], add_generation_prompt=True, tokenize=False
        )
        ids = gpu_base.tokenizer(prompt, add_special_tokens=False)["input_ids"]
        (answer,) = greedy(stock, gpu_base, [ids], probe["max_tokens"])
        assert answer.tokens == probe["tokens"]


def test_a_job_on_a_gpu_resumes_to_the_same_end(job_line, gpu_base):
    """Some CUDA kernels add in an order of their own; the stated tolerance is 1e-2 in loss."""
    whole = run_job(job_line(save_steps=2, lora_dropout=0.1), gpu_base)
    point = named(whole, "checkpoint")[0]
    seen = run_job(job_line(attempt=2, save_steps=2, lora_dropout=0.1, resume=point["folder"]), gpu_base)
    assert seen[0]["resumed_from_step"] == point["step"]
    assert seen[-1]["final_loss"] == pytest.approx(whole[-1]["final_loss"], abs=1e-2)
    print("same bytes:", weights_hash(seen[-1]) == weights_hash(whole[-1]))
