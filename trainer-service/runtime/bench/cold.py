"""Loading a base from a disk whose files no memory holds, beside reading those files and doing nothing with them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import shape
from bench.gpu import Bench
from tune import base as bases

BLOCK = 8 << 20


def load(bench: Bench) -> None:
    """The worker's load, hashes and all. The floor: the same files read in blocks by as many readers as are fastest."""
    with tempfile.TemporaryDirectory() as folder:
        bench.base.model.save_pretrained(folder, max_shard_size="4GB")
        shape.byte_tokenizer().save_pretrained(folder)
        files = sorted(Path(folder).iterdir())
        size = sum(f.stat().st_size for f in files)
        kind = next(line.split()[2] for line in reversed(mounts()) if folder.startswith(line.split()[1]))
        floors = {}
        for readers in (1, 4, 16):
            forget(files)
            floors[readers] = timed(read, files, readers)
        readers = min(floors, key=floors.get)
        more = {"gib": round(size / 2**30, 2), "readers": readers, "disk": kind, "files": len(files)}
        forget(files)
        cold = timed(bases.load, folder, bench.where)
        bench.clean()
        held = timed(bases.load, folder, bench.where)
        bench.clean()
        for name, took, theirs in (
            ("cold", cold, floors[readers]),
            ("files in memory", held, timed(read, files, readers)),
        ):
            bench.figure(f"load of a base, {name}", "s", took, "reading its files", theirs, less=True, **more)


def mounts() -> list[str]:
    return Path("/proc/mounts").read_text(encoding="utf-8").splitlines()


def timed(work: Callable, *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def forget(files: list[Path]) -> None:
    """Takes the files out of the memory that the system reads them into."""
    for path in files:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(files: list[Path], readers: int) -> None:
    def blocks(first: int) -> None:
        room = memoryview(bytearray(BLOCK))
        for path in files:
            with open(path, "rb", buffering=0) as file:
                for at in range(first * BLOCK, path.stat().st_size, readers * BLOCK):
                    file.seek(at)
                    file.readinto(room)

    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(blocks, range(readers)))
