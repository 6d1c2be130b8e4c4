"""The loss at assistant tokens equals the plain one, however it is computed or cut."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from tune import loss as losses
from tune.batch import Batch, collate
from tune.checkpoint import State
from tune.data import Example
from tune.job import Spec
from tune.loss import HeadLoss, answer_loss
from tune.objective import gradients
from tune.plan import Plan, batch_size, epochs
from tune.rates import default_rate


@pytest.mark.parametrize("chunk", [1, 100, 1 << 20])
def test_the_fused_head_loss_and_its_gradient_are_cross_entropys(monkeypatch, chunk):
    monkeypatch.setattr(losses, "CHUNK", chunk)
    torch.manual_seed(0)
    hidden, head = torch.randn(11, 8, requires_grad=True), torch.randn(20, 8)
    labels, weights = torch.randint(20, (11,)), torch.rand(11)
    total, correct = HeadLoss.apply(hidden, head, labels, weights)
    (total * 3).backward()
    ours, hidden.grad = hidden.grad, None
    plain = (functional.cross_entropy(hidden @ head.T, labels, reduction="none") * weights).sum()
    (plain * 3).backward()
    torch.testing.assert_close(total, plain)
    torch.testing.assert_close(ours, hidden.grad)
    assert int(correct) == int(((hidden @ head.T).argmax(-1) == labels).sum())


def test_huge_logits_keep_the_loss_finite():
    hidden = torch.tensor([[1e4, -1e4]], requires_grad=True)
    total, _ = HeadLoss.apply(hidden, torch.eye(2), torch.tensor([1]), torch.ones(1))
    total.backward()
    assert total.item() == pytest.approx(2e4) and torch.isfinite(hidden.grad).all()


def examples(base) -> list[Example]:
    made = []
    for n in (20, 33, 7, 51):
        ids = torch.randint(256, (n,), generator=torch.Generator().manual_seed(n)).int().numpy()
        weights = (torch.arange(n) > n // 2).float().numpy()
        made.append(Example(1, ids, weights, [], [], "", False))
    return made


def test_padding_changes_nothing_and_both_heads_agree(base):
    rows = examples(base)
    alone = sum(
        answer_loss(base.model, collate([e], base.pad_id, base.place.device), True).total.item() for e in rows
    )
    batch = collate(rows, base.pad_id, base.place.device)
    for fused in (True, False):
        together = answer_loss(base.model, batch, fused)
        assert together.total.item() == pytest.approx(alone, rel=1e-5)
        assert together.tokens == together.weight == sum(e.answer_tokens for e in rows)


def test_accumulated_batches_give_the_gradient_of_one_large_batch(base):
    rows = examples(base)
    weight = base.model.model.layers[0].mlp.up_proj.weight
    found = []
    for cut in ([rows], [rows[:1], rows[1:]]):
        weight.requires_grad_(True)
        group: list[Batch] = [collate(part, base.pad_id, base.place.device) for part in cut]
        whole = sum(part.weight for part in group)
        loss = gradients(base.model, base, group, whole, lambda: None)[0].item()
        found.append((loss, weight.grad))
        weight.grad = None
        weight.requires_grad_(False)
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-5)
    torch.testing.assert_close(found[0][1], found[1][1], rtol=1e-4, atol=1e-6)


def test_the_learning_rate_warms_up_and_falls_to_zero():
    plan = Plan.of(Spec(num_train_epochs=10, warmup_ratio=0.1, per_device_train_batch_size=1), 10, 1.0)
    assert (plan.steps, plan.warmup_steps, plan.eval_steps) == (100, 10, 12)
    assert plan.rate(0) == pytest.approx(0.1) and plan.rate(9) == plan.rate(10) == 1.0
    assert plan.rate(55) == pytest.approx(0.5) and 0 < plan.rate(99) < 0.001
    linear = Plan.of(Spec(lr_scheduler_type="linear", warmup_ratio=0.0, num_train_epochs=1), 100, 2.0)
    assert linear.rate(50) == pytest.approx(1.0)
    constant = Plan.of(Spec(lr_scheduler_type="constant", warmup_ratio=0.0), 400, 2.0)
    assert constant.rate(299) == 2.0


def test_steps_cover_fractions_of_an_epoch():
    four = {"per_device_train_batch_size": 4}
    assert Plan.of(Spec(num_train_epochs=0.5, **four), 85, 1.0).steps == 11
    assert Plan.of(Spec(num_train_epochs=3, gradient_accumulation_steps=4, **four), 85, 1.0).steps == 18


def test_steps_can_be_counted_in_place_of_epochs():
    plan = Plan.of(Spec(max_steps=30, warmup_steps=3, per_device_train_batch_size=4), 80, 2.0)
    assert (plan.steps, plan.epochs, plan.warmup_steps) == (30, 1.5, 3)
    assert [plan.rate(step) for step in (0, 2)] == [pytest.approx(2 / 3), 2.0]
    none = Plan.of(Spec(max_steps=2, warmup_steps=0), 80, 2.0)
    assert none.rate(0) == 2.0 and none.steps == 2
    assert Plan.of(Spec(max_steps=2, warmup_steps=9), 80, 2.0).warmup_steps == 2


@pytest.mark.parametrize(
    ("steps", "every", "step", "validations", "left"),
    [
        (40, 10, 10, 1, 30 + 4 * 5),
        (40, 10, 10, 2, 30 + 3 * 5),
        (41, 10, 41, 5, 5),
        (41, 10, 41, 6, 0),
        (40, 50, 8, 0, 32),
    ],
)
def test_the_time_that_is_left_has_the_validations_in_it(steps, every, step, validations, left):
    plan = Plan.of(Spec(max_steps=steps, eval_steps=every), 80, 1.0)
    state = State(step, seconds=step, validation_seconds=5 * validations)
    state.validation_losses = [[0, 1.0]] * validations
    assert plan.seconds_left(state) == left
    assert plan.seconds_left(State()) is None


@pytest.mark.parametrize(
    ("examples", "batch", "steps"),
    [(1, 1, 1), (80, 1, 80), (399, 1, 399), (400, 2, 200), (10**6, 4, 250_000)],
)
def test_a_small_dataset_gets_small_batches(examples, batch, steps):
    plan = Plan.of(Spec(num_train_epochs=1), examples, 1.0)
    assert (plan.batch_size, plan.steps) == (batch, steps)
    assert Plan.of(Spec(per_device_train_batch_size=7), examples, 1.0).batch_size == 7
    assert State().step == 0


@pytest.mark.parametrize(
    ("examples", "times"), [(1, 10), (30, 10), (60, 5), (99, 4), (100, 3), (9999, 3), (10_000, 2), (10**5, 1)]
)
def test_a_small_dataset_is_gone_through_more_often(examples, times):
    assert epochs(Spec(), examples) == times
    assert epochs(Spec(num_train_epochs=0.5), examples) == 0.5


def test_long_examples_make_small_batches():
    assert [batch_size(Spec(), 5000, longest) for longest in (100, 4096, 8000, 30_000)] == [4, 4, 2, 1]


def test_packs_have_no_padding_and_so_as_many_examples_as_fill_them():
    assert [batch_size(Spec(), 5000, longest, 23) for longest in (100, 30_000)] == [23, 23]
    assert batch_size(Spec(), 5000, 4096, 1) == 4, "never fewer than padded"
    assert batch_size(Spec(), 1000, 100, 23) == 5, "a small dataset needs its steps"
    assert batch_size(Spec(per_device_train_batch_size=7), 5000, 100, 23) == 7
    assert Plan.of(Spec(), 5000, 1.0, 100, 23).batch_size == 23


def test_the_default_rate_follows_method_and_width():
    assert default_rate("lora", 2000) == default_rate("adapter", 2000) == 5e-4
    assert default_rate("full", 2000) == default_rate("freeze", 2000) == pytest.approx(5e-5)
    assert default_rate("qlora", 8) == 5e-3
    assert [default_rate(m, 2000) for m in ("prefix", "p_tuning", "prompt")] == [1e-2, 1e-2, 3e-2]
