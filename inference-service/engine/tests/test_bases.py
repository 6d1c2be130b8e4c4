"""What is read of a base's folder: where answers end."""

import pytest
import tiny
from transformers import GenerationConfig

from engine.model import load_base


@pytest.mark.parametrize("said", [None, 0, [0, 1]])
def test_answers_end_where_tokenizer_generation_config_or_chatml_say(said, model, tmp_path):
    network = load_base(model, None, "cpu").network
    network.generation_config = GenerationConfig(eos_token_id=said)
    network.config.eos_token_id = None
    network.save_pretrained(tmp_path)
    tokenizer = tiny.make_tokenizer(tmp_path)
    tokenizer.eos_token = "<|endoftext|>"
    tokenizer.save_pretrained(tmp_path)
    assert load_base(tmp_path, None, "cpu").eos == {0, 2} | ({1} if said == [0, 1] else set())
