"""Loading a base from a disk whose files no memory holds, beside reading those files and doing nothing with them."""

from __future__ import annotations

import os
import tempfile
import time
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
        floors = {n: timed(files, lambda n=n: read(files, n)) for n in (1, 4, 16)}
        readers, floor = min(floors.items(), key=lambda f: f[1])
        more = {"gib": round(size / 2**30, 2), "readers": readers, "disk": kind, "files": len(files)}
        for name, prepare in (("cold", forget), ("files in memory", lambda files: None)):
            took = timed(files, lambda: bases.load(folder, bench.where), prepare)
            theirs = floor if prepare is forget else timed(files, lambda: read(files, readers), prepare)
            bench.figure(f"load of a base, {name}", "s", took, "reading its files", theirs, less=True, **more)
            bench.clean()


def mounts() -> list[str]:
    return Path("/proc/mounts").read_text(encoding="utf-8").splitlines()


def timed(files: list[Path], work, prepare=None) -> float:
    (prepare or forget)(files)
    began = time.perf_counter()
    held = work()
    took = time.perf_counter() - began
    del held
    return took


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
