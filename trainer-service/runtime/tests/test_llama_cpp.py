"""GGUF files in a real runner, where it is installed (`pip install llama-cpp-python`): llama.cpp gives the same tokens."""

from __future__ import annotations

import pytest
import torch
from conftest import STARTER
from running import run_job
from test_export import TEXT, exported, tuned  # noqa: F401  (a fixture)

from tune import base as bases
from tune.generate import greedy
from tune.merge import merged

llama_cpp = pytest.importorskip("llama_cpp")
# Two logits nearer than this may change order between float16 or 8 bits there and float32 here.
TIE = {"f16": 0.05, "q8_0": 0.1}


def compare(capsys, base: str, adapter: str, form: str, out) -> int:
    """Greedy answers of both programs to the same chat; returns how many tokens were compared."""
    exported(capsys, base, adapter, f"gguf-{form}", out)
    model, tokenizer = merged(base, adapter)
    held = bases.load(base, bases.Place(torch.device("cpu"), torch.float32))
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": TEXT}], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    (answer,) = greedy(model.float().eval(), held, [prompt], 24)
    sure = next((i for i, margin in enumerate(answer.margins) if margin < TIE[form]), len(answer.margins))
    runner = llama_cpp.Llama(str(out / f"model-{form}.gguf"), n_ctx=256, n_threads=1, verbose=False)
    assert runner.tokenize(TEXT.encode(), add_bos=False, special=False) == tokenizer(TEXT)["input_ids"]
    rendered = tokenizer.decode(prompt).encode()
    assert runner.tokenize(rendered, add_bos=False, special=True) == prompt
    wanted = answer.tokens[:sure]
    found = []
    for token in runner.generate(prompt, top_k=1, temp=0.0, repeat_penalty=1.0):
        if len(found) == len(wanted):
            break
        found.append(token)
    assert found == wanted
    assert runner.metadata["tokenizer.chat_template"] == tokenizer.chat_template
    runner.close()
    return len(wanted)


@pytest.mark.parametrize("form", ["f16", "q8_0"])
@pytest.mark.parametrize("name", ["llama", "llama3", "mistral", "qwen2"])
def test_llama_cpp_answers_as_transformers_does(name, form, tuned, capsys, tmp_path):  # noqa: F811
    base, adapter = tuned(name)
    compared = compare(capsys, base, adapter, form, tmp_path / "out")
    assert compared or form == "q8_0", "a tiny random model may be unsure of its first token already"


@pytest.mark.parametrize("form", ["f16", "q8_0"])
def test_llama_cpp_answers_as_the_tuned_starter_model_does(form, job_line, starter, capsys, tmp_path):
    job = job_line(folder_of_base=STARTER, num_train_epochs=4, max_new_tokens=2, probes=0)
    last = run_job(job, starter)[-1]
    assert last["event"] == "adapter", last
    assert compare(capsys, STARTER, last["folder"], form, tmp_path / "out") > 0
