import json
import subprocess
import sys
import unicodedata

import openpyxl
import pytest

import make_workbooks
from sample_rows import BOOKS, FAULTS, make_rows, truth_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workbooks")
    make_workbooks.write(folder, 7)
    return folder


def cells(folder, file):
    sheet = openpyxl.load_workbook(folder / file).active
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def plain(text):
    """Only the characters that carry meaning, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_the_workbooks_have_the_columns_and_rows_of_the_job(folder):
    for _, file, count in BOOKS:
        rows = cells(folder, file)
        assert rows[0] == ("阅读文本", "选项", "答案")
        assert len(rows) == count + 1


def test_the_truth_names_every_row_and_eight_refusals(folder):
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert [(t["workbook"], t["row"]) for t in truth] == [(f, n + 2) for _, f, c in BOOKS for n in range(c)]
    assert sorted(t["refused"] for t in truth if "refused" in t) == sorted(
        x for names in FAULTS.values() for x in names
    )


def test_kept_rows_hold_every_stem_and_option_of_the_truth(folder):
    found = {file: cells(folder, file) for _, file, _ in BOOKS}
    for entry in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
        if "items" in entry:
            text, options, answers = found[entry["workbook"]][entry["row"] - 1]
            assert text == entry["text"] and answers
            for item in entry["items"]:
                assert list(item["options"]) == ["A", "B", "C", "D"] and item["answer"] in "ABCD"
                for part in (item["stem"], *item["options"].values()):
                    assert plain(part) in plain(options)


def test_numbers_count_up_and_short_answer_questions_are_left_out_of_the_truth():
    rows = make_rows("zh", 60, 7)
    left_out = 0
    for row in rows:
        if "items" in row.truth:
            numbers = [item["number"] for item in row.truth["items"]]
            assert numbers == sorted(set(numbers))
            left_out += numbers != list(range(1, len(numbers) + 1)) or "①" in row.answers
    assert left_out > 10


def test_the_typing_is_mixed():
    text = "".join(row.options + row.answers for lang, _, count in BOOKS for row in make_rows(lang, count, 7))
    for sign in ("．", "、", "\t", "\u00a0", "\u3000", "Ａ", "\u0410", "１", "（3分）", "【解析】"):
        assert sign in text, sign
    order = [
        row.options for row in make_rows("en", 45, 7) if 0 < row.options.find("C.") < row.options.find("B.")
    ]
    assert order


@pytest.mark.parametrize(
    ("fault", "shows"),
    [
        ("empty_text", lambda row: row.text == ""),
        ("empty_options", lambda row: row.options == ""),
        ("empty_answers", lambda row: row.answers == ""),
        ("answer_not_an_option", lambda row: "E" in plain(row.answers)),
        ("answers_of_other_numbers", lambda row: any(f"{n}" in row.answers for n in range(41, 76))),
    ],
)
def test_a_faulty_row_shows_its_fault(fault, shows):
    rows = [row for lang, _, count in BOOKS for row in make_rows(lang, count, 7)]
    assert [shows(row) for row in rows if row.truth == {"refused": fault}] == [True]


def test_the_same_seed_gives_the_same_truth_and_another_seed_another(tmp_path):
    script = make_workbooks.__file__
    done = subprocess.run(
        [sys.executable, script, tmp_path, "--seed", "8"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["kept"] == 97
    again = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert again == truth_of(8) != truth_of(7)
