import pathlib
import random
import re

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import make_model
from measure_gain import chat, examples
from readings import ReadingMaker
from tokenizer_maker import END, make_tokenizer, pieces

FOLDER = pathlib.Path(__file__).parent.parent / "model"


@pytest.fixture(scope="module")
def starter():
    torch.set_num_threads(2)
    return AutoTokenizer.from_pretrained(FOLDER), AutoModelForCausalLM.from_pretrained(
        FOLDER, dtype=torch.float32
    ).eval()


def reply(starter, messages, limit):
    tokenizer, model = starter
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, return_tensors="pt", add_special_tokens=False)
    made = model.generate(**ids, max_new_tokens=limit, do_sample=False)
    return tokenizer.decode(made[0, ids["input_ids"].shape[1] :], skip_special_tokens=True).strip()


def test_the_folder_is_complete_and_at_most_16_megabytes():
    names = {file.name for file in FOLDER.iterdir()}
    assert {
        "README.md",
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "model.safetensors",
    } <= names
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 16_000_000


def test_the_tokenizer_gives_back_any_text(starter):
    tokenizer, _ = starter
    for text in ("换书市集，榫卯；Ａ．３", "café naïve 12.5% \t x\n\n y", "🙂 𠮷 한국어", "D.C. don't WON'T"):
        assert tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == text


def test_the_chat_template_writes_what_pre_training_saw(starter):
    tokenizer, _ = starter
    messages = [
        {"role": "system", "content": "a"},
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "b"},
    ]
    assert tokenizer.apply_chat_template(messages, tokenize=False) == "".join(
        text for text, _ in pieces(messages)
    )
    assert tokenizer.convert_tokens_to_ids(END) == tokenizer.eos_token_id


def test_the_starter_copies_facts_out_of_readings_that_it_never_saw(starter):
    right = 0
    for lang, question in (("zh", "文中的百分比是多少？"), ("en", "What percentage does the text give?")):
        for seed in range(5):
            reading = ReadingMaker(lang, "held").make(random.Random(seed))
            answer = reply(starter, [{"role": "user", "content": question + "\n" + reading.text}], 12)
            right += answer == f"{reading.facts.percent}%"
    assert right >= 8


def test_the_untuned_starter_does_not_begin_the_exam_form(starter):
    rows = examples(7)["test"]
    for row in (rows[0], rows[-1]):
        assert chat(starter[0], row).startswith("<|im_start|>user\n")
        written = reply(starter, [{"role": "user", "content": row["prompt"]}], 80)
        assert written and not re.match(r"1\. .+\nA\. ", written)


def test_the_making_script_trains_saves_and_refuses_a_folder_that_is_too_large(tmp_path):
    plan = make_model.Plan(
        vocabulary=4608,
        hidden=32,
        intermediate=32,
        layers=1,
        heads=2,
        key_value_heads=1,
        context=64,
        batch=2,
        steps=3,
        seconds=300,
        workers=1,
    )
    tokenizer = make_tokenizer(plan.vocabulary, plan.context, 1, documents=50)
    make_model.save_tokenizer(tokenizer, tmp_path)
    model = make_model.new_model(plan, tokenizer)
    before = model.lm_head.weight.detach().clone()
    report = make_model.train(model, str(tmp_path), plan, "cpu") | {"device": "CPU", "date": "2026-01-01"}
    assert (
        report["steps"] == 3
        and report["tokens"] == 3 * 2 * 64
        and not torch.equal(before, model.lm_head.weight)
    )
    make_model.save(model, tokenizer, plan, report, tmp_path)
    assert AutoModelForCausalLM.from_pretrained(tmp_path).dtype == torch.bfloat16
    assert "CPU" in (tmp_path / "README.md").read_text()
    with pytest.raises(SystemExit, match="make the model smaller"):
        make_model.save(model, tokenizer, plan, report, tmp_path, limit=1000)
