"""Makes the starter's tokenizer: byte-level BPE with Qwen's word pattern, special tokens and ChatML template."""

import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from lexicon import common_characters
from skills import SkillMaker

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
WORD_PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MAX_TOKEN_BYTES = 12
CHARACTER_COUNT = 400


def pieces(document) -> list[tuple[str, bool]]:
    """A pre-training document as the model sees it, in pieces that say whether they are to be learnt: a plain text whole, of a chat the replies."""
    if isinstance(document, str):
        return [(document + END_OF_TEXT, True)]
    parts = []
    for message in document:
        parts.append((f"{START}{message['role']}\n", False))
        parts.append((f"{message['content']}{END}\n", message["role"] == "assistant"))
    return parts


def make_tokenizer(
    vocabulary: int, context: int, seed: int, documents: int = 6000
) -> PreTrainedTokenizerFast:
    """A tokenizer trained on `documents` drawn with this seed; every common Chinese character is one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORD_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(text, special=True, normalized=False) for text in (END_OF_TEXT, START, END)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=MAX_TOKEN_BYTES,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(seed, documents), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END_OF_TEXT,
        model_max_length=context,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def _corpus(seed: int, documents: int):
    skills, rng = SkillMaker(), random.Random(seed)
    for _ in range(documents):
        document = skills.draw(rng)
        yield document if isinstance(document, str) else "\n".join(message["content"] for message in document)
    once = "\n".join(common_characters())
    for _ in range(CHARACTER_COUNT):
        yield once
