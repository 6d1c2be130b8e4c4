"""How much fits into a GPU's memory, said before anything is tried: for padded batches, whose size the job left open."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from tune.base import Base
from tune.loss import rows
from tune.recompute import decoder_layers, free_bytes, kept
from tune.spec import LOW_RANK, Spec
from tune.weights import names_of_layers

TOKENS = 12288
OPTIMIZER = 16
SCORES = 9


@dataclass(frozen=True)
class Needs:
    """Bytes that a training takes besides the base: `fixed` whatever the batch is, and `token` for every token of a forward
    pass, padding among them, while no layer computes anew."""

    fixed: int
    token: int

    def peak(self, tokens: int) -> int:
        return self.fixed + self.token * tokens

    def tokens(self, free: int) -> int:
        """The most tokens whose peak is not above `free`; 0 if nothing fits."""
        return max(0, (free - self.fixed) // self.token)


def examples(spec: Spec, base: Base, lengths: list[int]) -> int:
    """How many examples of the mean length fit side by side, their virtual tokens among them; together at most 12,288
    tokens, from where on larger batches were not measured to gain."""
    most = min(TOKENS, needs(spec, base, max(lengths) + spec.virtual).tokens(free_bytes()))
    return int(most * len(lengths) / (sum(lengths) + spec.virtual * len(lengths)))


def needs(spec: Spec, base: Base, longest: int) -> Needs:
    """What a training by this method takes, by the shape of its base.

    A token: what each layer keeps (see `recompute`), and the logits with their gradient where the output layer is trained.
    Where attention keeps its scores, 9 bytes for each head and token seen: float32 and bfloat16 probabilities, dropout's
    mask and result. Fixed: 16 bytes a trained weight for gradient and optimizer, its copy where it is the base's own, and
    a chunk of logits.
    """
    model, layers = base.model, decoder_layers(base.model)
    config = model.config.get_text_config()
    layer = kept(model, 1, 3)[0]
    if config._attn_implementation == "eager":
        layer += SCORES * config.num_attention_heads * longest
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    vocabulary = head.weight.shape[0] if head is not None else 1
    trained = trained_weights(spec, model, layers)
    copies = 2 * trained if spec.method in ("freeze", "full") else 0
    chunk = 6 * vocabulary * rows(vocabulary, base.place.device) if base.fused_head else 0
    logits = 0 if base.fused_head else 12 * vocabulary
    return Needs(OPTIMIZER * trained + copies + chunk, (len(layers) + 1) * layer + logits)


def trained_weights(spec: Spec, model: nn.Module, layers: list[nn.Module]) -> int:
    """How many weights a method trains, from shapes alone."""
    config = model.config.get_text_config()
    width = config.hidden_size
    inner = spec.encoder_hidden_size or width
    if spec.method == "full":
        return sum(p.numel() for p in model.parameters())
    if spec.method == "freeze":
        named = dict(model.named_parameters())
        return sum(named[name].numel() for name in names_of_layers(model, spec.freeze_trainable_layers))
    if spec.method in LOW_RANK:
        sides = sum(sum(p.shape) for layer in layers for p in layer.parameters() if p.ndim == 2)
        return spec.lora_rank * sides
    if spec.method == "adapter":
        return len(layers) * 2 * 2 * width * spec.bottleneck_size
    if spec.method == "prefix":
        heads = config.num_attention_heads
        keys = width // heads * getattr(config, "num_key_value_heads", heads)
        if spec.prefix_projection:
            inner = spec.encoder_hidden_size or keys
            return spec.num_virtual_tokens * keys + keys * inner + inner * 2 * len(layers) * keys
        return spec.num_virtual_tokens * 2 * len(layers) * keys
    network = 2 * width * inner + inner * inner if spec.method == "p_tuning" else 0
    return spec.num_virtual_tokens * width + network
