"""Base and tuned model answering in one pass, the fused steps that they do it by, and probes that were answered already."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from running import named, run_job, snapshot, weights_hash
from test_halves import HALVED, WHOLE, other
from test_run import StopAt
from torch.nn.functional import cross_entropy

from tune import decode, fused, generate, methods
from tune.data import Example
from tune.generate import Answer, Side, greedy, unpadded
from tune.objective import mean_loss
from tune.spec import Spec

DICE = random.Random(5)
PROMPTS = [[DICE.randrange(256) for _ in range(DICE.randrange(2, 60))] for _ in range(11)]


def referred(prompt: list[int]) -> Example:
    """The prompt with a reference, which may be longer than any answer."""
    reference = [DICE.randrange(256) for _ in range(DICE.randrange(1, 80))]
    weights = [0.0] * len(prompt) + [DICE.choice([0.5, 1.0]) for _ in reference]
    ids = np.array(prompt + reference, np.int32)
    return Example(1, ids, np.array(weights, np.float32), prompt, [], "", False)


ASKED = [referred(prompt) for prompt in PROMPTS]


@pytest.fixture
def flat(monkeypatch):
    """The road of a GPU, on the CPU."""
    monkeypatch.setattr(generate, "FLAT", ("cpu",))


@contextmanager
def adapted(base, **spec):
    """The base with an adapter that changes its answers."""
    with methods.training(base, "tiny", Spec(lora_rank=4, **spec)) as model:
        torch.manual_seed(1)
        with torch.no_grad():
            for name, weight in model.named_parameters():
                if "lora_B" in name:
                    weight.normal_(std=0.3)
        yield model.eval()


def same(side: Side, model, base) -> None:
    """The answers and the loss are those of each example alone."""
    loss, tokens, _ = mean_loss(model, base, ASKED, 1, lambda: None)
    assert (side.loss, side.tokens) == (pytest.approx(loss, abs=1e-5), tokens)
    for prompt, answer in zip(PROMPTS, side.answers, strict=True):
        equal(answer, greedy(model, base, [prompt], 24)[0])


def equal(ours: Answer, wanted: Answer) -> None:
    assert (ours.tokens, ours.stopped) == (wanted.tokens, wanted.stopped)
    assert ours.margins == pytest.approx(wanted.margins, abs=1e-3)


@pytest.mark.parametrize(
    ("target", "rows", "steps"),
    [("all", 6, "fused"), ("q_proj,down_proj", 512, "its own"), ("lm_head,q_proj", 4, "fused")],
)
def test_base_and_tuned_answer_together_as_each_does_alone(base, flat, monkeypatch, target, rows, steps):
    monkeypatch.setitem(generate.ROWS, "cuda", rows)
    if steps != "fused":
        monkeypatch.setattr(fused, "of", lambda base: None)
    hidden, taken = fused.Fused.hidden, []
    monkeypatch.setattr(fused.Fused, "hidden", lambda *given: taken.append(1) or hidden(*given))
    with adapted(base, lora_target=target) as model:
        assert generate.beside(model, base)
        told = []
        (first, then), whole = generate.both(model, base, ASKED, 24, told.append, lambda rows: None)
        assert bool(taken) == (steps == "fused")
        assert told == sorted(told) and told[-1] == len(PROMPTS)
        assert whole
        same(then, model, base)
        with model.disable_adapter():
            same(first, model, base)
        assert [a.tokens for a in first.answers] != [a.tokens for a in then.answers]


def test_examples_whose_loss_is_not_that_of_this_pass_are_read_without_it(base, flat):
    examples = [replace(ASKED[0], prompt=[1, 2, 3]), *ASKED[1:]]
    with adapted(base) as model:
        sides, whole = generate.both(model, base, examples, 8, lambda done: None, lambda rows: None)
        assert not whole and all(side.tokens == 0 for side in sides)
        for example, answer in zip(examples, sides[1].answers, strict=True):
            equal(answer, greedy(model, base, [example.prompt], 8)[0])


def test_the_loss_of_examples_whose_output_layer_has_an_adapter_is_that_of_its_logits(base):
    with adapted(base, lora_target="lm_head") as model:
        total = weight = 0.0
        for example in ASKED:
            ids, weights = torch.tensor(example.ids)[None].long(), torch.tensor(example.weights)[1:]
            with torch.no_grad():
                logits = model(input_ids=ids).logits[0, :-1]
            total += float((cross_entropy(logits, ids[0, 1:], reduction="none") * weights).sum())
            weight += float(weights.sum())
        assert mean_loss(model, base, ASKED, 1, lambda: None)[0] == pytest.approx(total / weight, abs=1e-5)


def test_what_runs_out_of_memory_together_is_done_again_with_half_the_rows(base, flat, monkeypatch):
    whole, rows, said = decode.answers, [], []

    def small(base, prompts, limits, room, most, *more):
        rows.append(most)
        if len(rows) == 1:
            raise torch.OutOfMemoryError("out of memory")
        return whole(base, prompts, limits, room, most, *more)

    monkeypatch.setattr(decode, "answers", small)
    with adapted(base) as model:
        (_, then), _ = generate.both(model, base, ASKED, 24, lambda done: None, said.append)
        same(then, model, base)
    assert rows == [512, 256] and said == [256]


@pytest.mark.parametrize("kind", HALVED)
def test_a_fused_step_has_the_states_of_a_pass_without_a_cache(base, kind):
    held = other(base, HALVED[kind])
    step = fused.of(held)
    assert decode._trial(held, step, None)
    with adapted(held):
        assert not fused.of(held), "adapters that may still change are no part of it"


@pytest.mark.parametrize("kind", WHOLE)
def test_a_layer_of_another_kind_has_no_fused_step(base, kind):
    assert fused.of(other(base, WHOLE[kind])) is None


def test_a_fused_step_that_is_wrong_is_not_taken(base, flat, monkeypatch):
    held = other(base, HALVED["biases"])
    monkeypatch.setattr(fused, "gated", lambda made: made.whole().chunk(2, 1)[0])
    assert decode._step_of(held, None) is None
    assert generate.flat(held.model, held), "the model's own steps are"


@pytest.mark.parametrize("method", ["dora", "adapter", "freeze", "full", "prompt", "prefix"])
def test_only_plain_lora_has_rows_of_the_base_beside_it(base, flat, method):
    spec = Spec(method=method)
    with methods.training(base, "tiny", spec) as model:
        assert not generate.beside(model, methods.room(base, spec))


@pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="no Triton")
def test_the_kernels_of_a_fused_step_make_the_numbers_of_their_description():
    here = Path(__file__).parent
    env = os.environ | {"TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])}
    done = subprocess.run(
        [sys.executable, here / "kernels_agree.py"], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_probe_that_was_answered_already_is_not_asked_again(base):
    prompts = PROMPTS[:4]
    long, short = (
        {
            tuple(p): a
            for p, a in zip(prompts, unpadded(base.model, base, prompts, n, lambda: None), strict=True)
        }
        for n in (30, 5)
    )
    wanted = unpadded(base.model, base, prompts, 24, lambda: None)
    asked = []
    assert unpadded(base.model, base, prompts, 24, lambda: asked.append(1), long) == wanted
    assert not asked
    again = unpadded(base.model, base, prompts, 24, lambda: asked.append(1), short)
    for ours, theirs in zip(again, wanted, strict=True):
        equal(ours, theirs)
    assert asked, "what ended by its own lower limit says too little"


def test_an_answer_is_cut_as_if_it_had_been_made_under_the_lower_limit():
    whole = Answer([1, 2, 3], True, [0.1, 0.2, 0.3, 0.4])
    assert generate._cut(whole, 4) == whole
    assert generate._cut(whole, 3) == Answer([1, 2, 3], False, [0.1, 0.2, 0.3])
    assert generate._cut(Answer([1, 2], False, [0.1, 0.2]), 3) is None


def test_a_job_whose_base_answers_beside_the_tuned_model_ends_as_one_after_another(
    job_line, base, monkeypatch
):
    whole = run_job(job_line(name="whole"), base)
    shape = snapshot(base.model)
    monkeypatch.setattr(generate, "FLAT", ("cpu",))
    seen = run_job(job_line(name="together"), base)
    assert [e.get("stage") or e.get("model") for e in seen if e["event"] in ("progress", "evaluated")][
        -4:
    ] == [
        "evaluation",
        "base",
        "tuned",
        "saving",
    ]
    check_equal(seen, whole)
    assert snapshot(base.model) == shape

    paused = run_job(
        job_line(name="paused"), base, StopAt("paused", job_line(name="paused"), "evaluation", 20)
    )
    assert paused[-1]["event"] == "paused" and not named(paused, "evaluated")
    assert snapshot(base.model) == shape
    check_equal(run_job(job_line(name="paused", attempt=2, resume=paused[-1]["folder"]), base), whole)


def test_a_base_that_was_measured_by_an_earlier_attempt_is_not_measured_again(job_line, base, monkeypatch):
    whole = run_job(job_line(name="whole"), base)
    point = named(whole, "checkpoint")[0]
    monkeypatch.setattr(generate, "FLAT", ("cpu",))
    monkeypatch.setattr(generate, "both", None)
    check_equal(run_job(job_line(name="again", resume=point["folder"]), base), whole)


def check_equal(seen: list[dict], whole: list[dict]) -> None:
    """The same adapter, answers, metrics and probes."""
    assert weights_hash(seen[-1]) == weights_hash(whole[-1])
    for ours, wanted in zip(named(seen, "evaluated"), named(whole, "evaluated"), strict=True):
        assert ours["model"] == wanted["model"] and ours["samples"] == wanted["samples"]
        assert ours["metrics"] == pytest.approx(wanted["metrics"], abs=1e-4)
        assert [w["answer"] for w in ours["worst"]] == [w["answer"] for w in wanted["worst"]]
        assert [w["base_answer"] for w in ours["worst"]] == [w["base_answer"] for w in wanted["worst"]]
    ours, wanted = (json.loads(Path(e[-1]["probes"]).read_text(encoding="utf-8")) for e in (seen, whole))
    assert ours == wanted
