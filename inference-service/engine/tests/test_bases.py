"""What is read of a base's folder: each kind of encoder, where answers end, a head that it has."""

import json

import pytest
import tiny
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForMaskedLM, BertForSequenceClassification, GenerationConfig

from engine.errors import Refused
from engine.model import load_base
from engine.peft_folder import read_adapter
from engine.reading import _label

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


def test_the_parts_of_a_character_have_bytes_of_their_own(model):
    base = load_base(model, None, "cpu")
    parts = base.plain_prompt("龘A🙂")
    assert len(parts) > 3
    assert b"".join(base.token_bytes(token) for token in parts) == "龘A🙂".encode()


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


def test_a_number_is_told_whole():
    entry = _label(None, torch.tensor([3.2e-7]))
    assert float(entry["label"]) == entry["probs"][0] > 0


@pytest.fixture
def headless(tmp_path):
    """An adapter that changes a weight of a BERT below its head, and brings no head."""
    config = {"tunemesh_type": "WEIGHTS", "task_type": "SEQ_CLS", "labels": ["a", "b", "c"]}
    folder = tmp_path / "headless"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(config))
    weights = {"bert.embeddings.LayerNorm.weight": torch.full((32,), 2.0)}
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def test_a_head_that_an_adapter_does_not_bring_is_the_bases_own(headless, tmp_path):
    encoder = tiny.make_encoder(tmp_path / "encoder")
    torch.manual_seed(3)
    whole = BertForSequenceClassification.from_pretrained(encoder, num_labels=3).eval()
    whole.save_pretrained(encoder)
    network = read_adapter(load_base(encoder, None, "cpu"), headless).network
    whole.bert.embeddings.LayerNorm.weight.data.fill_(2.0)
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        assert torch.equal(network(input_ids=ids).logits, whole(input_ids=ids).logits)


def test_a_head_that_neither_has_is_refused(headless, tmp_path):
    encoder = tiny.make_encoder(tmp_path / "encoder")
    with pytest.raises(Refused, match="classifier"):
        read_adapter(load_base(encoder, None, "cpu"), headless)


def test_a_part_below_the_head_that_neither_has_is_refused_and_not_drawn_by_lot(headless, tmp_path):
    encoder = tiny.make_encoder(tmp_path / "encoder")
    whole = BertForSequenceClassification.from_pretrained(encoder, num_labels=3)
    kept = {n: w.contiguous() for n, w in whole.state_dict().items() if "pooler" not in n}
    whole.save_pretrained(encoder, state_dict=kept)
    with pytest.raises(Refused, match="pooler"):
        read_adapter(load_base(encoder, None, "cpu"), headless)
