"""A tokenizer as GGUF's metadata: what a runner needs to cut text into the same tokens as the model was tuned on."""

from __future__ import annotations

import json

from gguf import GGUFWriter, TokenType

from tune.failure import Failure

_LETTERS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_END = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CUTS = {
    _SHORT + r"\p{N}" + _END: "qwen2",
    _SHORT + r"\p{N}{1,3}" + _END: "llama-bpe",
    rf"[^\r\n\p{{L}}\p{{N}}]?{_LETTERS[0]}*{_LETTERS[1]}+|[^\r\n\p{{L}}\p{{N}}]?{_LETTERS[0]}+{_LETTERS[1]}*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+": "tekken",
}
"""llama.cpp's name for the rule by which text is cut before pairs are merged."""


def add(writer: GGUFWriter, tokenizer: object, size: int) -> None:
    """Writes tokens, merges or scores, special tokens and chat template; `size` is the number of rows of the embeddings.

    Raises Failure for a tokenizer whose rules have no name in GGUF: a runner would cut text in another way, unseen.
    """
    if not tokenizer.is_fast:
        raise _unknown("it has no tokenizer.json")
    form = json.loads(tokenizer.backend_tokenizer.to_str())
    model = form["model"]
    if model["type"] != "BPE":
        raise _unknown(f"it is of type {model['type']}, not BPE")
    special = {token["id"]: token for token in form["added_tokens"]}
    words = {number: word for word, number in model["vocab"].items()}
    words |= {number: token["content"] for number, token in special.items()}
    if max(words) >= size:
        raise _unknown(f"it has tokens beyond the model's {size} embeddings")
    pieces = bool(model.get("byte_fallback"))
    writer.add_tokenizer_model("llama" if pieces else "gpt2")
    writer.add_tokenizer_pre("default" if pieces else _cut(form["pre_tokenizer"]))
    writer.add_token_list([words.get(number, f"[PAD{number}]") for number in range(size)])
    unknown = model.get("unk_token")
    writer.add_token_types([_type(number, words, special, pieces, unknown) for number in range(size)])
    pairs = [pair.split(" ", 1) if isinstance(pair, str) else pair for pair in model["merges"]]
    if not pairs:
        raise _unknown("it has no merges, without which its runners take no tokenizer")
    if pieces:
        ranks = {}
        for rank, (left, right) in enumerate(pairs):
            ranks.setdefault(left + right, float(-rank))
        writer.add_token_scores([ranks.get(words.get(n), float(-len(pairs))) for n in range(size)])
        writer.add_add_space_prefix(_leads_with_space(form))
    else:
        writer.add_token_merges([f"{left} {right}" for left, right in pairs])
    _specials(writer, tokenizer)


def _specials(writer: GGUFWriter, tokenizer: object) -> None:
    for number, write in (
        (tokenizer.bos_token_id, writer.add_bos_token_id),
        (tokenizer.eos_token_id, writer.add_eos_token_id),
        (tokenizer.unk_token_id, writer.add_unk_token_id),
        (tokenizer.pad_token_id, writer.add_pad_token_id),
    ):
        if number is not None:
            write(number)
    ends = tokenizer.convert_tokens_to_ids("<|im_end|>")
    if isinstance(ends, int) and ends not in (tokenizer.unk_token_id, tokenizer.eos_token_id):
        writer.add_eot_token_id(ends)
    sample = tokenizer("a")["input_ids"]
    writer.add_add_bos_token(tokenizer.bos_token_id is not None and sample[0] == tokenizer.bos_token_id)
    writer.add_add_eos_token(tokenizer.eos_token_id is not None and sample[-1] == tokenizer.eos_token_id)
    template = tokenizer.chat_template
    if isinstance(template, dict):
        template = [{"name": name, "template": text} for name, text in template.items()]
    if template:
        writer.add_chat_template(template)


def _type(number: int, words: dict, special: dict, pieces: bool, unknown: str | None) -> TokenType:
    word = words.get(number)
    if word is None:
        return TokenType.UNUSED
    if pieces and word == unknown:
        return TokenType.UNKNOWN
    if number in special:
        return TokenType.CONTROL if special[number]["special"] else TokenType.USER_DEFINED
    if pieces and len(word) == 6 and word.startswith("<0x") and word.endswith(">"):
        return TokenType.BYTE
    return TokenType.NORMAL


def _cut(pre: dict | None) -> str:
    steps = pre.get("pretokenizers", [pre]) if pre else []
    rules = [step["pattern"].get("Regex") for step in steps if step["type"] == "Split"]
    levels = [step for step in steps if step["type"] == "ByteLevel"]
    if len(rules) + len(levels) != len(steps) or len(levels) != 1 or levels[0].get("add_prefix_space"):
        raise _unknown("its text is cut by rules that GGUF has no name for")
    if levels[0].get("use_regex", True):
        rules.append("gpt-2")
    name = CUTS.get(rules[0], rules[0] if rules[0] == "gpt-2" else None) if len(rules) == 1 else None
    if name is None:
        raise _unknown("its text is cut by a pattern that GGUF has no name for")
    return name


def _leads_with_space(form: dict) -> bool:
    """Whether text begins with a space that was not there, as sentencepiece's models have it."""
    normalizer = form["normalizer"] or {}
    steps = normalizer.get("normalizers", [normalizer])
    pre = form["pre_tokenizer"] or {}
    spaced = pre.get("type") == "Metaspace" and pre.get("prepend_scheme", "always") != "never"
    return spaced or any(step.get("type") == "Prepend" for step in steps)


def _unknown(why: str) -> Failure:
    reason = f'The tokenizer cannot be written as GGUF: {why}. Choose format "merged".'
    return Failure("unsupported_tokenizer", reason, "format")
