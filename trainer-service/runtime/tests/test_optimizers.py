"""Each optimizer does what its paper says, and goes on from its packed state as if it had never stopped."""

from __future__ import annotations

import copy

import pytest
import torch
from running import named, run_job, weights_hash
from torch import nn

from tune import optimizers
from tune.badam import BAdam
from tune.failure import Failure
from tune.galore import GaLore, leading, projected
from tune.masters import Masters
from tune.spec import Spec

RUNS = {
    "galore": {"method": "full", "use_galore": True, "galore_rank": 4, "galore_update_interval": 2},
    "badam": {"method": "full", "use_badam": True, "badam_switch_interval": 2},
    "badam-random": {
        "method": "full",
        "use_badam": True,
        "badam_switch_interval": 1,
        "badam_switch_mode": "random",
    },
    "badam-freeze": {"method": "freeze", "use_badam": True, "badam_switch_mode": "descending"},
}


class Small(nn.Module):
    """Two layers and something outside them."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.ModuleList([nn.Linear(6, 6), nn.Linear(6, 6)])
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.head(x)


def weights_of(model: nn.Module) -> dict[str, nn.Parameter]:
    return dict(model.named_parameters())


def steps(model: nn.Module, optimizer, numbers: range) -> None:
    for number in numbers:
        optimizers.prepare(optimizer, 0.01, number)
        x = torch.randn(4, 6, generator=torch.Generator().manual_seed(number)).to(
            next(model.parameters()).dtype
        )
        model(x).float().square().mean().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def make(spec: Spec, model: nn.Module):
    return optimizers.make(spec, model, weights_of(model), 0.01)


@pytest.mark.parametrize(
    "spec",
    [
        Spec(weight_decay=0.1),
        Spec(method="full", use_galore=True, galore_rank=2, galore_update_interval=2),
        Spec(method="full", use_badam=True, badam_switch_interval=2),
    ],
)
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_packed_state_goes_on_as_if_nothing_had_happened(spec, at):
    whole = Small()
    steps(whole, make(spec, whole), range(6))
    first = Small()
    optimizer = make(spec, first)
    steps(first, optimizer, range(at))
    packed = optimizers.pack(optimizer, weights_of(first))
    second = copy.deepcopy(first)
    again = make(spec, second)
    optimizers.unpack(again, weights_of(second), packed)
    steps(second, again, range(at, 6))
    for name, weight in weights_of(whole).items():
        assert torch.equal(weights_of(second)[name], weight), name


def test_galore_of_full_rank_is_adamw_seen_from_rotated_axes_and_plain_elsewhere():
    spec = Spec(method="full", use_galore=True, galore_rank=2, weight_decay=0.1)
    model, plain = Small(), Small()
    steps(model, make(spec, model), range(1))
    steps(plain, torch_adamw(plain), range(1))
    for name in ("head.weight", "head.bias", "layers.0.bias"):
        torch.testing.assert_close(weights_of(model)[name], weights_of(plain)[name])
    changed = weights_of(model)["layers.0.weight"] - Small().layers[0].weight * (1 - 0.01 * 0.1)
    assert torch.linalg.matrix_rank(changed, atol=1e-6) == 2


def torch_adamw(model: nn.Module):
    groups = [{"params": list(model.parameters()), "rate_factor": 1.0}]
    return torch.optim.AdamW(groups, lr=0.01, weight_decay=0.1)


@pytest.mark.parametrize("kind", ["std", "reverse_std", "right", "left"])
@pytest.mark.parametrize("shape", [(5, 9), (9, 5)])
def test_galore_keeps_moments_in_the_low_rank_picture(kind, shape):
    model = nn.Module()
    model.layers = nn.ModuleList([nn.Linear(shape[1], shape[0], bias=False)])
    weights = weights_of(model)
    spec = Spec(method="full", use_galore=True, galore_rank=2, galore_proj_type=kind)
    optimizer = GaLore(weights, projected(spec, model, weights), spec, 0.01)
    (weight,) = weights.values()
    weight.grad = torch.randn(shape)
    optimizer.step()
    right = {"std": shape[0] >= shape[1], "reverse_std": shape[0] < shape[1], "right": True, "left": False}
    state = optimizer.state[weight]
    assert tuple(state["exp_avg"].shape) == ((shape[0], 2) if right[kind] else (2, shape[1]))
    torch.testing.assert_close(state["basis"].T @ state["basis"], torch.eye(2))


def test_galore_takes_only_modules_that_are_trained():
    model = Small()
    weights = weights_of(model)
    assert projected(Spec(), model, weights) == {"layers.0.weight", "layers.1.weight"}
    assert projected(Spec(galore_target="1"), model, weights) == {"layers.1.weight"}
    with pytest.raises(Failure, match='No trained linear module is named "gone"') as caught:
        projected(Spec(galore_target="1,gone"), model, weights)
    assert caught.value.field == "spec.galore_target"


@pytest.mark.parametrize(
    ("mode", "turns"), [("ascending", [0, 0, 1, 1, 0, 0]), ("descending", [1, 1, 0, 0, 1, 1])]
)
def test_badam_trains_one_layer_at_a_time(mode, turns):
    model = Small()
    spec = Spec(method="full", use_badam=True, badam_switch_interval=2, badam_switch_mode=mode)
    optimizer = make(spec, model)
    assert isinstance(optimizer, BAdam)
    for number, turn in enumerate(turns):
        before = {n: w.detach().clone() for n, w in weights_of(model).items()}
        steps(model, optimizer, range(number, number + 1))
        moved = {n.rsplit(".", 1)[0] for n, w in weights_of(model).items() if not torch.equal(w, before[n])}
        assert moved == {f"layers.{turn}"}
        assert len(optimizer.state) == 2, "only the active block has moments"


def test_a_random_order_of_blocks_visits_each_once_a_cycle():
    spec = Spec(method="full", use_badam=True, badam_switch_interval=1, badam_switch_mode="random")
    optimizer = make(spec, Small())
    turns = [optimizer.active(n) for n in range(20)]
    assert all(sorted(turns[n : n + 2]) == [0, 1] for n in range(0, 20, 2))
    assert len({tuple(turns[n : n + 2]) for n in range(0, 20, 2)}) == 2


def test_weights_in_16_bits_add_up_steps_too_small_to_show():
    model = Small().to(torch.bfloat16)
    optimizer = make(Spec(method="full"), model)
    assert isinstance(optimizer, Masters)
    start = model.head.weight.detach().clone()
    for number in range(40):
        optimizers.prepare(optimizer, 1e-5, number)
        model.head.weight.grad = torch.ones_like(model.head.weight)
        optimizer.step()
    master = optimizer.state[model.head.weight]["master"]
    torch.testing.assert_close(master, start.float() - 40e-5, rtol=0, atol=1e-6)
    assert torch.equal(model.head.weight, master.to(torch.bfloat16))


def test_masters_step_as_torchs_adamw_does():
    model, plain = Small(), Small()
    ours = Masters([{"params": list(model.parameters()), "rate_factor": 1.0}], 0.01, 0.1)
    steps(model, ours, range(4))
    steps(plain, torch_adamw(plain), range(4))
    for name, weight in weights_of(plain).items():
        torch.testing.assert_close(weights_of(model)[name], weight)


def test_lora_plus_gives_the_b_matrices_their_own_rate():
    weights = {
        "x.lora_A.default.weight": nn.Parameter(torch.ones(2, 2)),
        "x.lora_B.default.weight": nn.Parameter(torch.ones(2, 2)),
    }
    optimizer = optimizers.make(Spec(loraplus_lr_ratio=16), Small(), weights, 0.01)
    optimizers.prepare(optimizer, 0.001, 3)
    assert [(len(g["params"]), g["lr"]) for g in optimizer.param_groups] == [(1, 0.001), (1, 0.016)]
    assert optimizer.param_groups[1]["params"][0] is weights["x.lora_B.default.weight"]


@pytest.mark.parametrize("name", RUNS)
def test_a_job_learns_with_it_and_resumes_in_the_same_bytes(name, job_line, base):
    whole = run_job(job_line(name="whole", save_steps=1, learning_rate=0.01, **RUNS[name]), base)
    assert whole[-1]["event"] == "adapter", whole[-1]
    untuned, tuned = (e["metrics"] for e in named(whole, "evaluated"))
    assert tuned["loss"] < untuned["loss"]
    point = named(whole, "checkpoint")[2]
    again = job_line(
        name="whole", attempt=2, resume=point["folder"], save_steps=1, learning_rate=0.01, **RUNS[name]
    )
    seen = run_job(again, base)
    assert seen[0]["resumed_from_step"] == point["step"] == 3
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])


def test_a_head_in_16_bits_beside_float32_adapters_learns_by_steps_that_16_bits_would_lose():
    model = Small()
    model.head.bfloat16()
    model.layers.requires_grad_(True)
    before = {name: weight.detach().clone() for name, weight in weights_of(model).items()}
    optimizer = optimizers.make(Spec(), model, weights_of(model), 1e-4)
    for _ in range(100):
        for weight in model.parameters():
            weight.grad = torch.ones_like(weight)
        optimizer.step()
    for name, weight in weights_of(model).items():
        moved = (before[name] - weight.detach()).float().mean()
        assert float(moved) == pytest.approx(0.01, rel=0.1), name


@pytest.mark.parametrize("turned", [False, True])
def test_the_singular_vectors_of_a_large_matrix_are_the_leading_ones(turned):
    dice = torch.Generator().manual_seed(3)
    left, right = (torch.linalg.qr(torch.randn(n, 40, generator=dice)).Q for n in (300, 220))
    matrix = left * torch.linspace(9, 1, 40) @ right.T + 0.01 * torch.randn(300, 220, generator=dice)
    matrix = matrix.T.contiguous() if turned else matrix
    basis = leading(matrix, 8)
    exact = torch.linalg.svd(matrix, full_matrices=False).Vh[:8].T
    assert torch.equal(basis, leading(matrix, 8)), "the same gradient gives the same picture"
    torch.testing.assert_close(basis.T @ basis, torch.eye(8), atol=1e-5, rtol=0)
    assert torch.linalg.svdvals(exact.T @ basis).min() > 0.999
