"""Makes what the tests serve: a tiny random Qwen2 model with a ChatML tokenizer, and adapters for it.

The weights are random but far from zero, so greedy answers differ from prompt to prompt and from
adapter to adapter, and the best token is never a near tie.
"""

import json
from pathlib import Path

import torch
from peft import (
    IA3Config,
    LNTuningConfig,
    LoHaConfig,
    LoKrConfig,
    LoraConfig,
    OFTConfig,
    PrefixTuningConfig,
    PromptEncoderConfig,
    PromptTuningConfig,
    VeraConfig,
    get_peft_model,
)
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% if enable_thinking is false %}{{ '<think></think>' }}{% endif %}"
    "{% endif %}"
)
CORPUS = [
    "What is the capital of France? The capital of France is Paris.",
    "请写一道选择题。下列哪一项是正确的？答案是甲。",
    "模型回答问题，学生选择答案。",
    "Choose the right option: A, B, C or D.",
] * 20
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MAX_LEN = 65_536
# An answer of so many tokens takes minutes: it is under way whatever a slow test does meanwhile.
ENDLESS = 60_000


def make_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    wrapped.chat_template = CHATML
    wrapped.save_pretrained(folder)
    return wrapped


def make_model(folder: Path, hidden: int = 64, layers: int = 3) -> Path:
    wrapped = make_tokenizer(folder)
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=len(wrapped),
        hidden_size=hidden,
        intermediate_size=hidden * 2,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=MAX_LEN,
        initializer_range=0.25,
        tie_word_embeddings=True,
        eos_token_id=wrapped.convert_tokens_to_ids("<|im_end|>"),
        pad_token_id=wrapped.convert_tokens_to_ids("<|endoftext|>"),
        bos_token_id=None,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


def make_encoder(folder: Path) -> Path:
    """A tiny random encoder of BERT's kind."""
    torch.manual_seed(7)
    BertModel(_encoder(len(make_tokenizer(folder)))).save_pretrained(folder)
    return folder


def make_classifier(encoder: Path, folder: Path) -> Path:
    """A LoRA adapter of it with a head of three classes, as `save_pretrained` writes it."""
    torch.manual_seed(1)
    network = BertForSequenceClassification.from_pretrained(encoder, num_labels=3)
    tuned = get_peft_model(network, LoraConfig(r=4, target_modules=["query", "value"], task_type="SEQ_CLS"))
    with torch.no_grad():
        for weight in (p for p in tuned.parameters() if p.requires_grad):
            weight.add_(torch.randn_like(weight) * 0.2)
    tuned.eval().save_pretrained(folder)
    return folder


def _encoder(vocabulary: int) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=128,
        initializer_range=0.25,
    )


_LINEARS = ["q_proj", "v_proj", "down_proj"]
KINDS = {
    "lora": lambda: LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"),
    "lora-bias": lambda: LoraConfig(r=4, target_modules=_LINEARS, bias="all", task_type="CAUSAL_LM"),
    "lora-saved-head": lambda: LoraConfig(
        r=4, target_modules=_LINEARS, modules_to_save=["norm"], task_type="CAUSAL_LM"
    ),
    "rslora": lambda: LoraConfig(r=8, target_modules=_LINEARS, use_rslora=True, task_type="CAUSAL_LM"),
    "dora": lambda: LoraConfig(r=4, target_modules=_LINEARS, use_dora=True, task_type="CAUSAL_LM"),
    "prefix": lambda: PrefixTuningConfig(num_virtual_tokens=5, task_type="CAUSAL_LM"),
    "prefix-projected": lambda: PrefixTuningConfig(
        num_virtual_tokens=5, prefix_projection=True, encoder_hidden_size=16, task_type="CAUSAL_LM"
    ),
    "prompt": lambda: PromptTuningConfig(num_virtual_tokens=7, task_type="CAUSAL_LM"),
    "p-tuning": lambda: PromptEncoderConfig(
        num_virtual_tokens=6, encoder_hidden_size=16, task_type="CAUSAL_LM"
    ),
    "ia3": lambda: IA3Config(
        target_modules=["k_proj", "down_proj"], feedforward_modules=["down_proj"], task_type="CAUSAL_LM"
    ),
    "loha": lambda: LoHaConfig(r=4, target_modules=_LINEARS, task_type="CAUSAL_LM"),
    "lokr": lambda: LoKrConfig(r=4, target_modules=_LINEARS, task_type="CAUSAL_LM"),
    "oft": lambda: OFTConfig(oft_block_size=8, target_modules=["q_proj"], task_type="CAUSAL_LM"),
    "vera": lambda: VeraConfig(r=8, target_modules=["q_proj"], task_type="CAUSAL_LM"),
    "ln": lambda: LNTuningConfig(target_modules=["norm"], task_type="CAUSAL_LM"),
}


OWN_KINDS = ["bottleneck", "weights"]


def make_own(model: Path, folder: Path, kind: str, seed: int = 1) -> Path:
    """Saves a random adapter of one of Tunemesh's own kinds, as the trainer writes it."""
    torch.manual_seed(seed)
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    config, weights = {"tunemesh_type": kind.upper(), "task_type": "CAUSAL_LM"}, {}
    if kind == "weights":
        for name in ("model.layers.1.mlp.up_proj.weight", "model.norm.weight", "model.embed_tokens.weight"):
            weight = network.get_parameter(name).detach()
            weights[name] = weight + torch.randn_like(weight) * 0.2
    else:
        targets = ["model.layers.0.self_attn.o_proj", "model.layers.2.mlp.down_proj"]
        config |= {"bottleneck_size": 4, "non_linearity": "gelu", "target_modules": targets}
        for name in targets:
            width = network.get_submodule(name).out_features
            weights |= {f"{name}.down.weight": torch.randn(4, width), f"{name}.down.bias": torch.randn(4)}
            weights |= {f"{name}.up.weight": torch.randn(width, 4), f"{name}.up.bias": torch.randn(width)}
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(config))
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def load_own(network, folder: Path):
    """The same adapter put into a stock model by other means: hooks, and a state dictionary."""
    config = json.loads((folder / "adapter_config.json").read_text())
    weights = load_file(folder / "adapter_model.safetensors")
    if config["tunemesh_type"] == "WEIGHTS":
        network.load_state_dict(weights, strict=False)
        return network

    def hook(name):
        part = {
            key: weights[f"{name}.{key}"] for key in ("down.weight", "down.bias", "up.weight", "up.bias")
        }

        def add(module, inputs, y):
            inner = torch.nn.functional.gelu(y @ part["down.weight"].T + part["down.bias"])
            return y + inner @ part["up.weight"].T + part["up.bias"]

        return add

    for name in config["target_modules"]:
        network.get_submodule(name).register_forward_hook(hook(name))
    return network


def make_adapter(model: Path, folder: Path, kind: str = "lora", seed: int = 1) -> Path:
    """Saves an adapter whose weights are random, as `save_pretrained` writes it."""
    if kind in OWN_KINDS:
        return make_own(model, folder, kind, seed)
    torch.manual_seed(seed)
    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    tuned = get_peft_model(base, KINDS[kind]())
    with torch.no_grad():
        for weight in (p for p in tuned.parameters() if p.requires_grad):
            weight.add_(torch.randn_like(weight) * 0.2)
    tuned.eval().save_pretrained(folder)
    return folder
