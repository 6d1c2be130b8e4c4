"""The official SDK, unmodified, drives the engine."""

import openai
import pytest

MESSAGES = [{"role": "user", "content": "What is the capital of France? 请回答。"}]


@pytest.fixture
def sdk(server):
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_lists_models(sdk, server, two_adapters):
    assert {server.base, *two_adapters} <= {model.id for model in sdk.models.list()}


def test_chats_whole_and_streamed(sdk, two_adapters):
    asked = {"model": two_adapters[0], "messages": MESSAGES, "temperature": 0, "max_tokens": 30}
    whole = sdk.chat.completions.create(**asked)
    stream = sdk.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens


def test_completes_a_prompt(sdk, server):
    answer = sdk.completions.create(model=server.base, prompt="A", max_tokens=5, temperature=0)
    assert answer.usage.completion_tokens <= 5


def test_raises_not_found_for_an_unknown_model(sdk):
    with pytest.raises(openai.NotFoundError):
        sdk.chat.completions.create(model="no-such-model", messages=MESSAGES)


def test_raises_bad_request_for_a_bad_field(sdk, server):
    with pytest.raises(openai.BadRequestError):
        sdk.chat.completions.create(model=server.base, messages=MESSAGES, temperature=9)
