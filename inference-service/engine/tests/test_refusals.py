"""Everything this engine refuses, with the status, code and words that it promises."""

import json
import pickle
import shutil

import pytest
import tiny
from safetensors.torch import load_file, save_file
from transformers import RobertaConfig, RobertaModel

from engine.model import load_base

CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "A"}]}


def error_of(answer, status, code=None, param=None):
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    if code:
        assert error["code"] == code
    if param:
        assert error["param"] == param
    return error["message"]


def load(client, folder, name="refused"):
    return client.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder)})


@pytest.fixture
def spoiled(adapter, root, request):
    """A copy of a good LoRA folder, to be spoiled by the test."""
    folder = root / f"spoiled-{request.node.name}"[:60]
    shutil.copytree(adapter("lora"), folder)
    yield folder
    shutil.rmtree(folder)


def test_unknown_model(client):
    message = error_of(
        client.post("/v1/chat/completions", json=CHAT | {"model": "x"}), 404, "model_not_found", "model"
    )
    assert "'x'" in message


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"top_p": 0}, "top_p"),
        ({"n": 17}, "n"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "A"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": None}]}, "messages.0.content"),
        ({"stop": [""]}, "stop"),
        ({"stop": ["a"] * 17}, "stop"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"seed": "abc"}, "seed"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
    ],
)
def test_a_bad_field_is_named(client, change, param):
    error_of(client.post("/v1/chat/completions", json=CHAT | change), 400, "invalid_value", param)


@pytest.mark.parametrize(
    "change",
    [
        {"tools": [{"type": "function"}]},
        {"response_format": {"type": "json_object"}},
        {"logit_bias": {"1": 5}},
        {"top_logprobs": 2},
        {"guided_choice": ["a", "b"]},
        {"guided_json": {}},
        {"guided_regex": "a+"},
        {"guided_grammar": "root ::= 'a'"},
        {"structured_outputs": {"choice": ["a"]}},
        {"min_tokens": 2},
        {"allowed_token_ids": [1]},
        {"bad_words": ["a"]},
        {"add_generation_prompt": False},
        {"continue_final_message": True},
        {"chat_template_kwargs": {"tokenize": False}},
        {"chat_template_kwargs": {"messages": []}},
        {"web_search_options": {}},
        {"moderation": {"model": "auto"}},
        {"function_call": {"name": "f"}},
    ],
)
def test_what_has_no_behaviour_here_is_refused_and_not_ignored(client, change):
    answer = client.post("/v1/chat/completions", json=CHAT | change)
    error_of(answer, 400)
    assert next(iter(change)) in answer.text


def test_calls_of_tools_that_an_assistant_made_are_refused(client):
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    said = {"role": "assistant", "content": "", "tool_calls": [call]}
    messages = CHAT["messages"] + [said] + CHAT["messages"]
    message = error_of(client.post("/v1/chat/completions", json=CHAT | {"messages": messages}), 400)
    assert "tool_calls" in message


def test_a_plain_completion_has_no_bounds_on_its_tokens_either(client):
    body = {"model": "tiny", "prompt": "A", "max_tokens": 1}
    message = error_of(client.post("/v1/completions", json=body | {"guided_choice": ["a"]}), 400)
    assert "guided_choice" in message


def test_fields_that_ask_nothing_are_no_reason_to_refuse(client):
    nothing = {
        "guided_json": None,
        "structured_outputs": None,
        "min_tokens": 0,
        "bad_words": [],
        "add_generation_prompt": True,
        "continue_final_message": False,
        "chat_template_kwargs": {},
        "function_call": "auto",
        "max_tokens": 1,
    }
    messages = [{"role": "assistant", "content": "A", "tool_calls": []}, *CHAT["messages"]]
    answer = client.post("/v1/chat/completions", json=CHAT | nothing | {"messages": messages})
    assert answer.status_code == 200, answer.text


def test_what_a_chat_template_is_to_know_reaches_it(client):
    def read(**more):
        answer = client.post("/v1/chat/completions", json=CHAT | {"max_tokens": 1} | more)
        assert answer.status_code == 200, answer.text
        return answer.json()["usage"]["prompt_tokens"]

    assert read(chat_template_kwargs={"enable_thinking": False}) > read()
    assert read(chat_template_kwargs={"enable_thinking": True}) == read()


@pytest.mark.parametrize(
    "change",
    [{"temperature": 1e-38}, {"top_p": 1e-50}, {"min_p": 1}, {"repetition_penalty": 1e-38}],
)
def test_the_least_values_are_answered(client, change):
    body = CHAT | {"temperature": 1, "max_tokens": 4} | change
    answer = client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text


def test_a_prompt_that_is_too_long_says_by_how_much(client):
    body = {"model": "tiny", "prompt": [5] * 260, "max_tokens": 20}
    message = error_of(client.post("/v1/completions", json=body), 400, "context_length_exceeded", "prompt")
    assert "5 too many" in message
    assert client.post("/v1/completions", json=body | {"prompt": [5] * 255}).status_code == 200


def test_a_limit_above_the_whole_context(client):
    body = {"model": "tiny", "prompt": [5], "max_tokens": 257}
    error_of(client.post("/v1/completions", json=body), 400, "context_length_exceeded", "max_tokens")


def test_virtual_tokens_count_as_context(client, loaded):
    name = loaded("prompt")
    body = {"model": name, "prompt": [5] * 249, "max_tokens": 5, "ignore_eos": True}
    assert "1 too many" in error_of(client.post("/v1/completions", json=body), 400)
    answer = client.post("/v1/completions", json=body | {"prompt": [5] * 245})
    assert answer.json()["usage"]["completion_tokens"] == 4


def test_a_token_outside_the_vocabulary(client):
    body = {"model": "tiny", "prompt": [10**6], "max_tokens": 1}
    error_of(client.post("/v1/completions", json=body), 400, param="prompt")


def test_bodies_that_are_no_json(client):
    head = {"content-type": "application/json"}
    answer = client.post("/v1/chat/completions", content=b"{nope", headers=head)
    assert "JSON" in error_of(answer, 400)
    answer = client.post("/v1/chat/completions", content=b"{}", headers={"content-type": "text/plain"})
    assert "application/json" in error_of(answer, 415)


def test_a_body_that_is_too_large(client):
    head = {"content-type": "application/json"}
    error_of(client.post("/v1/chat/completions", content=b" " * (9 << 20), headers=head), 413)
    chunks = (b" " * (1 << 20) for _ in range(9))
    error_of(client.post("/v1/chat/completions", content=chunks, headers=head), 413)


def test_unknown_paths_and_methods(client):
    error_of(client.get("/v1/nothing"), 404)
    error_of(client.get("/v1/chat/completions"), 405)


def test_folders_outside_the_root(client, model, root, tmp_path, adapter):
    code = "adapter_path_not_allowed"
    error_of(load(client, model), 403, code, "lora_path")
    error_of(load(client, root / ".." / model.parent.name / model.name), 403, code)
    error_of(load(client, "relative/path"), 403, code)
    error_of(load(client, root), 403, code)
    error_of(load(client, "a\0b"), 400)
    outside = shutil.copytree(adapter("lora"), tmp_path / "outside")
    (root / "link").symlink_to(outside)
    error_of(load(client, root / "link"), 403, code)


def test_a_file_linked_out_of_the_root(client, spoiled, tmp_path):
    weights = spoiled / "adapter_model.safetensors"
    shutil.move(weights, tmp_path / "weights")
    weights.symlink_to(tmp_path / "weights")
    assert "adapter_model" in error_of(load(client, spoiled), 403)


def test_a_missing_folder(client, root):
    error_of(load(client, root / "gone"), 404, "adapter_not_found", "lora_path")


def test_names_that_are_taken(client, adapter, loaded):
    error_of(load(client, adapter("lora"), "tiny"), 400, "invalid_lora_name", "lora_name")
    loaded("lora")
    message = error_of(load(client, adapter("lora"), "lora-1"), 400, "invalid_lora_name")
    assert "load_inplace" in message


def test_a_pickle_is_never_opened(client, spoiled, tmp_path):
    (spoiled / "adapter_model.safetensors").unlink()
    (spoiled / "adapter_model.bin").write_bytes(pickle.dumps(Trap(str(tmp_path / "sprung"))))
    assert "no adapter_model.safetensors" in error_of(load(client, spoiled), 400, "invalid_adapter")
    assert not (tmp_path / "sprung").exists()


class Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def edit_config(folder, **change):
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


def edit_weights(folder, change):
    path = folder / "adapter_model.safetensors"
    save_file(change(load_file(path)), path)


def cut(folder):
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


BROKEN = {
    "no adapter_config.json": lambda f: (f / "adapter_config.json").unlink(),
    "not a JSON object": lambda f: (f / "adapter_config.json").write_text("[1"),
    "with a peft_type": lambda f: (f / "adapter_config.json").write_text("{}"),
    "larger than 1 MiB": lambda f: edit_config(f, padding="x" * (1 << 20)),
    "'POLY' is not served": lambda f: edit_config(f, peft_type="POLY"),
    "which takes CAUSAL_LM": lambda f: edit_config(f, task_type="SEQ_CLS"),
    "alora_invocation_tokens": lambda f: edit_config(f, alora_invocation_tokens=[1]),
    "no whole safetensors file": cut,
    "weights are missing": lambda f: edit_weights(f, lambda w: dict(list(w.items())[1:])),
    "have no place": lambda f: edit_weights(f, lambda w: w | {"extra": next(iter(w.values())).clone()}),
    "size mismatch": lambda f: edit_weights(f, lambda w: {k: v[:, :-1].contiguous() for k, v in w.items()}),
    "not finite": lambda f: edit_weights(f, lambda w: {k: v * float("nan") for k, v in w.items()}),
    "does not fit this base model": lambda f: edit_config(f, target_modules=["no_such_layer"]),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_folder_says_what_is_broken(client, spoiled, reason):
    BROKEN[reason](spoiled)
    assert reason in error_of(load(client, spoiled), 400, "invalid_adapter", "lora_path")
    assert [m["id"] for m in client.get("/v1/models").json()["data"]] == ["tiny"]


OWN_BROKEN = {
    "tunemesh_type 'MAGIC' is not served": lambda f: edit_config(f, tunemesh_type="MAGIC"),
    "with a peft_type": lambda f: edit_config(f, tunemesh_type=["BOTTLENECK"]),
    "'relu' is not served": lambda f: edit_config(f, non_linearity="relu"),
    "not a list of names": lambda f: edit_config(f, target_modules="all"),
    "no linear module model.norm": lambda f: edit_config(f, target_modules=["model.norm"]),
    "size mismatch": lambda f: edit_config(f, bottleneck_size=5),
    "weights are missing": lambda f: edit_weights(f, lambda w: dict(list(w.items())[1:])),
    "have no place": lambda f: edit_weights(f, lambda w: w | {"extra": next(iter(w.values())).clone()}),
    "has no place": lambda f: edit_config(f, tunemesh_type="WEIGHTS"),
    "not finite": lambda f: edit_weights(f, lambda w: {k: v * float("nan") for k, v in w.items()}),
    "which takes CAUSAL_LM": lambda f: edit_config(f, task_type="SEQ_CLS"),
}


@pytest.mark.parametrize("reason", OWN_BROKEN)
def test_a_broken_folder_of_our_own_kind_says_what_is_broken(client, adapter, root, reason):
    folder = root / f"own-broken-{list(OWN_BROKEN).index(reason)}"
    shutil.copytree(adapter("bottleneck"), folder)
    OWN_BROKEN[reason](folder)
    assert reason in error_of(load(client, folder), 400, "invalid_adapter", "lora_path")


def test_changed_weights_of_another_shape_are_refused(client, adapter, root):
    folder = root / "weights-of-another-shape"
    shutil.copytree(adapter("weights"), folder)
    edit_weights(folder, lambda w: {k: v[:-1].contiguous() for k, v in w.items()})
    assert "size mismatch" in error_of(load(client, folder), 400, "invalid_adapter")
    edit_weights(folder, lambda w: {})
    assert "weights are missing" in error_of(load(client, folder), 400, "invalid_adapter")


def test_an_adapter_of_another_base_model(client, tmp_path, root):
    other = tiny.make_model(tmp_path / "other", hidden=32)
    folder = tiny.make_adapter(other, root / "of-another-base")
    error_of(load(client, folder), 400, "invalid_adapter")
    soft = tiny.make_adapter(other, root / "soft-of-another-base", "prefix")
    error_of(load(client, soft), 400, "invalid_adapter")


def test_a_base_of_robertas_kind_reads_no_more_than_its_positions_hold(tmp_path):
    words = len(tiny.make_tokenizer(tmp_path))
    config = RobertaConfig(
        vocab_size=words,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        max_position_embeddings=66,
        pad_token_id=1,
    )
    RobertaModel(config).save_pretrained(tmp_path)
    assert load_base(tmp_path, None).max_len == 64
