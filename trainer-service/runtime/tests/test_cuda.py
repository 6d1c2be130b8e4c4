"""The same road on a GPU: bfloat16 base, stock PEFT, resume. Skipped where there is none."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from conftest import byte_tokenizer, chat, write_lines
from peft import PeftModel
from running import named, run_job, snapshot, weights_hash
from safetensors import safe_open
from test_choices import classified
from test_other_families import MODELS, SCORES, SENTIMENT
from test_together import ASKED, PROMPTS, adapted
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from tune import base as bases
from tune import decode, flat, fused, generate, scaled
from tune import weights as own
from tune.generate import Answer, greedy
from tune.objective import mean_loss
from tune.rehearsal import rehearse

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


def test_answers_without_padding_are_those_of_each_prompt_alone(gpu_base):
    made = decode.answers(gpu_base, PROMPTS, [24] * len(PROMPTS), 600, 4, lambda done: None)
    as_sure([Answer(*each) for each in made], gpu_base.model, gpu_base)


@pytest.mark.parametrize("fast", [True, False])
def test_base_and_tuned_answer_together_as_each_does_alone(gpu_base, monkeypatch, fast):
    if fast:
        import kernels_agree

        kernels_agree.check("cuda", torch.bfloat16, 1e-2)
    else:
        monkeypatch.setattr(fused, "of", lambda base: None)
    monkeypatch.setitem(generate.ROWS, "cuda", 6)
    with adapted(gpu_base) as model:
        assert generate.beside(model, gpu_base)
        sides, whole = generate.both(model, gpu_base, ASKED, 24, lambda done: None, lambda rows: None)
        assert whole
        for side, setting in zip(sides, (model.disable_adapter(), nullcontext()), strict=True):
            with setting:
                as_sure(side.answers, model, gpu_base)
                loss, tokens, _ = mean_loss(model, gpu_base, ASKED, 1, lambda: None)
            assert (side.loss, side.tokens) == (pytest.approx(loss, rel=1e-2), tokens)
    assert decode._fused[gpu_base.model]


def as_sure(made, model, base) -> None:
    """As long as each token is sure, the answers are those of each prompt alone."""
    for prompt, answer in zip(PROMPTS, made, strict=True):
        (alone,) = greedy(model, base, [prompt], 24)
        sure = next((i for i, m in enumerate(answer.margins) if m < base.place.tie), len(answer.margins))
        assert answer.tokens[:sure] == alone.tokens[:sure]
        assert sure < len(answer.margins) or answer.stopped == alone.stopped


def test_the_float8_kernels_make_the_numbers_of_their_description():
    from tune import scaled_kernels as kernels

    torch.manual_seed(0)
    rows, low = (torch.randn(33, n, device="cuda", dtype=torch.bfloat16) for n in (4112, 12))
    tail = scaled.tail_of(12)
    for (made, by), (wanted, wanted_by) in [
        (kernels.extended_rows(r, low, tail), scaled.extended_rows(r, low, tail)) for r in (rows, 0.01 * rows)
    ]:
        assert torch.allclose(by, wanted_by)
        assert (made.float() - wanted.float()).abs().max() <= 32
        assert (made.float() != wanted.float()).float().mean() < 0.01
    for high in (torch.randn(300, 12, device="cuda"), torch.randn(12, 300, device="cuda").t()):
        scale = torch.rand(300, 1, device="cuda") + 0.01
        made, wanted = (torch.zeros(300, 64 + tail, device="cuda").to(torch.float8_e4m3fn) for _ in range(2))
        kernels.extend_weight(made, scale, high, 0.5, 64)
        scaled.extend_weight(wanted, scale, high, 0.5, 64)
        assert (made.float() != wanted.float()).float().mean() < 0.01


def test_an_adapted_layer_in_float8_has_the_gradients_of_bfloat16():
    from tune.linear import Mixed

    torch.manual_seed(0)
    for inputs, outputs in ((256, 512), (512, 256)):
        weight = torch.randn(outputs, inputs, device="cuda", dtype=torch.bfloat16) * 0.05
        x = torch.randn(64, inputs, device="cuda", dtype=torch.bfloat16, requires_grad=True)
        a = (torch.randn(8, inputs, device="cuda") * 0.03).requires_grad_()
        b = (torch.randn(outputs, 8, device="cuda") * 0.02).requires_grad_()
        slope = torch.randn(64, outputs, device="cuda", dtype=torch.bfloat16)
        tail = scaled.tail_of(8)
        wide = scaled.quantised_weight(weight, tail if outputs >= inputs else 0)
        turned = scaled.quantised_weight(weight.t().contiguous(), tail if inputs >= outputs else 0)
        for weights in ((*wide, *turned), (weight, None, weight, None)):
            out = Mixed.apply(x, *weights, None, a, b, 2.0)
            made = [out.detach(), *torch.autograd.grad(out, (x, a, b), slope)]
            if weights[1] is not None:
                ours = made
        for mine, wanted in zip(ours, made, strict=True):
            assert (mine.float() - wanted.float()).norm() < 0.06 * wanted.float().norm()


NAMES = ("Ann", "Bob", "Eve", "Max")
HEADS = {
    "classification": (AutoModelForSequenceClassification, SENTIMENT),
    "regression": (AutoModelForSequenceClassification, SCORES),
    "tagging": (
        AutoModelForTokenClassification,
        [
            chat(f"Find.\n{NAMES[n % 4]} waits", json.dumps([{"type": "PER", "text": NAMES[n % 4]}]))
            for n in range(36)
        ],
    ),
}


@pytest.mark.parametrize("task", HEADS)
def test_a_head_trained_on_a_gpu_says_its_probes_again_when_stock_peft_reads_it(task, tmp_path, make_job):
    kind, rows = HEADS[task]
    folder = str(tmp_path / "base")
    torch.manual_seed(7)
    MODELS["bert"]().save_pretrained(folder)
    tokenizer = byte_tokenizer()
    tokenizer.chat_template, tokenizer.model_max_length = None, 128
    tokenizer.save_pretrained(folder)
    base = bases.load(folder, bases.place())
    job = make_job(
        tmp_path, folder_of_base=folder, learning_rate=0.02, num_train_epochs=12, max_new_tokens=None
    )
    job["dataset"] = {
        "train": write_lines(tmp_path / "train.jsonl", rows[:24]),
        "test": write_lines(tmp_path / "test.jsonl", rows[24:]),
        "task": task,
    }
    seen = run_job(job, base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    with safe_open(f"{seen[-1]['folder']}/adapter_model.safetensors", "pt") as file:
        labels = json.loads((file.metadata() or {}).get("labels", "null"))
    stock = kind.from_pretrained(folder, num_labels=len(labels) if labels else 1, dtype=torch.bfloat16)
    stock = PeftModel.from_pretrained(stock, seen[-1]["folder"]).cuda().eval()
    probes = json.loads(Path(seen[-1]["probes"]).read_text(encoding="utf-8"))
    assert probes
    for probe in probes:
        asked = base.tokenizer(probe["input"], return_tensors="pt").to("cuda")
        with torch.inference_mode():
            logits = stock(input_ids=asked["input_ids"]).logits[0].float().cpu()
        if task == "tagging":
            said = [labels[i] for i in logits.argmax(-1).tolist()]
            assert all(e in (None, s) for e, s in zip(probe["expected"], said, strict=True))
        elif labels:
            assert labels[int(logits.argmax())] == probe["expected"]
            assert float(logits.softmax(-1).max()) == pytest.approx(
                probe["probability"], abs=probe["tolerance"]
            )
        else:
            assert float(logits[0]) == pytest.approx(probe["expected"], abs=probe["tolerance"])


def test_labels_in_words_have_an_area_on_a_gpu(gpu_base, job_line, tmp_path):
    more = {"max_new_tokens": 4, "num_train_epochs": 8, "probes": 0, "metric_for_best_model": "auc"}
    seen = run_job(classified(job_line(**more), tmp_path, ["good", "bad"]), gpu_base)
    assert seen[-1]["event"] == "adapter", seen[-1]
    assert [e["metrics"]["auc"] for e in named(seen, "evaluated")][1] == 1
    assert seen[-1]["best_metric"]["name"] == "auc" and not named(seen, "notice")


def test_a_rehearsal_leaves_nothing_behind(gpu_base):
    before = {n: t.clone() for n, t in gpu_base.model.state_dict().items()}
    parts = snapshot(gpu_base.model)
    rehearse(gpu_base)
    assert snapshot(gpu_base.model) == parts
    assert all(torch.equal(t, before[n]) for n, t in gpu_base.model.state_dict().items())


def test_copied_weights_keep_the_originals_off_the_gpu_meanwhile(gpu_base):
    before = {n: t.clone() for n, t in gpu_base.model.state_dict().items()}
    originals = list(gpu_base.model.parameters())
    with own.copied(gpu_base.model, "full", "tiny", None):
        assert not any(p.is_cuda for p in originals)
        assert all(p.is_cuda for p in gpu_base.model.parameters())
    assert all(torch.equal(t, before[n]) for n, t in gpu_base.model.state_dict().items())


def test_copies_for_which_a_gpu_has_no_room_lie_elsewhere(monkeypatch):
    held = {"a": torch.ones(100, device="cuda"), "b": torch.ones(3)}
    assert flat.copies(held)["a"].is_cuda
    monkeypatch.setattr(flat, "SMALL", 0)
    monkeypatch.setattr(flat, "free_bytes", lambda: 799)
    made = flat.copies(held)
    held["a"].zero_()
    assert not made["a"].is_cuda and made["a"].eq(1).all()
