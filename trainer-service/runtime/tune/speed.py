"""How a training is laid out on its machine: packs or padded batches, fixed shapes, float8."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import torch
from torch import nn

from tune import attention, batch
from tune.base import SMALL_MODEL, Base
from tune.data import Example
from tune.failure import Failure
from tune.linear import fast_layers
from tune.loss import rows
from tune.plan import Plan
from tune.recompute import decoder_layers, fits, recompute, recomputing
from tune.scaled import scaled_layers
from tune.spec import Spec

log = logging.getLogger("tune")
ROOM = {"cuda": (12288, 8192), "cpu": (4096,)}
COMPILE_TOKENS = 2_000_000
COMPILE_FILL = 0.7
_packable: weakref.WeakKeyDictionary[nn.Module, bool] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Speed:
    """`room`: the most tokens of a pack, or of a padded batch with its padding. `length`: what every pack is filled up to,
    null where each has its own.

    `recompute` says for every decoder layer what its backward pass computes anew: "" nothing, "mlp", or "all"; `deepest`
    is the most that it may be.
    `rows`: the places with a loss come in a multiple of it.
    """

    packed: bool
    room: int
    length: int | None = None
    compiled: bool = False
    recompute: tuple[str, ...] = ()
    deepest: str = "all"
    scaled: bool = False
    rows: int = 1

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
        return replace(self, room=max(1, self.room // 2), length=None, compiled=False, rows=1, recompute=anew)


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
        room = plan.batch_size * max(lengths)
        anew = recompute(model, base, layers, room, 3, deepest)
        return Speed(False, room, recompute=anew, deepest=deepest, scaled=frozen == "fp8")
    room = max(max(lengths), room_of(base))
    if device.type == "cuda":
        while room // 2 >= max(lengths) and not fits(model, base, layers, room):
            room //= 2
    speed = Speed(True, room, scaled=frozen == "fp8")
    tokens = sum(lengths)
    if device.type == "cuda" and tokens * plan.steps / plan.steps_per_epoch >= COMPILE_TOKENS:
        length = batch.pack_length(lengths, steps, room)
        count = sum(len(batch.into_packs(lengths, members, room)) for members in steps)
        if tokens >= COMPILE_FILL * length * count:
            width = model.get_output_embeddings().weight.shape[0]
            speed = replace(speed, room=length, length=length, compiled=True, rows=rows(width, device))
    inner = 2 if speed.compiled else 3
    speed = replace(speed, recompute=recompute(model, base, layers, speed.room, inner))
    log.info(
        "packs of %d tokens%s; of %d layers %d compute their MLP anew, %d all",
        speed.room,
        ", compiled" if speed.compiled else "",
        len(layers),
        speed.recompute.count("mlp"),
        speed.recompute.count("all"),
    )
    return speed


def plain(base: Base, examples: list[Example]) -> Speed:
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


def fit(base: Base, lengths: list[int]) -> int:
    """How many examples fill a pack on a GPU to 97 %, where the job leaves the batch open; 0 where that decides nothing.

    The rest leaves room for steps that come out longer than the mean.
    """
    if base.place.device.type != "cuda" or not packs(base):
        return 0
    return int(0.97 * room_of(base) * len(lengths) / sum(lengths))


def packs(base: Base) -> bool:
    """Whether examples are laid end to end: for a causal model with a frozen head and nothing before its tokens, and only
    where a trial on a few tokens shows that it keeps packed examples apart: each must come out as it does alone.

    In float32 to 1e-4; in bfloat16, whose rounding alone makes more, to a fifth of what examples that see one another make.
    """
    if not (base.packs and base.fused_head and base.family == "causal"):
        return False
    model = base.model
    if model not in _packable:
        _packable[model] = _keeps_apart(base)
    return _packable[model]


@torch.no_grad()
def _keeps_apart(base: Base) -> bool:
    model, device = base.model, base.place.device
    was_training = model.training
    ids = torch.arange(3, 15, device=device)[None] % model.config.get_text_config().vocab_size
    places = {
        "position_ids": torch.cat([torch.arange(5), torch.arange(7)])[None].to(device),
        "pack_starts": torch.tensor([0, 5, 12], dtype=torch.int32, device=device),
        "pack_sizes": torch.tensor([2, 7] if device.type == "cuda" else [5, 7], dtype=torch.int32),
    }

    def run(tokens: torch.Tensor, **more: torch.Tensor) -> torch.Tensor:
        return model.get_decoder()(input_ids=tokens, use_cache=False, **more)[0].float()

    try:
        with packed_attention(model, True):
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                model.train()
                run(ids, **places)  # some models drop attention in training, which no pack does
            model.eval()
            together = run(ids, **places)
        alone = torch.cat([run(part) for part in ids.split([5, 7], 1)], 1)
        mixed = run(ids)
        apart, wrong = (float((alone - other).norm() / alone.norm()) for other in (together, mixed))
        log.info("packed examples come out %.1e from each alone; mixed they would %.1e", apart, wrong)
        return apart <= (1e-4 if base.place.dtype == torch.float32 else 0.2 * wrong)
    except Exception as error:
        log.info("this model takes no packed examples: %s", error)
        return False
    finally:
        model.train(was_training)


@contextmanager
def packed_attention(model: nn.Module, packed: bool) -> Iterator[None]:
    """The attention that knows packs, for a while."""
    with attention_set(model, attention.NAME if packed else None):
        yield


@contextmanager
def attention_set(model: nn.Module, name: str | None) -> Iterator[None]:
    """Another attention function, for a while; null leaves it as it is."""
    before = model.config._attn_implementation
    try:
        if name:
            model.set_attn_implementation(name)
        yield
    finally:
        if name:
            model.set_attn_implementation(before)


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
        stack.enter_context(recomputing(layers, speed.recompute))
        if speed.compiled:
            stack.enter_context(compiled(layers))
        yield


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
    return [
        batch.pack([examples[i] for i in part], base.pad_id, speed.length, speed.rows, on_cuda)
        for part in batch.into_packs(lengths, [i for part in members for i in part], speed.room)
    ]


def _narrowed(examples: list[Example], members: list[int], room: int) -> list[list[int]]:
    """The batch cut so that no part has more tokens than `room`, its padding among them, but one example at least."""
    count = max(1, room // max(len(examples[i].ids) for i in members))
    return [members[at : at + count] for at in range(0, len(members), count)]
