"""The other processes of a worker's team, started and watched by it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import torch
import torch.distributed as dist

from tune import parallel
from tune.parallel import Team

log = logging.getLogger("tune")
LOST = 70


class Helpers:
    """The other processes of a worker's team, each on its own GPU. If one dies, so does this process: the attempt ends as a
    crash, and its next one resumes."""

    def __init__(self, folder: str, size: int, threads: int | None):
        self._aside = tempfile.TemporaryDirectory(prefix="team-")
        self.meet = str(Path(self._aside.name, "meet"))
        self.size = size
        self._closing = False
        self._processes = [self._start(folder, rank, threads) for rank in range(1, size)]
        threading.Thread(target=self._watch, name="helpers", daemon=True).start()

    def _start(self, folder: str, rank: int, threads: int | None) -> subprocess.Popen:
        names = ["--base", folder, "--rank", rank, "--size", self.size, "--meet", self.meet]
        if threads:
            names += ["--threads", threads]
        environment = local_environment() | gpu_of(rank)
        return subprocess.Popen(
            [sys.executable, "-m", "tune.rank", *map(str, names)], stdin=subprocess.PIPE, env=environment
        )

    def join(self) -> Team:
        os.environ |= local_environment()
        return parallel.join(0, self.size, dist.FileStore(self.meet, self.size))

    def _watch(self) -> None:
        while not self._closing:
            for rank, process in enumerate(self._processes, 1):
                if process.poll() is not None and not self._closing:
                    log.error("rank %d of this training ended with status %d", rank, process.returncode)
                    os._exit(LOST)
            time.sleep(0.2)

    def close(self, team: Team) -> None:
        """Ends them when no job runs."""
        self._closing = True
        team.tell(None)
        for process in self._processes:
            process.wait()
        self._aside.cleanup()


def local_environment() -> dict[str, str]:
    """Processes of one machine talk on it alone."""
    names = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")
    return dict(os.environ) | {name: "lo" for name in names if name not in os.environ}


def gpu_of(rank: int) -> dict[str, str]:
    if not torch.cuda.is_available():
        return {}
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    return {"CUDA_VISIBLE_DEVICES": visible.split(",")[rank] if visible else str(rank)}
