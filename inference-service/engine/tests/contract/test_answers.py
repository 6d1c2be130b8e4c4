"""Chat and plain completions, whole and streamed."""

import json

import pytest

CHAT = {"messages": [{"role": "user", "content": "Say something. 说点什么。"}]}


def post(http, path, model, **body):
    return http.post(path, json={"model": model, "temperature": 0, "max_tokens": 12} | body)


def events(http, path, body):
    with http.stream("POST", path, json=body | {"stream": True}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line[6:]) for line in lines[:-1]]


def test_a_whole_chat_has_openai_s_shape(http, server):
    whole = post(http, "/v1/chat/completions", server.base, **CHAT).json()
    assert whole["object"] == "chat.completion"
    assert whole["id"] and whole["created"] and whole["model"] == server.base
    [choice] = whole["choices"]
    assert choice["index"] == 0
    assert choice["message"]["role"] == "assistant"
    assert choice["finish_reason"] in ("stop", "length")
    usage = whole["usage"]
    assert usage["completion_tokens"] <= 12
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_each_choice_that_is_asked_for_comes_with_its_index(http, server):
    body = {"model": server.base, "temperature": 0.8, "seed": 5, "max_tokens": 8, "n": 3} | CHAT
    whole = http.post("/v1/chat/completions", json=body).json()
    one = http.post("/v1/chat/completions", json=body | {"n": 1}).json()
    assert [choice["index"] for choice in whole["choices"]] == [0, 1, 2]
    assert whole["usage"]["prompt_tokens"] == one["usage"]["prompt_tokens"]
    assert whole["usage"]["completion_tokens"] > one["usage"]["completion_tokens"]

    chunks = events(http, "/v1/chat/completions", body)
    ends = [c["index"] for chunk in chunks for c in chunk["choices"] if c["finish_reason"]]
    roles = [c["index"] for chunk in chunks for c in chunk["choices"] if c["delta"].get("role")]
    assert sorted(ends) == sorted(roles) == [0, 1, 2]


def test_each_chunk_tells_the_tokens_of_its_choice(http, server):
    options = {"include_usage": True, "continuous_usage_stats": True}
    body = {"model": server.base, "temperature": 0.8, "seed": 5, "max_tokens": 8, "n": 3}
    *chunks, last = events(http, "/v1/chat/completions", body | {"stream_options": options} | CHAT)
    said = {c["index"]: chunk["usage"]["completion_tokens"] for chunk in chunks for c in chunk["choices"]}
    assert sum(said.values()) == last["usage"]["completion_tokens"]


def test_each_chunk_tells_the_tokens_of_its_prompt(http, server):
    options = {"include_usage": True, "continuous_usage_stats": True}
    body = {"model": server.base, "temperature": 0.8, "seed": 5, "max_tokens": 8, "n": 2}
    body |= {"prompt": ["Once upon a time", "One"], "stream_options": options}
    *chunks, last = events(http, "/v1/completions", body)
    read = {c["index"]: chunk["usage"]["prompt_tokens"] for chunk in chunks for c in chunk["choices"]}
    assert read[0] == read[1] > read[2] == read[3]
    assert read[0] + read[2] == last["usage"]["prompt_tokens"]


def test_several_prompts_are_answered_in_their_order(http, server):
    prompts = ["Once upon a time", "请写", "One"]
    whole = post(http, "/v1/completions", server.base, prompt=prompts).json()
    alone = [post(http, "/v1/completions", server.base, prompt=one).json() for one in prompts]
    assert [c["index"] for c in whole["choices"]] == [0, 1, 2]
    assert [c["text"] for c in whole["choices"]] == [a["choices"][0]["text"] for a in alone]
    for count in ("prompt_tokens", "completion_tokens"):
        assert whole["usage"][count] == sum(a["usage"][count] for a in alone)


def test_a_whole_completion_has_openai_s_shape(http, server):
    whole = post(http, "/v1/completions", server.base, prompt="Once upon a time").json()
    assert whole["object"] == "text_completion"
    assert isinstance(whole["choices"][0]["text"], str)
    assert whole["choices"][0]["finish_reason"] in ("stop", "length")


@pytest.mark.parametrize("adapter", [None, 0, 1])
def test_a_streamed_chat_says_what_the_whole_one_says(http, server, two_adapters, adapter):
    model = server.base if adapter is None else two_adapters[adapter]
    body = {"model": model, "temperature": 0, "max_tokens": 40} | CHAT
    whole = http.post("/v1/chat/completions", json=body).json()["choices"][0]
    chunks = events(http, "/v1/chat/completions", body)
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert text == whole["message"]["content"]
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in chunks]
    assert reasons[-1] == whole["finish_reason"]
    assert not any(reasons[:-1])


def test_a_streamed_completion_says_what_the_whole_one_says(http, server):
    body = {"model": server.base, "temperature": 0, "max_tokens": 30, "prompt": "请写"}
    whole = http.post("/v1/completions", json=body).json()["choices"][0]
    chunks = events(http, "/v1/completions", body)
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == whole["text"]


def test_each_chunk_tells_the_usage_until_then_when_that_is_asked_for(http, server):
    options = {"include_usage": True, "continuous_usage_stats": True}
    body = {"model": server.base, "temperature": 0, "max_tokens": 5, "stream_options": options} | CHAT
    usages = [chunk["usage"] for chunk in events(http, "/v1/chat/completions", body)]
    said = [usage["completion_tokens"] for usage in usages]
    assert said == sorted(said) and said[-1] > 0
    assert {usage["prompt_tokens"] for usage in usages} == {usages[-1]["prompt_tokens"]}
    for usage in usages:
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_usage_comes_last_in_a_stream_that_asks_for_it(http, server):
    body = {"model": server.base, "temperature": 0, "max_tokens": 9} | CHAT
    whole = http.post("/v1/chat/completions", json=body).json()
    chunks = events(http, "/v1/chat/completions", body | {"stream_options": {"include_usage": True}})
    assert chunks[-1]["choices"] == []
    for field in ("prompt_tokens", "completion_tokens", "total_tokens"):
        assert chunks[-1]["usage"][field] == whole["usage"][field]


def test_max_tokens_ends_an_answer_with_length(http, server):
    body = CHAT | {"max_tokens": None, "max_completion_tokens": 3, "ignore_eos": True}
    whole = post(http, "/v1/chat/completions", server.base, **body).json()
    assert whole["choices"][0]["finish_reason"] == "length"
    assert whole["usage"]["completion_tokens"] == 3


def test_a_stop_string_ends_the_answer_before_itself(http, server):
    full = post(http, "/v1/chat/completions", server.base, **CHAT, ignore_eos=True).json()
    text = full["choices"][0]["message"]["content"]
    stop = text[len(text) // 2 :][:2]
    choice = post(http, "/v1/chat/completions", server.base, **CHAT, ignore_eos=True, stop=[stop]).json()[
        "choices"
    ][0]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"] == text[: text.index(stop)]


def test_a_seed_makes_sampling_repeatable(http, server):
    body = CHAT | {"temperature": 1.0, "top_p": 0.9, "max_tokens": 24}
    texts = [
        post(http, "/v1/chat/completions", server.base, **body, seed=seed).json()["choices"][0]
        for seed in (11, 11, 12, 13)
    ]
    said = [choice["message"]["content"] for choice in texts]
    assert said[0] == said[1]
    assert len(set(said)) > 1


def test_logprobs_belong_to_the_chosen_tokens(http, server):
    body = CHAT | {"logprobs": True, "top_logprobs": 2, "ignore_eos": True}
    choice = post(http, "/v1/chat/completions", server.base, **body).json()["choices"][0]
    content = choice["logprobs"]["content"]
    assert len(content) == 12
    for token in content:
        assert token["logprob"] <= 0
        assert token["top_logprobs"][0]["logprob"] == pytest.approx(token["logprob"], abs=1e-4)
        assert len(token["top_logprobs"]) >= 2


def test_an_answer_ends_where_the_context_does_whatever_limit_was_asked_for(http, server):
    most = next(m for m in http.get("/v1/models").json()["data"] if m["id"] == server.base)["max_model_len"]
    body = {"prompt": [20] * (most - 4), "ignore_eos": True}
    for asked in (64, most):
        answer = post(http, "/v1/completions", server.base, **body | {"max_tokens": asked}).json()
        assert answer["usage"]["completion_tokens"] == 4
        assert answer["choices"][0]["finish_reason"] == "length"
    refused = [body | {"max_tokens": most + 1}, body | {"prompt": [20] * most, "max_tokens": 1}]
    assert [post(http, "/v1/completions", server.base, **each).status_code for each in refused] == [
        400,
        400,
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "no-such-model"} | CHAT, 404),
        (CHAT | {"temperature": -1}, 400),
        (CHAT | {"max_tokens": 0}, 400),
        (CHAT | {"top_p": 2}, 400),
        ({"messages": "hello"}, 400),
        (CHAT | {"max_tokens": 10_000_000}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused_with_an_error_object(http, server, body, status):
    answer = http.post("/v1/chat/completions", json={"model": server.base} | body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["message"] and error["type"]
    assert {"param", "code"} <= error.keys()
