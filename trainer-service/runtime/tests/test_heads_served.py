"""Encoders and encoder-decoders as the engine serves them: it answers as the trainer measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import chat, write_lines
from peft import LoraConfig, get_peft_model
from running import named, run_job
from safetensors.torch import load_file, save_file
from serving import answered, load, serving
from test_other_families import SCORES, SENTIMENT
from transformers import T5Config, T5ForConditionalGeneration

from tune.generate import text_of

T5 = {"vocab_size": 40, "d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 1, "num_heads": 2}
NAMES, PLACES = ("Ann", "Bob", "Eve", "Max"), ("Oslo", "Rome", "Lima")


def found(n: int) -> dict:
    pairs = (("PER", NAMES[n % 4]), ("LOC", PLACES[n % 3]))
    return chat(
        f"Find all.\n{NAMES[n % 4]} is in {PLACES[n % 3]}.",
        json.dumps([{"type": kind, "text": text} for kind, text in pairs]),
    )


TASKS = {
    "classification": SENTIMENT,
    "regression": SCORES,
    "tagging": [found(n) for n in range(36)],
    "sft": [chat("abc"[n % 3] * 5, "xyz"[n % 3] * 2) for n in range(36)],
}


@pytest.fixture(scope="module")
def engines(tmp_path_factory, held):
    """`engines(model)`: an engine that serves this tiny model, started once."""
    open_ones, made = [], {}

    def of(model: str):
        if model not in made:
            engine = serving(held(model)[0], tmp_path_factory.mktemp(f"engine-{model}"))
            open_ones.append(engine)
            made[model] = engine.__enter__()
        return made[model]

    yield of
    for engine in open_ones:
        engine.__exit__(None, None, None)


@pytest.fixture
def tuned(engines, held, make_job, request):
    """`tuned(model, task, method)`: a client, the name of a trained adapter that is loaded, and its answers to the test split.
    The adapter's probes have been replayed."""

    def go(model: str, task: str, method: str, seed: int = 42):
        client, root = engines(model)
        folder, base = held(model)
        name = f"{task}-{method}-{seed}-{request.node.originalname}"
        job = make_job(
            root,
            name=name,
            folder_of_base=folder,
            method=method,
            learning_rate=0.02,
            num_train_epochs=8,
            max_new_tokens=None,
            seed=seed,
        )
        rows = TASKS[task]
        job["dataset"] = {
            split: write_lines(root / f"{name}-{split}.jsonl", part)
            for split, part in (("train", rows[:20]), ("validation", rows[20:24]), ("test", rows[24:32]))
        } | {"task": task}
        seen = run_job(job, base)
        assert seen[-1]["event"] == "adapter", seen[-1]
        load(client, name, seen[-1]["folder"])
        probes = json.loads(Path(seen[-1]["probes"]).read_text("utf-8"))
        assert len(probes) == job["spec"]["probes"]
        assert all(answered(client, name, probe) for probe in probes), probes
        return client, name, named(seen, "evaluated")[1]["samples"]

    return go


def classify(client, name: str, samples: list[dict]) -> list[dict]:
    body = {"model": name, "input": [sample["prompt"] for sample in samples]}
    answer = client.post("/v1/classify", json=body)
    assert answer.status_code == 200, answer.text
    assert [row["index"] for row in answer.json()["data"]] == list(range(len(samples)))
    return answer.json()["data"]


@pytest.mark.parametrize("model", ["bert", "roberta"])
@pytest.mark.parametrize("method", ["lora", "dora", "adapter", "freeze", "full"])
def test_a_classifier_gives_the_labels_that_it_was_measured_by(model, method, tuned):
    client, name, samples = tuned(model, "classification", method)
    rows = classify(client, name, samples)
    assert [row["label"] for row in rows] == [sample["output"] for sample in samples]
    for row in rows:
        assert row["num_classes"] == 2 and sum(row["probs"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("deberta-v2", "lora"),
        ("mpnet", "lora"),
        ("modernbert", "lora"),
        ("modernbert", "freeze"),
        ("classifier", "lora"),
        ("classifier", "adapter"),
        ("classifier-of-three", "lora"),
    ],
)
def test_so_does_one_of_another_family_or_on_a_base_that_has_a_head(model, method, tuned):
    client, name, samples = tuned(model, "classification", method)
    assert [row["label"] for row in classify(client, name, samples)] == [s["output"] for s in samples]


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_regression_gives_its_numbers(method, tuned):
    client, name, samples = tuned("bert", "regression", method)
    rows = classify(client, name, samples)
    assert [row["probs"][0] for row in rows] == pytest.approx([float(s["output"]) for s in samples], abs=1e-5)
    assert [float(row["label"]) for row in rows] == pytest.approx([row["probs"][0] for row in rows], abs=1e-5)


@pytest.mark.parametrize("method", ["lora", "adapter"])
def test_a_tagger_gives_each_piece_its_label_and_place(method, tuned):
    from seqeval.metrics.sequence_labeling import get_entities

    client, name, samples = tuned("bert", "tagging", method)
    for sample, row in zip(samples, classify(client, name, samples), strict=True):
        text = sample["prompt"]
        begin = text.rfind("\n") + 1
        pieces = [piece for piece in row["tokens"] if piece["end"] > begin]
        assert all(text[piece["start"] : piece["end"]] == piece["text"] for piece in pieces)
        said = [
            {"type": kind, "text": text[pieces[first]["start"] : pieces[last]["end"]].strip()}
            for kind, first, last in get_entities([piece["label"] for piece in pieces])
        ]
        assert said == json.loads(sample["output"])


@pytest.mark.parametrize("method", ["lora", "adapter", "freeze", "full"])
def test_an_encoder_decoder_writes_what_it_was_measured_by(method, tuned):
    client, name, samples = tuned("t5", "sft", method)
    for sample in samples:
        message = {"role": "user", "content": sample["prompt"]}
        body = {"model": name, "messages": [message], "temperature": 0}
        answer = client.post("/v1/chat/completions", json=body).json()
        assert answer["choices"][0]["message"]["content"] == sample["output"]


def test_the_penalty_of_repetition_counts_what_an_encoder_decoder_has_written_and_not_what_it_reads(
    engines, held
):
    client, _ = engines("t5")
    base = held("t5")[1]
    for said in ("abcabc", "some other text"):
        ids = base.tokenizer(said, return_tensors="pt")["input_ids"]
        more = {"max_new_tokens": 20, "do_sample": False, "repetition_penalty": 1.5}
        due = base.model.generate(input_ids=ids, **more)[0, 1:].tolist()
        body = {"model": "base", "prompt": said, "max_tokens": 20, "temperature": 0}
        answer = client.post("/v1/completions", json=body | {"repetition_penalty": 1.5}).json()
        assert answer["choices"][0]["text"] == text_of(base, due)


@pytest.mark.parametrize(
    ("model", "task"),
    [("bert", "classification"), ("bert", "regression"), ("bert", "tagging"), ("t5", "sft")],
)
def test_probes_tell_an_adapter_from_another(model, task, tuned, engines):
    client, first, _ = tuned(model, task, "lora", seed=1)
    _, other, _ = tuned(model, task, "lora", seed=2)
    path = next(p for p in engines(model)[1].rglob("probes.json") if first in str(p))
    assert not all(answered(client, other, probe) for probe in json.loads(path.read_text("utf-8")))


def test_the_base_of_an_encoder_gives_embeddings_that_the_sdk_reads(engines):
    from openai import OpenAI

    client, _ = engines("bert")
    sdk = OpenAI(base_url=f"{client.base_url}/v1", api_key="none")
    both = sdk.embeddings.create(model="base", input=["one text", "another, longer text"])
    alone = sdk.embeddings.create(model="base", input="one text", encoding_format="float")
    assert both.data[0].embedding == pytest.approx(alone.data[0].embedding, abs=1e-6)
    assert sum(x * x for x in both.data[1].embedding) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("model", "path", "body", "status", "said"),
    [
        (
            "bert",
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "x"}]},
            400,
            "/v1/classify",
        ),
        ("bert", "/v1/classify", {"input": "x"}, 400, "no head"),
        ("bert", "/v1/classify", {}, 400, "'input'"),
        ("bert", "/v1/classify", {"input": []}, 400, "'input'"),
        ("bert", "/v1/embeddings", {"input": "y" * 400}, 400, "truncate_prompt_tokens"),
        ("bert", "/v1/embeddings", {"input": [[1, 99999]]}, 400, "vocabulary"),
        ("bert", "/v1/embeddings", {"input": "x", "dimensions": 7}, 400, "dimensions"),
        ("t5", "/v1/classify", {"input": "x"}, 400, "needs an encoder"),
        ("t5", "/v1/embeddings", {"input": "x"}, 400, "needs an encoder"),
        ("bert", "/v1/classify", {"model": "nobody", "input": "x"}, 404, "nobody"),
    ],
)
def test_what_a_family_cannot_answer_is_refused(model, path, body, status, said, engines):
    client, _ = engines(model)
    answer = client.post(path, json={"model": "base"} | body)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_a_text_that_is_too_long_is_cut_when_it_is_asked_for(engines):
    client, _ = engines("bert")
    body = {"model": "base", "input": "y" * 400, "truncate_prompt_tokens": -1}
    assert client.post("/v1/embeddings", json=body).json()["usage"]["prompt_tokens"] == 128


def test_an_adapter_of_another_family_is_refused_with_the_reason(engines, tmp_path):
    client, root = engines("bert")
    made = get_peft_model(T5ForConditionalGeneration(T5Config(**T5)), LoraConfig(task_type="SEQ_2_SEQ_LM"))
    made.save_pretrained(root / "stranger")
    body = {"lora_name": "stranger", "lora_path": str(root / "stranger")}
    answer = client.post("/v1/load_lora_adapter", json=body)
    assert answer.status_code == 400
    assert "SEQ_CLS or TOKEN_CLS" in answer.json()["error"]["message"]


def test_a_head_without_its_weights_is_refused(engines, tuned):
    client, name, _ = tuned("bert", "classification", "full")
    _, root = engines("bert")
    config = next(path for path in root.rglob("adapter_config.json") if name in str(path))
    (root / "headless").mkdir()
    shutil.copy(config, root / "headless")
    weights = load_file(config.parent / "adapter_model.safetensors")
    kept = {n: w for n, w in weights.items() if not n.startswith("classifier")}
    save_file(kept, root / "headless" / "adapter_model.safetensors")
    body = {"lora_name": "headless", "lora_path": str(root / "headless")}
    answer = client.post("/v1/load_lora_adapter", json=body)
    assert answer.status_code == 400
    assert "classifier" in answer.json()["error"]["message"]
