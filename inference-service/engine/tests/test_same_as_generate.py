"""What the engine answers is what transformers and PEFT answer, token by token."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import httpx
import process
import pytest
import tiny
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = ["你好，请回答问题。", "What is the capital of France?", "A", "请写一道选择题。" * 6]
TOKENS = 40


@pytest.fixture(scope="module")
def reference(model):
    """`reference(folder, prompt)`: ids and text by stock `generate`, for an adapter folder or None."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    networks = {}

    def answer(folder, prompt):
        if folder not in networks:
            network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
            if folder and folder.name.split("-")[0] in tiny.OWN_KINDS:
                network = tiny.load_own(network, folder)
            elif folder:
                network = PeftModel.from_pretrained(network, folder)
            networks[folder] = network.eval()
        ids = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], add_generation_prompt=True, return_tensors="pt"
        )
        with torch.inference_mode():
            out = networks[folder].generate(**ids, do_sample=False, max_new_tokens=TOKENS)
        said = out[0, ids["input_ids"].shape[1] :].tolist()
        return said, tokenizer.decode(said, skip_special_tokens=True)

    return answer


def ask(client, name, prompt, **more):
    body = {"model": name, "messages": [{"role": "user", "content": prompt}], "temperature": 0}
    answer = client.post("/v1/chat/completions", json=body | {"max_tokens": TOKENS} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def same(whole, said, text):
    choice = whole["choices"][0]
    assert choice["message"]["content"] == text
    assert whole["usage"]["completion_tokens"] == len(said)
    ended = said[-1] == tiny_eos
    assert choice["finish_reason"] == ("stop" if ended else "length")


tiny_eos = tiny.SPECIAL.index("<|im_end|>")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_base_answers_as_generate(client, reference, prompt):
    same(ask(client, "tiny", prompt), *reference(None, prompt))


@pytest.mark.parametrize("kind", [*tiny.KINDS, *tiny.OWN_KINDS])
def test_each_adapter_kind_answers_as_generate(client, reference, adapter, loaded, kind):
    name = loaded(kind)
    answers = []
    for prompt in PROMPTS:
        said, text = reference(adapter(kind), prompt)
        same(ask(client, name, prompt), said, text)
        answers.append(text)
    assert answers != [reference(None, prompt)[1] for prompt in PROMPTS], "the adapter changes nothing"


def test_all_kinds_at_once_answer_as_alone(client, reference, adapter, loaded):
    kinds = ["lora", "dora", "prefix", "prompt", "p-tuning", "bottleneck", "weights"]
    names = {kind: loaded(kind) for kind in kinds} | {None: "tiny"}
    work = [(kind, prompt) for prompt in PROMPTS for kind in names]

    with ThreadPoolExecutor(len(work)) as pool:
        wholes = list(pool.map(lambda item: ask(client, names[item[0]], item[1]), work))

    for (kind, prompt), whole in zip(work, wholes, strict=True):
        same(whole, *reference(adapter(kind) if kind else None, prompt))


def test_base_is_unchanged_by_loading_and_unloading_every_kind(client, reference, loaded):
    for kind in [*tiny.KINDS, *tiny.OWN_KINDS]:
        loaded(kind, name=f"passing-{kind}")
        client.post("/v1/unload_lora_adapter", json={"lora_name": f"passing-{kind}"})
    for prompt in PROMPTS:
        same(ask(client, "tiny", prompt), *reference(None, prompt))


@pytest.mark.parametrize("name", ["tiny", "lora-2"])
def test_streamed_text_is_the_whole_text_and_never_a_broken_character(client, loaded, name):
    loaded("lora", 2)
    body = {"model": name, "messages": [{"role": "user", "content": PROMPTS[0]}], "temperature": 0}
    body |= {"max_tokens": 200, "stream": True, "ignore_eos": True}
    with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        events = [line[6:] for line in answer.iter_lines() if line]
    assert events[-1] == "[DONE]"
    parts = [json.loads(event)["choices"][0]["delta"].get("content", "") for event in events[:-1]]
    whole = client.post("/v1/chat/completions", json=body | {"stream": False}).json()
    assert len(parts) > 20
    assert "".join(parts) == whole["choices"][0]["message"]["content"]


def test_an_answer_ends_at_any_token_that_the_request_names(client, reference, model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    said, _ = reference(None, PROMPTS[0])
    cut = said.index(said[5])
    whole = ask(client, "tiny", PROMPTS[0], stop_token_ids=[said[5]], ignore_eos=True)
    same_text = tokenizer.decode(said[:cut], skip_special_tokens=True)
    assert whole["choices"][0]["message"]["content"] == same_text
    assert whole["choices"][0]["finish_reason"] == "stop"


def test_what_a_generation_config_says_gives_way_to_a_request_for_the_likeliest_tokens(
    model, reference, tmp_path
):
    folder = shutil.copytree(model, tmp_path / "model")
    path = folder / "generation_config.json"
    said = {"repetition_penalty": 1.05, "top_k": 20, "top_p": 0.8, "min_p": 0.1}
    path.write_text(json.dumps(json.loads(path.read_text()) | said))
    greedy = {"top_p": 1, "top_k": -1, "min_p": 0, "repetition_penalty": 1}
    engine = process.start(folder)
    try:
        with httpx.Client(base_url=engine.url, timeout=process.PATIENCE_S) as client:
            for prompt in PROMPTS:
                same(ask(client, "tiny", prompt, **greedy), *reference(None, prompt))
            plain = [ask(client, "tiny", p)["choices"][0]["message"]["content"] for p in PROMPTS]
    finally:
        engine.kill()
    assert plain != [reference(None, prompt)[1] for prompt in PROMPTS], "the penalty changes nothing"


def test_repetition_penalty_is_the_one_of_transformers(client, model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
    ids = tokenizer(PROMPTS[1], return_tensors="pt")
    out = network.generate(
        input_ids=ids["input_ids"],
        attention_mask=ids["attention_mask"],
        do_sample=False,
        max_new_tokens=30,
        repetition_penalty=1.3,
    )
    text = tokenizer.decode(out[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
    body = {"model": "tiny", "prompt": PROMPTS[1], "max_tokens": 30, "temperature": 0}
    answer = client.post("/v1/completions", json=body | {"repetition_penalty": 1.3}).json()
    assert answer["choices"][0]["text"] == text
