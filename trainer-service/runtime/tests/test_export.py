"""Merged models and GGUF files, read back by the programs that others read them with."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from conftest import STARTER, byte_tokenizer, chat, write_lines
from peft import PeftModel
from running import run_job, stock_answer
from test_families import SHARED
from test_other_families import SENTIMENT
from test_tags import ENTITIES
from tokenizers import Tokenizer, decoders, models, normalizers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from tune import base as bases
from tune import export, kinds
from tune.gguf_model import _arranged
from tune.job import parse
from tune.merge import merged
from tune.pulse import Pulse

RUNTIME = Path(__file__).parent.parent
TEXT = "Set an exam, 3 questions:\n  什么是 naïve?\t1234"
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
MODELS = {
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**SHARED, attention_bias=True)),
    "llama3": lambda: LlamaForCausalLM(LlamaConfig(**SHARED, rope_parameters=LLAMA3)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SHARED, sliding_window=None)),
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**SHARED, tie_word_embeddings=True)),
    "qwen3": lambda: Qwen3ForCausalLM(Qwen3Config(**SHARED)),
    "gpt2": lambda: GPT2LMHeadModel(
        GPT2Config(vocab_size=272, n_embd=32, n_layer=1, n_head=2, n_positions=512, eos_token_id=258)
    ),
}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory, make_job):
    """`tuned(model, **spec)`: (the folder of a tiny random base, the folder of an adapter that a job made on it)."""
    made = {}

    def make(name: str, **spec) -> tuple[str, str]:
        key = (name, *spec.items())
        if key not in made:
            folder = tmp_path_factory.mktemp(name)
            torch.manual_seed(7)
            torch.set_num_threads(1)
            base = str(folder / "base")
            MODELS[name]().save_pretrained(base)
            byte_tokenizer().save_pretrained(base)
            alter(base, merging)
            held = bases.load(base, bases.Place(torch.device("cpu"), torch.float32))
            given = {"num_train_epochs": 1, "learning_rate": 0.05, "max_new_tokens": 4, "probes": 1}
            job = make_job(folder, folder_of_base=base, validation=False, **given | spec)
            last = run_job(job, held)[-1]
            assert last["event"] == "adapter", last
            made[key] = base, last["folder"]
        return made[key]

    return make


def alter(base: str | Path, change: Callable[[dict], None]) -> None:
    """Changes a folder's tokenizer.json."""
    path = Path(base, "tokenizer.json")
    form = json.loads(path.read_text(encoding="utf-8"))
    change(form)
    path.write_text(json.dumps(form), encoding="utf-8")


def merging(form: dict) -> None:
    """Pairs of bytes that are one token, behind the special ones, which keep their numbers."""
    form["model"]["vocab"] |= {token["content"]: token["id"] for token in form["added_tokens"]}
    form["model"]["merges"] = [["i", "n"], ["a", "n"], ["e", "x"], ["ex", "a"], ["Ġ", "a"]]
    form["model"]["vocab"] |= {"".join(pair): 259 + n for n, pair in enumerate(form["model"]["merges"])}


def command(capsys, *arguments: str) -> tuple[int, dict]:
    status = export.main(list(arguments))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return status, json.loads(lines[0])


def exported(capsys, base: str, adapter: str, form: str, out: Path) -> dict:
    status, event = command(capsys, "--base", base, "--adapter", adapter, "--format", form, "--out", str(out))
    assert (status, event["event"]) == (0, "exported"), event
    assert sorted(os.listdir(out)) == [file["name"] for file in event["files"]]
    for file in event["files"]:
        data = (out / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    assert not os.path.exists(f"{out}.part")
    return event


def logits(model, ids: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model.eval()(input_ids=ids).logits


IDS = torch.arange(3, 40)[None] * 5 % 250


@pytest.mark.parametrize(
    "spec",
    [
        {"method": "lora"},
        {"method": "dora", "use_rslora": True},
        {"method": "freeze", "freeze_trainable_layers": 1},
        {"method": "full"},
    ],
    ids=lambda spec: spec["method"],
)
def test_a_merged_model_is_the_tuned_model_without_an_adapter(spec, tuned, capsys, tmp_path):
    base, adapter = tuned("qwen2", **spec)
    exported(capsys, base, adapter, "merged", tmp_path / "out")
    ours = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    before = AutoModelForCausalLM.from_pretrained(base)
    assert not torch.allclose(logits(ours, IDS), logits(before, IDS), atol=1e-2)
    held = bases.load(base, bases.Place(torch.device("cpu"), torch.float32))
    for probe in json.loads(Path(adapter, "..", "probes.json").read_text(encoding="utf-8")):
        assert stock_answer(ours.eval(), held, probe) == probe["tokens"]
    if spec["method"] in ("lora", "dora"):
        theirs = PeftModel.from_pretrained(before, adapter)
        assert torch.allclose(logits(ours, IDS), logits(theirs, IDS), atol=1e-3)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert tokenizer.chat_template == held.tokenizer.chat_template
    assert tokenizer(TEXT)["input_ids"] == held.tokenizer(TEXT)["input_ids"]


def test_what_a_base_says_of_sampling_is_kept_though_it_does_not_sample(tuned, capsys, tmp_path, monkeypatch):
    made = export.merged

    def sampling(*folders: str):
        model, tokenizer = made(*folders)
        model.generation_config.temperature = 0.9
        return model, tokenizer

    monkeypatch.setattr(export, "merged", sampling)
    exported(capsys, *tuned("qwen2"), "merged", tmp_path / "out")
    said = json.loads(Path(tmp_path, "out", "generation_config.json").read_text(encoding="utf-8"))
    assert said["temperature"] == 0.9 and 258 in said["eos_token_id"]


@pytest.mark.parametrize("form", ["f16", "q8_0"])
@pytest.mark.parametrize("name", ["llama", "llama3", "mistral", "qwen2", "qwen3"])
def test_a_gguf_file_holds_every_tensor_of_the_merged_model(name, form, tuned, capsys, tmp_path):
    base, adapter = tuned(name)
    exported(capsys, base, adapter, f"gguf-{form}", tmp_path / "out")
    model, tokenizer = merged(base, adapter)
    reader = gguf.GGUFReader(tmp_path / "out" / f"model-{form}.gguf")
    arch = "llama" if name in ("llama3", "mistral") else name
    assert reader.fields["general.architecture"].contents() == arch
    assert reader.fields["general.name"].contents() == "tiny ftjob-test"
    names = gguf.get_tensor_name_map(
        {"llama": gguf.MODEL_ARCH.LLAMA, "qwen2": gguf.MODEL_ARCH.QWEN2, "qwen3": gguf.MODEL_ARCH.QWEN3}[
            arch
        ],
        2,
    )
    found = {tensor.name: tensor for tensor in reader.tensors}
    for key, weight in model.named_parameters():
        there = names.get_name(key, try_suffixes=(".weight", ".bias"))
        tensor = found.pop(there)
        wanted = _arranged(there, weight.detach(), model.config).numpy()
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).reshape(wanted.shape)
        if wanted.ndim == 1:
            assert np.array_equal(values, wanted), key
        elif form == "f16":
            assert np.array_equal(values, wanted.astype(np.float16)), key
        else:
            # Half a step of a block's 127, and the step itself is held in float16.
            blocks = np.abs(wanted.reshape(-1, 32)).max(1, keepdims=True) * (0.5 / 127 + 2**-11)
            excess = float((np.abs(values - wanted).reshape(-1, 32) - 1.01 * blocks).max())
            assert excess <= 0, key
            assert tensor.tensor_type == gguf.GGMLQuantizationType.Q8_0
    assert set(found) == ({"rope_freqs.weight"} if name == "llama3" else set())
    assert reader.fields[f"{arch}.attention.key_length"].contents() == 16
    assert reader.fields[f"{arch}.rope.freq_base"].contents() == 10000
    assert reader.fields["tokenizer.chat_template"].contents() == tokenizer.chat_template
    assert reader.fields["tokenizer.ggml.merges"].contents() == ["i n", "a n", "e x", "ex a", "Ġ a"]
    words = reader.fields["tokenizer.ggml.tokens"].contents()
    assert words[: len(tokenizer)] == tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    assert len(words) == model.config.vocab_size
    assert reader.fields["tokenizer.ggml.eos_token_id"].contents() == tokenizer.eos_token_id
    assert reader.fields["tokenizer.ggml.pre"].contents() == ("qwen2" if name == "qwen2" else "gpt-2")


@pytest.mark.parametrize("name", ["llama", "mistral", "qwen2", "qwen3"])
def test_transformers_reads_the_gguf_file_and_gives_the_same_answers(name, tuned, capsys, tmp_path):
    """Its reader is not ours: it undoes the order of queries and keys and finds each tensor by its own table."""
    base, adapter = tuned(name)
    exported(capsys, base, adapter, "gguf-f16", tmp_path / "out")
    ours, _ = merged(base, adapter)
    # This reader takes neither the biases of a llama nor the width of a qwen3's heads from a file.
    known = {"config": ours.config} if name in ("llama", "qwen3") else {}
    theirs = AutoModelForCausalLM.from_pretrained(
        tmp_path / "out", gguf_file="model-f16.gguf", dtype=torch.float32, **known
    )
    assert theirs.config.num_key_value_heads == 1 and theirs.config.max_position_embeddings == 512
    wanted = logits(ours, IDS)
    apart = float((logits(theirs, IDS) - wanted).norm() / wanted.norm())
    assert apart < 0.01, "no more than float16 rounds"


def test_the_starter_model_goes_to_gguf_with_its_own_tokenizer(job_line, starter, capsys, tmp_path):
    job = job_line(folder_of_base=STARTER, max_steps=None, num_train_epochs=1, max_new_tokens=2, probes=0)
    job["spec"].pop("max_steps")
    last = run_job(job, starter)[-1]
    assert last["event"] == "adapter", last
    exported(capsys, STARTER, last["folder"], "gguf-q8_0", tmp_path / "out")
    reader = gguf.GGUFReader(tmp_path / "out" / "model-q8_0.gguf")
    assert reader.fields["tokenizer.ggml.pre"].contents() == "qwen2"
    assert reader.fields["qwen2.context_length"].contents() == 2048
    theirs = AutoTokenizer.from_pretrained(tmp_path / "out", gguf_file="model-q8_0.gguf")
    assert theirs(TEXT)["input_ids"] == starter.tokenizer(TEXT)["input_ids"]
    assert theirs.chat_template == starter.tokenizer.chat_template


def test_a_sentencepiece_tokenizer_keeps_its_order_of_merges(tuned, capsys, tmp_path):
    base, adapter = tuned("llama")
    other = tmp_path / "base"
    shutil.copytree(base, other)
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{n:02X}>" for n in range(256)), "▁", "a", "b", "ab", "▁a", "▁ab"]
    model = models.BPE(
        vocab={piece: n for n, piece in enumerate(pieces)},
        merges=[("a", "b"), ("▁", "a"), ("▁", "ab")],
        unk_token="<unk>",
        fuse_unk=True,
        byte_fallback=True,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )
    fast.chat_template = "{{ messages[0]['content'] }}"
    fast.save_pretrained(other)
    exported(capsys, str(other), adapter, "gguf-f16", tmp_path / "out")
    fields = gguf.GGUFReader(tmp_path / "out" / "model-f16.gguf").fields
    assert fields["tokenizer.ggml.model"].contents() == "llama"
    words = fields["tokenizer.ggml.tokens"].contents()
    scores = dict(zip(words, fields["tokenizer.ggml.scores"].contents(), strict=True))
    assert scores["ab"] > scores["▁a"] > scores["▁ab"] > scores["a"]
    kinds = dict(zip(words, fields["tokenizer.ggml.token_type"].contents(), strict=True))
    assert (kinds["<unk>"], kinds["<s>"], kinds["<0x41>"], kinds["ab"]) == (2, 3, 6, 1)
    assert kinds["[PAD271]"] == 5 and fields["tokenizer.ggml.add_space_prefix"].contents() is True


def test_an_output_layer_with_an_adapter_of_its_own_is_tied_no_more(tuned, capsys, tmp_path):
    base, adapter = tuned("qwen2", lora_target="lm_head,q_proj")
    exported(capsys, base, adapter, "merged", tmp_path / "out")
    ours = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    theirs = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter)
    assert not ours.config.tie_word_embeddings
    assert torch.allclose(logits(ours, IDS), logits(theirs, IDS), atol=1e-4)


@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize(
    ("model", "task", "load"),
    [
        ("bert", "classification", AutoModelForSequenceClassification),
        ("classifier-of-three", "classification", AutoModelForSequenceClassification),
        ("roberta", "tagging", AutoModelForTokenClassification),
        ("t5", "sft", AutoModelForSeq2SeqLM),
    ],
)
def test_other_families_are_merged_with_their_heads(
    model,
    task,
    load,
    method,
    held,
    job_line,
    capsys,
    tmp_path,
):
    folder, base = held(model)
    rows = {"classification": SENTIMENT, "tagging": ENTITIES, "sft": SENTIMENT}[task][:16]
    job = job_line(folder_of_base=folder, max_new_tokens=None, num_train_epochs=1, method=method, probes=0)
    job["dataset"] = {"train": write_lines(tmp_path / "rows.jsonl", rows), "task": task}
    last = run_job(job, base)[-1]
    assert last["event"] == "adapter", last
    exported(capsys, folder, last["folder"], "merged", tmp_path / "out")
    ours = load.from_pretrained(tmp_path / "out").eval()
    ids = base.tokenizer("++ text", return_tensors="pt")["input_ids"]
    more = {"decoder_input_ids": ids[:, :2]} if model == "t5" else {}
    job = parse(json.dumps(job))
    kind = kinds.of(job, base, Pulse(lambda event: None, lambda: None))
    with kind.published(last["folder"]) as theirs, torch.no_grad():
        wanted = theirs(input_ids=ids, **more).logits
    with torch.no_grad():
        assert torch.allclose(ours(input_ids=ids, **more).logits, wanted, atol=1e-5)
    if kind.labels:
        assert tuple(ours.config.id2label.values()) == kind.labels
    status, event = command(
        *(capsys, "--base", folder, "--adapter", last["folder"], "--format", "gguf-f16"),
        *("--out", str(tmp_path / "gguf")),
    )
    assert (status, event["code"]) == (1, "unsupported_model")


def test_a_merged_regression_keeps_its_digits_on_a_base_of_16_bits(held, job_line, capsys, tmp_path):
    folder = str(tmp_path / "base")
    shutil.copytree(held("bert")[0], folder)
    BertForMaskedLM.from_pretrained(folder, dtype=torch.bfloat16).save_pretrained(folder)
    base = bases.load(folder, bases.Place(torch.device("cpu"), torch.float32))
    rows = [chat("#" * (n % 5 + 1), str(5000 + 3 * (n % 5))) for n in range(20)]
    job = job_line(folder_of_base=folder, max_new_tokens=None, num_train_epochs=1, probes=0)
    job["dataset"] = {"train": write_lines(tmp_path / "rows.jsonl", rows), "task": "regression"}
    last = run_job(job, base)[-1]
    assert last["event"] == "adapter", last
    exported(capsys, folder, last["folder"], "merged", tmp_path / "out")
    ours = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out").eval()
    kind = kinds.of(parse(json.dumps(job)), base, Pulse(lambda event: None, lambda: None))
    with kind.published(last["folder"]) as theirs, torch.no_grad():
        for row in rows[:5]:
            ids = base.tokenizer(row["messages"][0]["content"], return_tensors="pt")["input_ids"]
            assert float(ours(input_ids=ids).logits) == pytest.approx(
                float(theirs(input_ids=ids).logits), abs=0.01
            )


@pytest.mark.parametrize("method", ["prompt", "prefix", "p_tuning", "adapter"])
def test_what_no_weights_can_hold_is_refused(method, tuned, capsys, tmp_path):
    base, adapter = tuned("qwen2", method=method)
    status, event = command(
        capsys, "--base", base, "--adapter", adapter, "--format", "merged", "--out", str(tmp_path / "out")
    )
    assert (status, event["event"], event["code"]) == (1, "failed", "not_mergeable")
    assert "Serve the adapter as it is" in event["reason"] and not os.listdir(tmp_path)


def test_a_model_that_gguf_is_not_written_for_is_refused_and_leaves_nothing(tuned, capsys, tmp_path):
    base, adapter = tuned("gpt2")
    status, event = command(
        capsys, "--base", base, "--adapter", adapter, "--format", "gguf-f16", "--out", str(tmp_path / "out")
    )
    assert (status, event["code"]) == (1, "unsupported_model") and '"gpt2"' in event["reason"]
    assert os.listdir(tmp_path) == []


def test_a_number_too_great_for_float16_is_refused(tuned, capsys, tmp_path):
    base, adapter = tuned("qwen3", method="full")
    other = tmp_path / "adapter"
    shutil.copytree(adapter, other)
    from safetensors.torch import load_file, save_file

    held = load_file(other / "adapter_model.safetensors")
    held["model.layers.0.mlp.up_proj.weight"][0, 0] = 1e6
    save_file(held, other / "adapter_model.safetensors")
    _, event = command(
        capsys, "--base", base, "--adapter", str(other), "--format", "gguf-f16", "--out", str(tmp_path / "o")
    )
    assert event["code"] == "unsupported_model" and "blk.0.ffn_up.weight" in event["reason"]
    assert os.listdir(tmp_path) == ["adapter"]


def cutting_at_digits(form: dict) -> None:
    form["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": r"\d+"}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        ],
    }


def without_merges(form: dict) -> None:
    form["model"]["merges"] = []


@pytest.mark.parametrize("change", [cutting_at_digits, without_merges])
def test_a_tokenizer_whose_rules_gguf_has_no_name_for_is_refused(change, tuned, capsys, tmp_path):
    base, adapter = tuned("qwen3")
    other = tmp_path / "base"
    shutil.copytree(base, other)
    alter(other, change)
    _, event = command(
        capsys,
        "--base",
        str(other),
        "--adapter",
        adapter,
        "--format",
        "gguf-f16",
        "--out",
        str(tmp_path / "o"),
    )
    assert event["code"] == "unsupported_tokenizer" and 'format "merged"' in event["reason"]


def test_an_adapter_of_another_base_is_refused(tuned, capsys, tmp_path):
    _, adapter = tuned("qwen2")
    base, _ = tuned("qwen3")
    _, event = command(
        capsys, "--base", base, "--adapter", adapter, "--format", "merged", "--out", str(tmp_path / "o")
    )
    assert event["code"] == "wrong_base" and "tiny" in event["reason"]


@pytest.mark.parametrize(
    "arguments", [[], ["--base", "b", "--adapter", "a", "--out", "o", "--format", "onnx"]]
)
def test_a_mistake_in_the_command_line_is_answered_too(arguments, capsys):
    status, event = command(capsys, *arguments)
    assert (status, event["code"]) == (1, "invalid_arguments") and "--format" in event["reason"]


@pytest.mark.parametrize("missing", ["--base", "--adapter"])
def test_a_folder_that_is_not_there_is_named(missing, tuned, capsys, tmp_path):
    base, adapter = tuned("qwen2")
    given = {"--base": base, "--adapter": adapter, "--format": "merged", "--out": str(tmp_path / "out")}
    given[missing] = str(tmp_path / "nothing")
    status, event = command(capsys, *(word for pair in given.items() for word in pair))
    assert (status, event["code"]) == (1, "unreadable") and "nothing" in event["reason"]


def test_the_program_prints_one_line_and_replaces_what_it_wrote_before(tuned, tmp_path):
    base, adapter = tuned("qwen2")
    out = tmp_path / "out"
    out.mkdir()
    (out / "model-f16.gguf").write_text("half a file")
    (out / "mine.txt").write_text("kept")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tune.export", "--base", base, "--adapter", adapter),
            *("--format", "gguf-f16", "--out", str(out)),
        ],
        cwd=RUNTIME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (event,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert [file["name"] for file in event["files"]] == ["model-f16.gguf"]
    assert gguf.GGUFReader(out / "model-f16.gguf").tensors and (out / "mine.txt").read_text() == "kept"


def test_a_tokenizer_with_several_chat_templates_keeps_them_all(tuned, capsys, tmp_path):
    base, adapter = tuned("qwen2", method="lora")
    mine = tmp_path / "base"
    shutil.copytree(base, mine)
    tokenizer = AutoTokenizer.from_pretrained(mine)
    templates = {"default": tokenizer.chat_template, "tool_use": "{{ messages[0].content }}"}
    tokenizer.chat_template = templates
    tokenizer.save_pretrained(mine)
    assert any(path.is_dir() for path in mine.iterdir())
    exported(capsys, str(mine), adapter, "merged", tmp_path / "out")
    assert AutoTokenizer.from_pretrained(tmp_path / "out").chat_template == templates


def test_a_child_ends_with_its_starter(tmp_path):
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    os.mkfifo(adapter / "adapter_config.json")
    endless = os.open(adapter / "adapter_config.json", os.O_RDWR)
    names = [
        "--base",
        str(tmp_path),
        "--adapter",
        str(adapter),
        "--format",
        "merged",
        "--out",
        str(tmp_path / "out"),
    ]
    child = subprocess.Popen(
        [sys.executable, "-m", "tune.export", "--child", *names],
        cwd=RUNTIME,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        child.stdin.close()
        assert child.wait(300) == 0
        assert child.stdout.read() == b""
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        os.close(endless)
