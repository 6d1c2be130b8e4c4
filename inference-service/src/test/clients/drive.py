"""Asks the gateway in every way by the official openai package, unmodified."""

import os

import openai

MODEL = os.environ["MODEL"]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
ERRORS = {
    400: openai.BadRequestError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
}


def main() -> None:
    client = openai.OpenAI(max_retries=0)
    chat = client.chat.completions

    def user(text: str) -> list:
        return [{"role": "user", "content": text}]

    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).object == "model"

    answer = chat.create(model=MODEL, messages=user("hello"))
    assert answer.choices[0].message.content == "你好", answer
    assert answer.model == MODEL and answer.usage.total_tokens == 5, answer
    assert answer._request_id.startswith("turn-"), answer._request_id

    tool = chat.create(model=MODEL, messages=user("weather?"), tools=[WEATHER])
    assert tool.choices[0].message.tool_calls[0].function.name == "weather", tool

    chunks = list(chat.create(model=MODEL, messages=user("hello"), stream=True))
    words = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(words) == "你好!", words
    assert all(chunk.usage is None for chunk in chunks), chunks

    counted = list(
        chat.create(
            model=MODEL,
            messages=user("hello"),
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert counted[-1].usage.completion_tokens == 2, counted[-1]

    vectors = client.embeddings.create(
        model=MODEL, input="hello", encoding_format="float"
    )
    assert vectors.data[0].embedding == [0.25, -0.5], vectors

    for status, error in ERRORS.items():
        try:
            chat.create(model=MODEL, messages=user(f"fail {status}"))
        except error as e:
            assert e.status_code == status and e.code == "wire_error", e
        else:
            raise AssertionError(f"{status} was no error")
    try:
        chat.create(model="nobody", messages=user("hello"))
    except openai.NotFoundError as e:
        assert e.code == "model_not_found" and e.param == "model", e
    else:
        raise AssertionError("an unknown model was no error")
    try:
        openai.OpenAI(api_key="tm-wrong", max_retries=0).models.list()
    except openai.AuthenticationError as e:
        assert e.code == "invalid_api_key", e
    else:
        raise AssertionError("a wrong key was no error")
    print("done")


main()
