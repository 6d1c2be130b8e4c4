"""Job lines: what is taken, and that everything wrong is said at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tune.job import Base, Dataset, Job, JobRefused, parse
from tune.spec import METHODS, Spec

GOLDEN = Path(__file__).parent / "golden"


def golden() -> dict:
    return json.loads((GOLDEN / "job.json").read_text(encoding="utf-8"))


def problems_of(job: object) -> dict[str, tuple[str, str]]:
    with pytest.raises(JobRefused) as caught:
        parse(job if isinstance(job, str) else json.dumps(job))
    return {p.field: (p.code, p.reason) for p in caught.value.problems}


def test_the_golden_job_is_taken_as_it_is_written():
    raw = golden()
    assert parse((GOLDEN / "job.json").read_bytes().replace(b"\n", b"")) == Job(
        job="ftjob-7d0c2a",
        attempt=3,
        workdir="/var/lib/tunemesh/jobs/ftjob-7d0c2a/attempts/3",
        events="/var/lib/tunemesh/jobs/ftjob-7d0c2a/attempts/3/events.jsonl",
        base=Base("tunemesh-starter", "/var/lib/tunemesh/models/tunemesh-starter"),
        dataset=Dataset(**raw["dataset"]),
        spec=Spec(**{name: value for name, value in raw["spec"].items() if value is not None}),
        resume="/var/lib/tunemesh/jobs/ftjob-7d0c2a/attempts/2/checkpoints/step-00000042",
        resume_sha256=raw["resume_sha256"],
    )


def test_the_golden_job_names_every_field_of_the_specification():
    assert set(golden()["spec"]) == set(Spec.__dataclass_fields__)


def test_what_is_left_out_or_null_has_its_default():
    job = golden()
    job["spec"] = {"lora_rank": None}
    assert parse(json.dumps(job)).spec == Spec()
    del job["spec"], job["resume"], job["resume_sha256"]
    assert parse(json.dumps(job)).spec == Spec()


def test_every_problem_is_listed_with_what_would_be_right():
    job = golden()
    del job["workdir"]
    job["surprise"] = 1
    job["base"] = {"id": "", "folder": "relative"}
    job["dataset"] = {"trian": "/x", "format": "poem"}
    job["spec"] = {
        "lora_rnk": 8,
        "learning_rate": "1e-3",
        "lora_rank": True,
        "num_train_epochs": 0,
        "method": "loar",
        "lora_target": "q proj;",
    }
    found = problems_of(job)
    assert {field: code for field, (code, _) in found.items()} == {
        "workdir": "missing",
        "surprise": "unknown_name",
        "base.id": "bad_value",
        "base.folder": "bad_value",
        "dataset.trian": "unknown_name",
        "dataset.format": "bad_value",
        "dataset.train": "missing",
        "spec.lora_rnk": "unknown_name",
        "spec.learning_rate": "bad_value",
        "spec.lora_rank": "bad_value",
        "spec.num_train_epochs": "bad_value",
        "spec.method": "bad_value",
        "spec.lora_target": "bad_value",
    }
    assert found["spec.lora_rnk"][1] == 'there is no such field; did you mean "lora_rank"?'
    assert found["spec.learning_rate"][1] == 'must be a number above 0 up to 1, not "1e-3"'
    assert found["spec.method"][1].endswith('"freeze", "full", not "loar"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lora_rank", 0),
        ("lora_rank", 8.5),
        ("lora_dropout", -0.1),
        ("warmup_ratio", 1.5),
        ("seed", -1),
        ("learning_rate", float("nan")),
        ("cutoff_len", 4),
        ("probes", 33),
        ("eval_steps", "8"),
        ("frozen_precision", "fp16"),
    ],
)
def test_impossible_values_are_refused(name, value):
    job = golden()
    job["spec"] = {name: value}
    assert list(problems_of(job)) == [f"spec.{name}"]


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ({"method": "full", "lora_rank": 8, "lora_alpha": 16}, {"lora_rank", "lora_alpha"}),
        ({"use_galore": True}, {"use_galore"}),
        ({"method": "dora", "use_badam": True, "badam_switch_interval": 5}, {"use_badam"}),
        ({"method": "full", "use_galore": True, "use_badam": True}, {"use_badam"}),
        ({"method": "full", "use_galore": True, "optim": "adamw_8bit"}, {"optim"}),
        ({"method": "full", "galore_rank": 4}, {"galore_rank"}),
        ({"quantization_bit": 4}, {"quantization_bit"}),
        ({"method": "dora", "use_dora": False}, {"use_dora"}),
        ({"method": "prefix", "encoder_hidden_size": 8}, {"encoder_hidden_size"}),
        ({"method": "p_tuning", "prefix_projection": True}, {"prefix_projection"}),
        ({"num_virtual_tokens": 4, "bottleneck_size": 4}, {"num_virtual_tokens", "bottleneck_size"}),
        ({"mask_history": True, "train_on_prompt": True}, {"mask_history"}),
        ({"method": "qlora", "frozen_precision": "fp8"}, {"frozen_precision"}),
        ({"method": "full", "frozen_precision": "fp8"}, {"frozen_precision"}),
        ({"method": "freeze", "frozen_precision": "fp8"}, {"frozen_precision"}),
        ({"method": "dora", "frozen_precision": "fp8"}, {"frozen_precision"}),
        ({"use_dora": True, "frozen_precision": "fp8"}, {"frozen_precision"}),
        ({"stage": "pt"}, {"stage"}),
    ],
)
def test_what_cannot_stand_together_is_refused(spec, wrong):
    job = golden()
    job["spec"] = spec
    found = problems_of(job)
    assert set(found) == {f"spec.{name}" for name in wrong}
    assert {code for code, _ in found.values()} == {"impossible"}


@pytest.mark.parametrize("method", METHODS)
def test_float8_is_for_methods_that_only_multiply_by_the_frozen_weights(method):
    job = golden()
    job["spec"] = {"method": method, "frozen_precision": "bf16"}
    assert parse(json.dumps(job)).spec.frozen_precision == "bf16"
    job["spec"] = {"method": method, "frozen_precision": "fp8"}
    if method in ("lora", "adapter", "prefix", "p_tuning", "prompt"):
        assert parse(json.dumps(job)).spec.frozen_precision == "fp8"
    else:
        ((field, (_, reason)),) = problems_of(job).items()
        assert field == "spec.frozen_precision" and reason.startswith(
            f'cannot be fp8 for method "{method}", '
        )


def test_a_switch_that_is_off_fits_every_method():
    job = golden()
    job["spec"] = {"method": "prompt", "use_dora": False, "use_galore": False, "prefix_projection": False}
    assert parse(json.dumps(job)).spec.method == "prompt"


def test_plain_text_takes_no_options_about_answers():
    job = golden()
    job["dataset"]["task"] = "pt"
    for stage in ({}, {"stage": "pt"}):
        job["spec"] = stage | {"train_on_prompt": True, "max_new_tokens": 5}
        assert set(problems_of(job)) == {"spec.train_on_prompt", "spec.max_new_tokens"}
    job["spec"] = {"stage": "sft"}
    assert problems_of(job)["spec.stage"][1] == "cannot be sft: the dataset holds plain text"


def test_early_stopping_without_validation_is_refused():
    job = golden()
    job["dataset"]["validation"] = None
    assert problems_of(job)["spec.early_stopping_steps"][0] == "impossible"


@pytest.mark.parametrize("line", ["", "{", "7", "[]", "null", "[" * 100_000])
def test_lines_that_are_no_object_are_refused(line):
    assert list(problems_of(line)) == [""]


def test_a_refusal_keeps_the_events_path_when_it_is_usable():
    job = golden() | {"extra": 1}
    with pytest.raises(JobRefused) as caught:
        parse(json.dumps(job))
    assert (caught.value.job, caught.value.events) == (job["job"], job["events"])
