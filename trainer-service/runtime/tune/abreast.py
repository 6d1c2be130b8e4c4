"""Several packs of a step at the same time on a CPU, each on a thread of its own.

Threads that share every operation wait for one another at the end of each; these meet once a step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor | None]:
    """So many threads whose operations take no others to help; null for one.

    Where one of them cannot be started, the others end and its error comes out. Afterwards PyTorch has as many threads as
    before.
    """
    if count == 1:
        yield None
        return
    before, all_here = torch.get_num_threads(), threading.Barrier(count)

    def begin() -> None:
        torch.get_num_threads()  # a thread's first look sets the number that holds for all, over one that was set before
        torch.set_num_threads(1)
        all_here.wait()

    try:
        with ThreadPoolExecutor(count, "pack", begin) as pool:
            try:
                for started in [pool.submit(torch.get_num_threads) for _ in range(count)]:
                    started.result()
            except BaseException:
                all_here.abort()
                raise
            torch.set_num_threads(before)
            yield pool
    finally:
        torch.set_num_threads(before)
