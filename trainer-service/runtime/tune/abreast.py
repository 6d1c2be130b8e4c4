"""Several packs of a step at the same time on a CPU, each on a thread of its own.

Threads that share every operation wait for one another at the end of each; these meet once a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor | None]:
    """So many threads whose operations take no others to help; null for one."""
    if count == 1:
        yield None
        return
    before = torch.get_num_threads()
    with ThreadPoolExecutor(count, "pack", torch.set_num_threads, (1,)) as pool:
        for started in [pool.submit(torch.get_num_threads) for _ in range(count)]:
            started.result()
        torch.set_num_threads(before)
        yield pool
