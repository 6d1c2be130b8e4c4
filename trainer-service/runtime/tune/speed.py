"""How a training is laid out on its machine: packs or padded batches, fixed shapes, float8."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import torch
from torch import nn

from tune import batch, fitting
from tune.base import SMALL_MODEL, Base
from tune.data import Example
from tune.failure import Failure
from tune.halves import halved
from tune.linear import fast_layers
from tune.loss import rows
from tune.packable import packed_attention, packs
from tune.plan import Plan
from tune.recompute import decoder_layers, fits, recompute, recomputing
from tune.scaled import scaled_layers
from tune.spec import Spec

log = logging.getLogger("tune")
ROOM = {"cuda": (12288, 8192), "cpu": (4096,)}
COMPILE_TOKENS = 2_000_000
COMPILE_FILL = 0.7
ROUND = 64


@dataclass(frozen=True)
class Speed:
    """`room`: the most tokens at once, of a pack or of all that are abreast, or of a padded batch with its padding. `length`:
    what every pack is filled up to, null where each has its own.

    `recompute` says for every decoder layer what its backward pass computes anew: "" nothing, "mlp", or "all"; `deepest`
    is the most that it may be.
    `rows`: the places with a loss come in a multiple of it. `multiple`: so do the tokens of a pack without a `length`.
    `abreast`: packs that are computed at the same time, each on one thread of the CPU.
    """

    packed: bool
    room: int
    length: int | None = None
    compiled: bool = False
    recompute: tuple[str, ...] = ()
    deepest: str = "all"
    scaled: bool = False
    rows: int = 1
    multiple: int = 1
    abreast: int = 1

    @property
    def halved(self) -> bool:
        return self.packed and not self.compiled and not any(self.recompute)

    def cut(self, lengths: list[int], size: int) -> list[list[int]]:
        """All examples in batches for an evaluation: by tokens where they are packed, else by `size`."""
        if self.packed:
            return batch.into_packs(lengths, list(range(len(lengths))), self.room)
        return batch.by_length(lengths, size)

    def smaller(self) -> Speed:
        """For a machine that ran out of memory: every layer computed anew; if that was so, half the tokens at once."""
        anew = (self.deepest,) * len(self.recompute)
        if self.compiled and self.recompute != anew:
            return replace(self, recompute=anew)
        plain = replace(self, length=None, compiled=False, rows=1, multiple=1, abreast=1)
        return replace(plain, room=max(1, self.room // 2), recompute=anew)


def choose(
    model: nn.Module, base: Base, spec: Spec, plan: Plan, steps: list[list[int]], lengths: list[int]
) -> Speed:
    """The layout for a training whose first epoch takes these examples step by step.

    Packs hold what `room` says, or the longest example. Shapes are fixed and layers compiled
    on a GPU for trainings of 2 million tokens and more (a shorter one would not earn the compilation back) whose packs are
    full to 70 %. Raises Failure for float8 where the machine has none.
    """
    device = base.place.device
    layers = decoder_layers(model)
    frozen = spec.frozen_precision
    if frozen == "fp8" and (device.type != "cuda" or torch.cuda.get_device_capability() < (8, 9)):
        raise Failure(
            "no_float8",
            'frozen_precision "fp8" needs a GPU that computes in float8 (Ada, Hopper or newer); leave it out, or choose '
            '"bf16".',
            "spec.frozen_precision",
        )
    if not packs(base):
        # A layer that is computed anew as a whole is not given the keys and values that stand for a prefix.
        deepest = "mlp" if spec.method == "prefix" else "all"
        longest = max(lengths) + spec.virtual
        seen = narrowed(model, base, layers, plan.batch_size * longest, longest, deepest)
        anew = recompute(model, base, layers, seen, 3, deepest)
        room = seen * max(lengths) // longest
        return Speed(False, room, recompute=anew, deepest=deepest, scaled=frozen == "fp8")
    room = narrowed(model, base, layers, max(max(lengths), room_of(base)), max(lengths))
    speed = Speed(True, room, scaled=frozen == "fp8")
    tokens = sum(lengths)
    if device.type == "cuda" and tokens * plan.steps / plan.steps_per_epoch >= COMPILE_TOKENS:
        length = batch.pack_length(lengths, steps, room)
        count = sum(len(batch.into_packs(lengths, members, room)) for members in steps)
        if tokens >= COMPILE_FILL * length * count:
            width = model.get_output_embeddings().weight.shape[0]
            speed = replace(speed, room=length, length=length, compiled=True, rows=rows(width, device))
    inner = 2 if speed.compiled else 3
    step = plan.batch_size * spec.gradient_accumulation_steps * max(lengths)
    speed = replace(speed, recompute=recompute(model, base, layers, min(speed.room, step), inner))
    log.info(
        "packs of %d tokens%s; of %d layers %d compute their MLP anew, %d all",
        speed.room,
        ", compiled" if speed.compiled else "",
        len(layers),
        speed.recompute.count("mlp"),
        speed.recompute.count("all"),
    )
    return speed


def narrowed(
    model: nn.Module, base: Base, layers: list[nn.Module], room: int, longest: int, deepest: str = "all"
) -> int:
    """The tokens at once, halved while a GPU has not the memory even if all layers compute anew what they can (`deepest`);
    never below `longest`."""
    on_gpu = base.place.device.type == "cuda"
    while on_gpu and room // 2 >= longest and not fits(model, base, layers, room, deepest):
        room //= 2
    return room


def plain(base: Base) -> Speed:
    """The layout for an evaluation."""
    return Speed(packs(base), ROOM["cuda" if base.place.device.type == "cuda" else "cpu"][-1])


def room_of(base: Base) -> int:
    """The most tokens of a pack: on a GPU 12288, or 8192 where layers would have to compute anew; elsewhere 4096.

    Larger packs were measured to gain 3 to 5 % on a GPU, until recomputation costs more.
    """
    rooms = ROOM["cuda" if base.place.device.type == "cuda" else "cpu"]
    layers = decoder_layers(base.model)
    for room in rooms[:-1]:
        if layers and not any(recompute(base.model, base, layers, room, 2)):
            return room
    return rooms[-1]


def fit(base: Base, lengths: list[int], spec: Spec | None = None, trained: int = 0) -> int:
    """How many examples fill a pack on a GPU to 97 %, where the job leaves the batch open; 0 where that decides nothing.

    The rest leaves room for steps that come out longer than the mean. Where examples are padded, as many as fit by the
    rule of `fitting`, if `spec` says how they are trained, and `trained` how many weights are.
    """
    if base.place.device.type != "cuda":
        return 0
    if not packs(base):
        return fitting.examples(spec, base, lengths, trained) if spec else 0
    return int(0.97 * room_of(base) * len(lengths) / sum(lengths))


@contextmanager
def laid_out(model: nn.Module, base: Base, speed: Speed) -> Iterator[None]:
    """The model with the layout in place; on leaving, everything of it is gone and the base as it was."""
    layers = decoder_layers(model)
    small = base.place.dtype == torch.float32 and base.parameters < SMALL_MODEL
    with ExitStack() as stack:
        stack.enter_context(packed_attention(base.model, speed.packed))
        if speed.scaled:
            stack.enter_context(scaled_layers(layers))
        stack.enter_context(fast_layers(model, merged=small))
        if small and speed.halved and base.place.device.type == "cpu":
            stack.enter_context(halved(layers))
        stack.enter_context(recomputing(layers, speed.recompute))
        if speed.compiled:
            stack.enter_context(compiled(layers))
        yield


def by_threads(model: nn.Module, speed: Speed) -> Speed:
    """The same for a model that is laid out: where all its layers are in halves, as many packs at the same time as PyTorch
    has threads, and few shapes, since oneDNN takes up to 3 ms for a product of a new one. One pack after another where the
    model's rotation is made anew for each, since all would share it."""
    layers = decoder_layers(model)
    if not layers or not all(hasattr(layer, "halves") for layer in layers):
        return replace(speed, abreast=1, multiple=1)
    abreast = 1 if turns_by_length(model) else torch.get_num_threads()
    return replace(speed, abreast=abreast, multiple=ROUND, rows=ROUND)


def turns_by_length(model: nn.Module) -> bool:
    """Whether transformers' `dynamic_rope_update` sets the frequencies of the model's rotation in every forward pass."""
    rope = getattr(model.config.get_text_config(), "rope_parameters", None) or {}
    parts = [
        rope,
        *(part for part in rope.values() if isinstance(part, dict)),
    ]  # one for each kind of layer, or one
    kinds = [part.get("rope_type") or "default" for part in parts]
    return any(kind == "longrope" or "dynamic" in kind for kind in kinds)


@contextmanager
def evaluated(model: nn.Module, base: Base, speed: Speed) -> Iterator[None]:
    """The model laid out for a loss without a gradient, be it in training or not."""
    with packed_attention(base.model, speed.packed), ExitStack() as stack:
        if base.place.device.type == "cuda":
            stack.enter_context(fast_layers(model, merged=False))
        yield


@contextmanager
def compiled(layers: list[nn.Module]) -> Iterator[None]:
    """Decoder layers compiled, one piece of code for all of them."""
    torch._dynamo.config.recompile_limit = max(64, torch._dynamo.config.recompile_limit)
    try:
        for layer in layers:
            layer.compile(dynamic=False)
        yield
    finally:
        for layer in layers:
            layer._compiled_call_impl = None


def packs_of(
    examples: list[Example], members: list[list[int]], base: Base, speed: Speed
) -> list[batch.Pack | batch.Batch]:
    """The batches of one step on the CPU: packs, or where the model takes none, padded batches as they are."""
    on_cuda = base.place.device.type == "cuda"
    if not speed.packed:
        cpu = torch.device("cpu")
        parts = [part for whole in members if whole for part in _narrowed(examples, whole, speed.room)]
        return [batch.collate([examples[i] for i in part], base.pad_id, cpu) for part in parts]
    lengths = {i: len(examples[i].ids) for part in members for i in part}
    every = [i for part in members for i in part]
    made, room = [], speed.room
    if speed.abreast > 1 and every:
        room = max(room // speed.abreast, max(lengths.values()))
    for part in batch.into_packs(lengths, every, room, speed.abreast):
        tokens = sum(lengths[i] for i in part)
        length = speed.length or -(-tokens // speed.multiple) * speed.multiple
        made.append(batch.pack([examples[i] for i in part], base.pad_id, length, speed.rows, on_cuda))
    return made


def _narrowed(examples: list[Example], members: list[int], room: int) -> list[list[int]]:
    """The batch cut so that no part has more tokens than `room`, its padding among them, but one example at least."""
    count = max(1, room // max(examples[i].tokens for i in members))
    return [members[at : at + count] for at in range(0, len(members), count)]
