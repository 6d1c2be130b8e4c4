"""What requests mean."""

from engine.schema import Message


def test_parts_of_a_message_are_its_lines():
    parts = [{"type": "text", "text": text} for text in ("你", "好")]
    message = Message(role="developer", content=parts).as_template_input()

    assert message == {"role": "system", "content": "你\n好"}
