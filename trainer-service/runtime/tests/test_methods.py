"""Every method goes the whole way: it learns, is published, answers its probes when it is loaded anew, and resumes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import torch
from conftest import write_lines
from peft import PeftModel
from running import named, run_job, snapshot, stock_answer, weights_hash
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from tune import methods
from tune.generate import greedy
from tune.spec import METHODS, Spec

SPECS = {
    "lora": {"method": "lora", "use_rslora": True, "loraplus_lr_ratio": 4},
    "dora": {"method": "dora", "lora_dropout": 0.1},
    "adapter": {"method": "adapter", "bottleneck_size": 8},
    "prefix": {"method": "prefix", "num_virtual_tokens": 6, "learning_rate": 0.05},
    "prefix-projected": {
        "method": "prefix",
        "num_virtual_tokens": 6,
        "prefix_projection": True,
        "encoder_hidden_size": 16,
    },
    "p_tuning": {"method": "p_tuning", "num_virtual_tokens": 6, "encoder_hidden_size": 16},
    "prompt": {"method": "prompt", "num_virtual_tokens": 6, "learning_rate": 0.1},
    "freeze": {"method": "freeze", "freeze_trainable_layers": 1},
    "full": {"method": "full", "learning_rate": 0.005},
}
PEFT_TYPES = {"lora": "LORA", "dora": "LORA", "prefix": "PREFIX_TUNING", "prefix-projected": "PREFIX_TUNING"}
PEFT_TYPES |= {"p_tuning": "P_TUNING", "prompt": "PROMPT_TUNING"}
OWN_TYPES = {"adapter": "BOTTLENECK", "freeze": "WEIGHTS", "full": "WEIGHTS"}


def fresh(base_folder: str):
    return AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32).eval()


def probes_of(event: dict) -> list[dict]:
    return json.loads(Path(event["probes"]).read_text(encoding="utf-8"))


def config_of(event: dict) -> dict:
    return json.loads(Path(event["folder"], "adapter_config.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def finished(base, tmp_path_factory, make_job):
    """`finished(name)`: the events of one job of that method, run once; it left the base bit-equal."""
    seen: dict[str, list[dict]] = {}

    def run(name: str) -> list[dict]:
        if name not in seen:
            shape = snapshot(base.model)
            before = {n: t.clone() for n, t in base.model.state_dict().items()}
            seen[name] = run_job(make_job(tmp_path_factory.mktemp(name), save_steps=2, **SPECS[name]), base)
            after = base.model.state_dict()
            assert snapshot(base.model) == shape
            assert list(after) == list(before) and all(torch.equal(after[n], t) for n, t in before.items())
            assert not any(p.requires_grad for p in base.model.parameters())
        return seen[name]

    return run


@pytest.mark.parametrize("name", SPECS)
def test_it_learns_and_leaves_the_base_bit_equal(name, finished):
    seen = finished(name)
    assert seen[-1]["event"] == "adapter", seen[-1]
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    losses = [e["loss"] for e in named(seen, "progress") if e["stage"] == "training" and e["grad_norm"]]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", PEFT_TYPES)
def test_stock_peft_loads_it_and_answers_its_probes(name, finished, base, base_folder):
    last = finished(name)[-1]
    assert config_of(last)["peft_type"] == PEFT_TYPES[name]
    stock = PeftModel.from_pretrained(fresh(base_folder), last["folder"]).eval()
    assert len(probes_of(last)) == 2
    for probe in probes_of(last):
        assert stock_answer(stock, base, probe) == probe["tokens"]


@pytest.mark.parametrize("name", OWN_TYPES)
def test_our_own_kinds_reload_and_are_not_taken_for_pefts(name, finished, base):
    last = finished(name)[-1]
    config = config_of(last)
    assert config["tunemesh_type"] == OWN_TYPES[name] and "peft_type" not in config
    assert config["base_model_name_or_path"] == "tiny"
    with methods.published(base, last["folder"]) as model:
        for probe in probes_of(last):
            prompt = base.tokenizer.apply_chat_template(
                probe["messages"], add_generation_prompt=True, return_dict=False
            )
            (answer,) = greedy(model, base, [prompt], probe["max_tokens"])
            assert answer.tokens == probe["tokens"]


@pytest.mark.parametrize("name", ["freeze", "full"])
def test_changed_weights_load_into_the_stock_model_by_their_names(name, finished, base, base_folder):
    last = finished(name)[-1]
    changed = load_file(Path(last["folder"], "adapter_model.safetensors"))
    stock = fresh(base_folder)
    missing, unexpected = stock.load_state_dict(changed, strict=False)
    assert not unexpected
    if name == "freeze":
        assert {n.rsplit("layers.", 1)[1][0] for n in changed} == {"1"}
    else:
        assert set(missing) <= {"lm_head.weight"}
    for probe in probes_of(last):
        assert stock_answer(stock, base, probe) == probe["tokens"]


@pytest.mark.parametrize("name", SPECS)
def test_a_resumed_training_ends_in_the_same_bytes(name, finished, make_job, tmp_path, base):
    whole = finished(name)
    point = named(whole, "checkpoint")[0]
    again = make_job(tmp_path, resume=point["folder"], attempt=2, save_steps=2, **SPECS[name])
    seen = run_job(again, base)
    assert seen[0]["resumed_from_step"] == point["step"] > 0
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])


def test_every_method_has_a_case_here():
    covered = {spec["method"] for spec in SPECS.values()}
    assert covered | {"qlora"} == set(METHODS)


def test_a_bottleneck_sits_behind_both_parts_of_every_layer(finished):
    weights = load_file(Path(finished("adapter")[-1]["folder"], "adapter_model.safetensors"))
    places = {name.split(".down.")[0] for name in weights if ".down." in name}
    assert places == {
        f"model.layers.{i}.{part}" for i in (0, 1) for part in ("self_attn.o_proj", "mlp.down_proj")
    }
    assert {tuple(w.shape) for n, w in weights.items() if n.endswith("down.weight")} == {(8, 32)}


def test_an_untrained_bottleneck_changes_nothing(base):
    ids = torch.arange(20)[None]
    plain = base.model(input_ids=ids).logits
    with methods.training(base, "tiny", Spec(method="adapter")) as held:
        assert torch.equal(held.get_base_model()(input_ids=ids).logits, plain)


@pytest.mark.parametrize("name", ["prefix", "p_tuning", "prompt"])
def test_virtual_tokens_give_the_same_answers_in_a_padded_batch_as_alone(name, finished, base):
    prompts = [base.tokenizer(t)["input_ids"] for t in ("set an exam", "hi", "a longer question about it")]
    with methods.published(base, finished(name)[-1]["folder"]) as model:
        together = greedy(model, base, prompts, 12)
        for prompt, answer in zip(prompts, together, strict=True):
            (alone,) = greedy(model, base, [prompt], 12)
            sure = next((i for i, m in enumerate(alone.margins) if m < 1e-3), len(alone.margins))
            assert alone.tokens[:sure] == answer.tokens[:sure]


def test_virtual_tokens_take_up_positions(base):
    assert methods.room(base, Spec(method="prompt", num_virtual_tokens=12)).max_positions == 500
    assert methods.room(base, Spec()).max_positions == 512


@pytest.mark.parametrize("virtual", [505, 600])
def test_virtual_tokens_that_leave_an_example_no_room_are_refused(virtual, job_line, base):
    last = run_job(job_line(method="prompt", num_virtual_tokens=virtual), base)[-1]
    assert (last["event"], last["code"], last["field"]) == (
        "failed",
        "impossible",
        "spec.num_virtual_tokens",
    ), last


def test_more_layers_than_there_are_is_refused(make_job, tmp_path, base):
    last = run_job(make_job(tmp_path, method="freeze", freeze_trainable_layers=-3), base)[-1]
    assert (last["code"], last["field"]) == ("impossible", "spec.freeze_trainable_layers")
    assert "2 layers" in last["reason"]


@pytest.mark.parametrize(
    ("spec", "field"), [({"method": "qlora"}, "spec.method"), ({"optim": "adamw_8bit"}, "spec.optim")]
)
def test_what_needs_bitsandbytes_is_refused_without_it(spec, field, make_job, tmp_path, base, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    last = run_job(make_job(tmp_path, **spec), base)[-1]
    assert (last["event"], last["code"], last["field"]) == ("failed", "not_available", field)
    assert "pip install bitsandbytes" in last["reason"]


def test_plain_text_trains_end_to_end(make_job, tmp_path, base):
    texts = [{"text": f"第{n}章 the quick brown fox jumps over {n} lazy dogs. " * 3} for n in range(12)]
    job = make_job(tmp_path, cutoff_len=128, max_new_tokens=None)
    job["dataset"] = {
        "train": write_lines(tmp_path / "t.jsonl", texts[:8]),
        "validation": write_lines(tmp_path / "v.jsonl", texts[8:10]),
        "test": write_lines(tmp_path / "x.jsonl", texts[10:]),
        "task": "pt",
    }
    seen = run_job(job, base)
    last = seen[-1]
    assert last["event"] == "adapter", last
    untuned, tuned = (e["metrics"] for e in named(seen, "evaluated"))
    assert set(tuned) == {"loss", "perplexity", "reference_tokens"}
    assert tuned["perplexity"] < untuned["perplexity"]
    assert tuned["reference_tokens"] == sum(len(t["text"].encode()) + 1 for t in texts[10:]) - 1
    assert len(probes_of(last)) == 2
    card = Path(last["folder"], "README.md").read_text(encoding="utf-8")
    assert "every token of the text" in card
