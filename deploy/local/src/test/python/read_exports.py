"""Reads the exports of a dataset as the documents say, by the libraries of those who take them."""

import json
import re
import sys
import urllib.request
import zipfile
from pathlib import Path

import pandas
import yaml

DOCS = Path(__file__).parents[5] / "docs" / "exports.md"


def main(folder: Path, export: str, key: str) -> None:
    for ending, form in (
        ("csv", "csv"),
        ("parquet", "parquet"),
        ("zip", "huggingface"),
    ):
        asked = urllib.request.Request(
            export + form, headers={"Authorization": f"Bearer {key}"}
        )
        with urllib.request.urlopen(asked) as answer:
            (folder / f"all.{ending}").write_bytes(answer.read())
    wanted = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    texts = sorted((row["instruction"], row["output"]) for row in wanted)

    [snippet] = re.findall(
        r"```python\n(import re, pandas.*?)```",
        DOCS.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    names = {}
    exec(snippet.replace('"exams.csv"', repr(str(folder / "all.csv"))), names)  # noqa: S102
    table = names["table"]
    found = sorted(zip(table["instruction"], table["output"], strict=True))
    assert found == texts, found
    raw = pandas.read_csv(folder / "all.csv", dtype=str, keep_default_na=False)
    assert not any(cell[:1] in "=@＋" for cell in raw["output"] if cell), raw["output"]

    parquet = pandas.read_parquet(folder / "all.parquet")
    assert chats(parquet) == texts, parquet["messages"]
    assert set(parquet["split"]) <= {"train", "validation", "test"}

    with zipfile.ZipFile(folder / "all.zip") as packed:
        packed.extractall(folder / "hub")
    [card] = (folder / "hub").rglob("README.md")
    head = yaml.safe_load(card.read_text(encoding="utf-8").split("---")[1])
    files = [
        card.parent / part["path"]
        for config in head["configs"]
        for part in config["data_files"]
    ]
    assert chats(pandas.concat(pandas.read_parquet(file) for file in files)) == texts, (
        files
    )
    print("read", len(texts))


def chats(table: pandas.DataFrame) -> list[tuple[str, str]]:
    return sorted(
        (chat[0]["content"], chat[-1]["content"]) for chat in table["messages"]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
