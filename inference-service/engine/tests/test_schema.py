"""What requests mean."""

import pytest

from engine.schema import ChatRequest, CompletionRequest, Message

CHAT = {"model": "m", "messages": [{"role": "user", "content": "A"}]}
PLAIN = {"model": "m", "prompt": "A"}


def test_parts_of_a_message_are_its_lines():
    parts = [{"type": "text", "text": text} for text in ("你", "好")]
    message = Message(role="developer", content=parts).as_template_input()

    assert message == {"role": "system", "content": "你\n好"}


def optional(request):
    return [name for name, field in request.model_fields.items() if not field.is_required()]


@pytest.mark.parametrize("field", [*optional(ChatRequest), "logit_bias", "audio", "moderation"])
def test_a_null_in_a_chat_is_a_field_left_out(field):
    assert ChatRequest(**CHAT | {field: None}) == ChatRequest(**CHAT)


@pytest.mark.parametrize("field", [*optional(CompletionRequest), "best_of", "suffix"])
def test_a_null_in_a_plain_completion_is_a_field_left_out(field):
    assert CompletionRequest(**PLAIN | {field: None}) == CompletionRequest(**PLAIN)


def test_an_assistant_may_have_refused_or_said_nothing():
    refused = Message(role="assistant", content=None, refusal="I cannot.").as_template_input()
    silent = Message(role="assistant", content=None).as_template_input()

    assert refused == {"role": "assistant", "content": "I cannot."}
    assert silent == {"role": "assistant", "content": ""}


def test_hints_are_taken_and_ignored():
    hints = {"reasoning_effort": "low", "verbosity": "low", "prediction": {"type": "content"}}
    assert ChatRequest(**CHAT | hints) == ChatRequest(**CHAT)
