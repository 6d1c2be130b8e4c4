"""Packing, fixed shapes, recomputation and the faster layers change no result."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import read_events, write_lines
from running import named, run_job, weights_hash
from torch.nn import functional
from transformers import BloomConfig, BloomForCausalLM, GPT2Config, GPT2LMHeadModel

from tune import attention, methods, packable, plain, plan, prepare, speed
from tune.batch import Batch, Pack, even_batches, into_packs, pack, pack_length
from tune.checkpoint import Checkpoint, State
from tune.course import Course, Feed, Flight, Step
from tune.data import Example
from tune.generate import greedy
from tune.loss import _slope, _slope_in_place
from tune.objective import gradients, mean_loss
from tune.plan import Plan
from tune.saver import Saver
from tune.scaled import quantise
from tune.spec import METHODS, SOFT, Spec
from tune.speed import Speed
from tune.weights import as_trained

LENGTHS = [20, 33, 7, 51, 12, 40, 9, 28]


def examples(lengths: list[int] = LENGTHS) -> list[Example]:
    dice = np.random.default_rng(5)
    return [
        Example(
            1,
            dice.integers(0, 256, n).astype(np.int32),
            ((np.arange(n) > n // 3) * dice.choice([0.5, 1.0, 2.0])).astype(np.float32),
            [],
            [],
            "",
            False,
        )
        for n in lengths
    ]


def slopes(base, layout: Speed, spec: Spec, rows: list[Example]) -> tuple[float, dict[str, torch.Tensor]]:
    """The mean loss and every trained weight's gradient on all rows as one step, laid out so.

    What starts at zero is moved from there, since it would hide the gradients behind it.
    """
    base = methods.room(base, spec)
    with methods.training(base, "tiny", spec) as model:
        torch.manual_seed(3)
        inner = model.get_base_model()
        trained = {name: p for name, p in inner.named_parameters() if p.requires_grad}
        for name, parameter in trained.items():
            if "lora_B" in name or ".up." in name:
                torch.nn.init.normal_(parameter, std=0.05)
        model.train()
        with speed.laid_out(inner, base, layout):
            every = list(range(len(rows)))
            whole = [[i] for i in every] if layout == UNPACKED else [every]
            group = speed.packs_of(rows, whole, base, layout)
            assert {type(b) for b in group} == {Pack if layout.packed else Batch}
            weight = sum(part.weight for part in group)
            made = gradients(inner, base, group, weight, lambda: None, layout.compiled)
            loss, accuracy = made[0].item(), (made[1] / made[2]).item()
        found = {name: p.grad.clone() for name, p in trained.items()}
    assert 0 <= accuracy <= 1
    return loss, found


UNPACKED = Speed(False, 10_000)
LORA = Spec(lora_rank=4)


def check_same(
    base, layout: Speed, spec: Spec = LORA, rows: list[Example] | None = None, least: int = 12
) -> None:
    rows = rows or examples()
    loss, found = slopes(base, UNPACKED, spec, rows)
    packed_loss, packed = slopes(base, layout, spec, rows)
    assert packed_loss == pytest.approx(loss, rel=1e-5)
    assert found.keys() == packed.keys() and len(found) >= least
    for name, slope in found.items():
        assert slope.abs().max() > 0, name
        torch.testing.assert_close(packed[name], slope, rtol=2e-3, atol=2e-6)


@pytest.mark.parametrize(
    "layout",
    [
        Speed(True, 1000),
        Speed(True, 60),
        Speed(True, 60, length=128, rows=16),
        Speed(True, 256, length=256, rows=64),
        Speed(True, 1000, recompute=("mlp", "all")),
        Speed(True, 1000, recompute=("all", "")),
    ],
)
def test_packed_examples_have_the_loss_and_gradients_of_each_alone(base, layout):
    check_same(base, layout)


PACKED_METHODS = [
    Spec(lora_rank=4, use_rslora=True),
    Spec(method="dora", lora_rank=4),
    Spec(method="adapter", bottleneck_size=8),
    Spec(method="freeze", freeze_trainable_layers=1),
]


@pytest.mark.parametrize("spec", PACKED_METHODS, ids=lambda spec: spec.method)
@pytest.mark.parametrize("layout", [Speed(True, 60), Speed(True, 1000, recompute=("mlp", "all"))])
def test_packing_changes_no_gradient_of_the_methods_that_are_packed(base, spec, layout):
    check_same(base, layout, spec)


def test_blocks_of_plain_text_are_packed_with_the_same_loss_and_gradients(base, tmp_path):
    texts = [{"text": "the quick brown fox " * n} for n in (2, 9, 5)]
    rows = plain.split(write_lines(tmp_path / "t.jsonl", texts), "train", base, 48, lambda: None).examples
    assert len(rows) > 4 and len(rows[-1].ids) < 48
    check_same(base, Speed(True, 100), rows=rows)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "qlora"])
def test_what_is_packed_follows_from_the_method(base, method):
    spec = Spec(method=method, num_virtual_tokens=4, per_device_train_batch_size=4)
    rows, held = examples(), methods.room(base, spec)
    made = Plan.of(spec, len(rows), 1e-3)
    with methods.training(held, "tiny", spec) as model:
        held = as_trained(held)
        course = Course(model.get_base_model(), held, spec, made, rows, 0)
        (kind,) = {type(batch) for batch in course.next()}
        course.close()
    assert kind is (Batch if method in (*SOFT, "full") else Pack)


@pytest.mark.parametrize("method", [*SOFT, "full"])
def test_recomputing_and_cutting_padded_batches_changes_no_gradient(base, method):
    spec = Spec(method=method, num_virtual_tokens=4, encoder_hidden_size=16)
    held, rows = base, examples()
    if method == "full":
        held = replace(base, fused_head=False)
    deepest = "mlp" if method == "prefix" else "all"
    loss, found = slopes(held, UNPACKED, spec, rows)
    smaller = Speed(False, 240, recompute=("", ""), deepest=deepest).smaller()
    assert smaller.recompute == (deepest,) * 2 and smaller.room == 120
    again_loss, again = slopes(held, smaller, spec, rows)
    assert again_loss == pytest.approx(loss, rel=1e-5)
    for name, slope in found.items():
        torch.testing.assert_close(again[name], slope, rtol=2e-3, atol=2e-6)


def test_a_padded_batch_is_cut_to_the_tokens_that_there_is_room_for(base):
    rows = examples()
    members = [[3, 5, 1, 7], [0, 6]]
    for room, sizes in ((204, [4, 2]), (102, [2, 2, 2]), (50, [1, 1, 1, 1, 2]), (1, [1] * 6)):
        group = speed.packs_of(rows, members, base, Speed(False, room))
        assert [len(b.ids) for b in group] == sizes
        assert sum(b.tokens for b in group) == sum(LENGTHS[i] for part in members for i in part)


def test_compiled_layers_have_the_loss_and_gradients_of_plain_ones(base):
    check_same(base, Speed(True, 128, length=128, compiled=True, rows=16, recompute=("mlp", "")))


def test_the_layers_without_merging_have_the_same_gradients(base, monkeypatch):
    monkeypatch.setattr(speed, "SMALL_MODEL", 0)
    check_same(base, Speed(True, 1000))


def test_a_layout_leaves_the_model_as_it_was(base):
    def state():
        return [(n, type(m), sorted(vars(m))) for n, m in base.model.named_modules()]

    before, kind = state(), base.model.config._attn_implementation
    slopes(base, Speed(True, 128, length=128, rows=16, recompute=("mlp", "all")), LORA, examples())
    assert state() == before and base.model.config._attn_implementation == kind == "sdpa"


@pytest.mark.parametrize("window", [None, 4])
def test_packed_attention_is_masked_attention(window):
    torch.manual_seed(1)
    sizes = [5, 11, 3]
    q, k, v = (torch.randn(1, heads, sum(sizes), 8) for heads in (4, 2, 2))
    out, _ = attention.packed_attention(
        None, q, k, v, None, sliding_window=window, pack_sizes=torch.tensor(sizes)
    )
    example = torch.repeat_interleave(torch.arange(3), torch.tensor(sizes))
    at = torch.arange(sum(sizes))
    back = at[:, None] - at[None]
    mask = (example[:, None] == example[None]) & (back >= 0) & (back < (window or 99))
    whole = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
    torch.testing.assert_close(out, whole.transpose(1, 2))


def test_attention_that_it_does_not_compute_is_refused():
    q = torch.randn(1, 2, 4, 8)
    with pytest.raises(ValueError, match="soft cap"):
        attention.packed_attention(None, q, q, q, None, softcap=30.0, pack_sizes=torch.tensor([4]))


def test_answers_with_grouped_attention_are_the_same(base):
    prompts = [base.tokenizer("x" * n + "tell me")["input_ids"] for n in (3, 30, 11)]
    plain = greedy(base.model, base, prompts, 20)
    with packable.attention_set(base.model, attention.GROUPED):
        grouped = greedy(base.model, base, prompts, 20)
    for a, b in zip(plain, grouped, strict=True):
        assert a.tokens == b.tokens
        assert b.margins == pytest.approx(a.margins, abs=1e-3)


def test_a_model_that_mixes_packed_examples_gets_padded_batches(base):
    torch.manual_seed(0)
    config = BloomConfig(vocab_size=272, hidden_size=32, n_layer=2, n_head=2)
    other = replace(base, model=BloomForCausalLM(config).requires_grad_(False).eval())
    assert not packable.packs(other) and packable.packs(base)
    rows = examples()
    with methods.training(other, "bloom", Spec()) as model:
        made = Plan.of(Spec(per_device_train_batch_size=4), len(rows), 1e-3)
        course = Course(model.get_base_model(), other, Spec(per_device_train_batch_size=4), made, rows, 0)
        group = course.next()
        course.close()
    assert [type(b) for b in group] == [Batch]
    assert mean_loss(other.model, other, rows, 2, lambda: None)[0] == pytest.approx(
        mean_loss(other.model, other, rows, 8, lambda: None)[0], rel=1e-4
    )


@pytest.mark.parametrize("dropped", [0.0, 0.1])
def test_a_model_that_drops_attention_in_training_gets_padded_batches(base, dropped):
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=272, n_embd=32, n_layer=2, n_head=2, attn_pdrop=dropped)
    other = replace(base, model=GPT2LMHeadModel(config).requires_grad_(False).eval())
    state = torch.get_rng_state()
    assert packable.packs(other) == (not dropped)
    assert torch.equal(torch.get_rng_state(), state), "a trial must not move the chances of a training"


def test_even_batches_take_every_example_once_and_are_even():
    lengths = [random.Random(n).randrange(10, 2000) for n in range(5003)]
    epochs = [even_batches(lengths, 16, 42, epoch) for epoch in (0, 0, 1)]
    assert epochs[0] == epochs[1] != epochs[2]
    for cut in epochs:
        assert len(cut) == -(-5003 // 16) and {len(b) for b in cut} <= {15, 16}
        assert sorted(i for b in cut for i in b) == list(range(5003))
        loads = [sum(lengths[i] for i in b) for b in cut if len(b) == 16]
        assert max(loads) < 1.15 * min(loads)
    together = [{frozenset(b) for b in cut} for cut in (epochs[0], epochs[2])]
    assert not together[0] & together[1], "each epoch mixes its batches anew"


def test_packs_hold_every_member_once_within_their_room():
    lengths = [random.Random(n).randrange(1, 900) for n in range(300)]
    members = list(range(0, 300, 2))
    packs = into_packs(lengths, members, 1000)
    assert sorted(i for p in packs for i in p) == members
    assert max(sum(lengths[i] for i in p) for p in packs) <= 1000
    assert len(packs) <= 1.1 * sum(lengths[i] for i in members) / 1000 + 1
    assert into_packs([5, 5000, 5], [0, 1, 2], 100) == [[1], [0, 2]] or [1] in into_packs(
        [5, 5000, 5], [0, 1, 2], 100
    )
    assert pack_length(lengths, [members], 1000) % 128 == 0


def test_a_first_token_with_a_loss_weight_has_none():
    one = Example(1, np.arange(4, dtype=np.int32), np.ones(4, np.float32), [], [], "", False)
    made = pack([one, one], 0, 16, 8, False)
    assert made.answers == 6 and made.weight == 6 and made.tokens == 8
    assert made.labels[:6].tolist() == [1, 2, 3, 1, 2, 3] and made.index[:6].tolist() == [0, 1, 2, 4, 5, 6]
    assert made.weights.tolist() == [1] * 6 + [0] * 2 and made.starts[:4].tolist() == [0, 4, 8, 16]
    assert made.positions[0].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, *range(8)]


def test_the_slope_for_the_compiler_is_the_slope_in_place():
    torch.manual_seed(2)
    logits, labels, weights = torch.randn(12, 30) * 4, torch.randint(30, (12,)), torch.rand(12)
    weights[::3] = 0
    for one, other in zip(
        _slope(logits, labels, weights), _slope_in_place(logits.clone(), labels, weights), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_float8_rows_come_back_within_their_precision():
    rows = torch.randn(64, 256) * torch.logspace(-3, 3, 64)[:, None]
    quantised, scale = quantise(rows)
    apart = (quantised.float() * scale - rows).norm(dim=1) / rows.norm(dim=1)
    assert apart.max() < 0.04 and quantised.dtype == torch.float8_e4m3fn
    assert torch.isfinite(quantise(torch.zeros(2, 16))[0].float()).all()


def test_float8_without_such_a_gpu_is_refused(job_line, base):
    if torch.cuda.is_available():
        pytest.skip("this machine may compute in float8")
    last = run_job(job_line(frozen_precision="fp8"), base)[-1]
    assert (last["event"], last["code"], last["field"]) == ("failed", "no_float8", "spec.frozen_precision")


def test_data_made_ahead_on_a_thread_is_the_same_and_ends(base):
    rows, layout = examples(), Speed(True, 100)

    def make(step: int):
        if step == 4:
            raise RuntimeError("step 4")
        return speed.packs_of(rows, [[step, step + 1]], base, layout)

    device = torch.device("cpu")
    here, ahead = (Feed(make, 1, 9, device, on) for on in (False, True))
    for _ in range(3):
        for a, b in zip(here.next(), ahead.next(), strict=True):
            assert torch.equal(a.ids, b.ids) and torch.equal(a.labels, b.labels)
    with pytest.raises(RuntimeError, match="step 4"):
        ahead.next()
    ahead.close()


def test_steps_in_flight_land_in_order_and_all_at_once_when_asked():
    landed = []
    flight = Flight(2, lambda step, took: landed.append((step.step, took > 0)))
    for step in range(5):
        flight.add(Step.of(step, 0.1, 0, torch.ones(3, dtype=torch.float64), torch.zeros(())))
        assert len(flight) == min(2, step), "the first is told of at once"
    assert landed == [(0, True), (1, True), (2, True)]
    flight.land()
    assert [step for step, _ in landed] == [0, 1, 2, 3, 4] and not len(flight)


@pytest.mark.parametrize("beside", [False, True])
def test_checkpoints_are_told_in_order_once_they_are_complete(beside):
    told, held = [], threading.Event()

    def write(made: Checkpoint):
        assert not beside or held.wait(60)
        return f"folder-{made.state.step}", {}

    saver = Saver(write, told.append, beside)
    saver.save(Checkpoint(State(step=1), {}, {}, {}, {}), True)
    saver.poll()
    assert len(told) == (0 if beside else 1), "one that is being written is not told of"
    held.set()
    saver.save(Checkpoint(State(step=2, loss=0.5), {}, {}, {}, {}), False)
    assert told[0].folder == "folder-1" and told[0].best
    saver.wait()
    assert [(s.step, s.folder, s.best) for s in told] == [(1, "folder-1", True), (2, "folder-2", False)]
    assert saver.last == told[1] and told[1].loss == 0.5
    saver.close()


def test_a_checkpoint_that_cannot_be_written_beside_the_training_fails_it():
    def write(made: Checkpoint):
        raise OSError(28, "No space left on device")

    saver = Saver(write, lambda saved: None, True)
    saver.save(Checkpoint(State(step=1), {}, {}, {}, {}), True)
    with pytest.raises(OSError, match="No space"):
        saver.wait()
    saver.close()


class OutOfMemory:
    """Lets the model run out of memory at its n-th and, where `again`, every later pack that has over `most` tokens."""

    def __init__(self, base, at: int, most: int):
        self.left, self.most = at, most
        self.handle = base.model.model.layers[1].register_forward_pre_hook(self, with_kwargs=True)

    def __call__(self, module, args, kwargs):
        if module.training:
            self.left -= 1
            if self.left < 0 and args[0].shape[0] * args[0].shape[1] > self.most:
                raise torch.OutOfMemoryError("CUDA out of memory")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.handle.remove()


@pytest.mark.parametrize("threads", [1, 2])
def test_out_of_memory_is_answered_once_by_smaller_packs_with_the_same_losses(
    threads, job_line, base, monkeypatch, use_threads
):
    use_threads(threads)
    monkeypatch.setitem(speed.ROOM, "cpu", (600,))
    whole = run_job(job_line(name="whole"), base)
    job = job_line()
    with OutOfMemory(base, 2, 300):
        seen = run_job(job, base)
    (notice,) = named(seen, "notice")
    assert notice["code"] == "smaller_batches" and "at most 300 tokens" in notice["reason"]
    assert seen[-1]["event"] == "adapter"
    losses = [
        [e["loss"] for e in named(events, "progress") if e["stage"] == "training" and e["learning_rate"]]
        for events in (whole, seen)
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


def test_out_of_memory_cuts_padded_batches_with_the_same_losses(job_line, base):
    spec = {"method": "prefix", "num_virtual_tokens": 4, "validation": False}
    whole = run_job(job_line(name="whole", **spec), base)
    with OutOfMemory(base, 2, 500):
        seen = run_job(job_line(**spec), base)
    (notice,) = named(seen, "notice")
    assert notice["code"] == "smaller_batches" and seen[-1]["event"] == "adapter"
    losses = [
        [e["loss"] for e in named(events, "progress") if e["stage"] == "training" and e["learning_rate"]]
        for events in (whole, seen)
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


def test_out_of_memory_again_fails_the_job(job_line, base):
    job = job_line()
    with OutOfMemory(base, 2, 0):
        seen = run_job(job, base)
    assert (seen[-1]["event"], seen[-1]["code"]) == ("failed", "out_of_memory")
    assert (
        len(named(seen, "notice"))
        == 1
        == len([e for e in read_events(job["events"]) if e["event"] == "failed"])
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_a_job_whose_steps_need_several_packs_resumes_to_the_same_bytes(
    threads, job_line, base, monkeypatch, use_threads
):
    use_threads(threads)
    monkeypatch.setitem(speed.ROOM, "cpu", (300,))
    whole = run_job(job_line(save_steps=1), base)
    for attempt, point in enumerate(named(whole, "checkpoint")[1:3], 2):
        seen = run_job(job_line(attempt=attempt, save_steps=1, resume=point["folder"]), base)
        assert seen[0]["resumed_from_step"] == point["step"]
        assert weights_hash(seen[-1]) == weights_hash(whole[-1])


def test_a_checkpoint_made_with_another_order_of_data_is_not_gone_on_from(job_line, base, monkeypatch):
    monkeypatch.setattr(prepare.batch, "ORDER", 1)
    point = named(run_job(job_line(), base), "checkpoint")[-1]
    monkeypatch.undo()
    seen = run_job(job_line(attempt=2, resume=point["folder"]), base)
    assert seen[0]["resumed_from_step"] == 0
    (notice,) = named(seen, "notice")
    assert notice["code"] == "checkpoint_refused"
    assert "order" in notice["reason"] and "starts over" in notice["reason"]
    assert seen[-1]["event"] == "adapter"


def test_a_resumed_job_keeps_the_batch_that_was_fitted_to_another_machine(job_line, base, monkeypatch):
    spec = {"per_device_train_batch_size": None, "save_steps": 1}
    monkeypatch.setattr(plan, "batch_size", lambda spec, *about: spec.per_device_train_batch_size or 5)
    whole = run_job(job_line(**spec), base)
    monkeypatch.setattr(plan, "batch_size", lambda spec, *about: spec.per_device_train_batch_size or 2)
    assert whole[0]["steps"] == 6
    for attempt, point in enumerate(named(whole, "checkpoint")[:2], 2):
        seen = run_job(job_line(attempt=attempt, resume=point["folder"], **spec), base)
        assert (seen[0]["steps"], seen[0]["resumed_from_step"]) == (6, point["step"])
        assert weights_hash(seen[-1]) == weights_hash(whole[-1])


@pytest.mark.parametrize(
    ("method", "packed"), [("lora", True), ("freeze", True), ("prompt", False), ("full", False)]
)
def test_a_batch_is_fitted_to_packs_only_where_the_training_is_packed(
    method, packed, job_line, base, monkeypatch
):
    asked = []
    monkeypatch.setattr(
        speed, "fit", lambda base, lengths, spec, trained: asked.append(packable.packs(base)) or 0
    )
    assert run_job(job_line(method=method, test=False), base)[-1]["event"] == "adapter"
    assert asked == [packed]
