"""How much fits into a GPU's memory, said before anything is tried: for padded batches, whose size the job left open."""

from __future__ import annotations

from dataclasses import dataclass

from tune import dora
from tune.base import Base
from tune.loss import rows
from tune.recompute import decoder_layers, free_bytes, kept
from tune.spec import Spec

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


def examples(spec: Spec, base: Base, lengths: list[int], trained: int) -> int:
    """How many examples of the mean length fit side by side, their virtual tokens among them; together at most 12,288
    tokens, from where on larger batches were not measured to gain."""
    most = min(TOKENS, needs(spec, base, max(lengths) + spec.virtual, trained).tokens(free_bytes()))
    return int(most * len(lengths) / (sum(lengths) + spec.virtual * len(lengths)))


def needs(spec: Spec, base: Base, longest: int, trained: int) -> Needs:
    """What a training of so many weights by this method takes, by the shape of its base, in which the method's layers are.

    A token: what each layer keeps (see `recompute`), and the logits with their gradient where the output layer is trained.
    Where attention keeps its scores, 9 bytes for each head and token seen: float32 and bfloat16 probabilities, dropout's
    mask and result. Fixed: 16 bytes a trained weight for gradient and optimizer, its copy where it is the base's own, and
    a chunk of logits or what DoRA holds for a moment.
    """
    model, layers = base.model, decoder_layers(base.model)
    config = model.config.get_text_config()
    layer = kept(model, 1, 3)[0]
    if config._attn_implementation == "eager":
        layer += SCORES * config.num_attention_heads * longest
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    vocabulary = head.weight.shape[0] if head is not None else 1
    copies = 2 * trained if spec.method in ("freeze", "full") else 0
    chunk = 6 * vocabulary * rows(vocabulary, base.place.device) if base.fused_head else 0
    logits = 0 if base.fused_head else 12 * vocabulary
    lengths = dora.kept(model)
    fixed = OPTIMIZER * trained + copies + max(chunk, lengths.moment) + lengths.weights
    return Needs(fixed, (len(layers) + 1) * layer + logits)
