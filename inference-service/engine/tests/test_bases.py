"""What is read of a base's folder: each kind of encoder, and where answers end."""

import pytest
import tiny
import torch
from transformers import AutoConfig, AutoModelForMaskedLM, GenerationConfig

from engine.model import load_base

ENCODERS = [
    "albert",
    "bert",
    "camembert",
    "deberta",
    "deberta-v2",
    "distilbert",
    "electra",
    "ernie",
    "mpnet",
    "modernbert",
    "roberta",
    "xlm-roberta",
]
"""All that the trainer takes for encoders."""

SMALL = {
    "vocab_size": 400,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


@pytest.mark.parametrize("kind", ENCODERS)
def test_every_encoder_that_is_trained_can_be_served(kind, tmp_path):
    config = AutoConfig.for_model(kind, **SMALL)
    AutoModelForMaskedLM.from_config(config).save_pretrained(tmp_path)
    tiny.make_tokenizer(tmp_path)
    base = load_base(tmp_path, None, "cpu")
    assert base.family == "encoder"
    states = base.network(input_ids=torch.tensor([[5, 6, 7]])).last_hidden_state
    assert states.shape == (1, 3, 32) and torch.isfinite(states).all()


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
