import json

import pytest

from exam_format import canonical
from measure_gain import examples, examples_of, metrics, rouge_l, split_of


def test_the_split_holds_every_kept_row_once():
    rows = examples(7)
    prompts = [row["prompt"] for part in rows.values() for row in part]
    assert len(prompts) == len(set(prompts)) == 97
    assert all(split_of(str(n), 7) == split_of(str(n), 7) for n in range(10))
    assert len(rows["train"]) > 60 and len(rows["test"]) >= 5


def test_rouge_l_is_the_f1_of_the_longest_common_subsequence():
    assert rouge_l(list("abcd"), list("abcd")) == 1.0
    assert rouge_l(list("ab"), list("xy")) == 0.0
    assert rouge_l(list("axc"), list("abc")) == pytest.approx(2 / 3)
    assert rouge_l([], list("abc")) == 0.0


def test_a_reference_scores_full_marks_and_an_empty_output_none():
    row = examples(7)["test"][0]
    full = metrics(row, canonical(row["lang"], row["items"]))
    assert full["well_formed"] == 1.0 and full["bleu"] == pytest.approx(100) and full["rougeL"] == 1.0
    assert full["stems"] == full["right_keys"] == full["questions"] == len(row["items"])
    none = metrics(row, "")
    assert (none["well_formed"], none["rougeL"], none["questions"]) == (0.0, 0.0, 0)


def test_a_dataset_of_the_service_is_read_as_the_sample_rows_are(tmp_path):
    rows = examples(7)
    for part, those in rows.items():
        chats = (
            [{"role": "user", "content": r["prompt"]}, {"role": "assistant", "content": r["output"]}]
            for r in those
        )
        lines = [json.dumps({"messages": chat}) + "\n" for chat in chats]
        (tmp_path / f"{part}.jsonl").write_text("".join(lines))
    for those in rows.values():
        for row in those:
            row["items"] = [{k: v for k, v in item.items() if k != "number"} for item in row["items"]]
    assert examples_of(tmp_path) == rows


def test_a_dataset_of_another_kind_is_refused(tmp_path):
    for part in ("train", "validation", "test"):
        chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
        (tmp_path / f"{part}.jsonl").write_text(json.dumps({"messages": chat}) + "\n")
    with pytest.raises(SystemExit, match=r"train.jsonl has an answer that is not in the exam's form: Hello"):
        examples_of(tmp_path)
