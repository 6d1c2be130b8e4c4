"""Makes the two sample workbooks, 语文.xlsx and 英语.xlsx, and truth.json that says what a right parser finds in each row.

python make_workbooks.py OUT_DIR [--seed N]
"""

import argparse
import json
import pathlib

from openpyxl import Workbook

from sample_rows import BOOKS, make_rows, truth_of

HEADER = ("阅读文本", "选项", "答案")


def write(folder: pathlib.Path, seed: int) -> None:
    """Writes both workbooks and truth.json; the same seed gives the same cells."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang, file, count in BOOKS:
        book = Workbook()
        sheet = book.active
        sheet.append(HEADER)
        for row in make_rows(lang, count, seed):
            sheet.append((row.text or None, row.options or None, row.answers or None))
        book.save(folder / file)
    (folder / "truth.json").write_text(
        json.dumps(truth_of(seed), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write(options.out, options.seed)
    kept = sum("items" in entry for entry in truth_of(options.seed))
    print(json.dumps({"rows": sum(count for _, _, count in BOOKS), "kept": kept, "folder": str(options.out)}))


if __name__ == "__main__":
    main()
