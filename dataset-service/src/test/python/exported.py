"""Prints what pyarrow and PyYAML find in an export, as one JSON object."""

import io
import json
import os
import sys
import zipfile

import yaml
from pyarrow import parquet


def table(source) -> dict:
    file = parquet.ParquetFile(source)
    codecs = {
        file.metadata.row_group(group).column(column).compression
        for group in range(file.num_row_groups)
        for column in range(file.metadata.num_columns)
    }
    return {
        "schema": {field.name: str(field.type) for field in file.schema_arrow},
        "row_groups": file.num_row_groups,
        "codecs": sorted(codecs),
        "rows": file.read(use_threads=False).to_pylist(),
    }


def folder(path: str) -> dict:
    with zipfile.ZipFile(path) as archive:
        if broken := archive.testzip():
            raise ValueError(f"{broken} is broken")
        _, front, body = archive.read("README.md").decode().split("---\n", 2)
        tables = [name for name in archive.namelist() if name.endswith(".parquet")]
        return {
            "names": archive.namelist(),
            "card": yaml.safe_load(front),
            "body": body,
            "tables": {name: table(io.BytesIO(archive.read(name))) for name in tables},
        }


if __name__ == "__main__":
    found = folder(sys.argv[1]) if sys.argv[1].endswith(".zip") else table(sys.argv[1])
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode())
    sys.stdout.buffer.flush()
    # Not by Python's own end: a thread of Arrow's that still ends then aborts the process.
    os._exit(0)
