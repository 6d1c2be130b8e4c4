"""The process around the app: load, announce, serve, end in order."""

import argparse
import asyncio
import logging
import os
import socket
import sys
import time
from pathlib import Path

import torch
import uvicorn

from engine.adapters import Adapters
from engine.app import create_app
from engine.model import BaseModel, load_base
from engine.reading import Reader
from engine.scheduler import Scheduler

log = logging.getLogger(__name__)

_SMALL_MODEL = 100_000_000
FAILED = 70


def serve(options: argparse.Namespace, sock: socket.socket, parent: int, begun: float) -> None:
    """Loads the model and answers on `sock` until SIGTERM or SIGINT; then lets running requests end.

    The port file appears only when the engine accepts connections. An engine that can answer no more
    ends with status 70, so that whoever started it starts it again.
    """
    base = load_base(options.model, options.max_model_len, options.device, options.dtype)
    use_threads(base, options.threads)
    adapters = Adapters(base, options.served_model_name, options.adapter_root, options.max_cpu_loras)

    def end() -> None:
        server.should_exit = True

    scheduler = Scheduler(
        base.network, options.max_num_seqs, options.max_loras, options.max_queue, on_failure=end
    )
    reader = Reader(base, adapters, options.max_queue)
    app = create_app(base, options.served_model_name, int(time.time()), adapters, scheduler, reader)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=options.shutdown_timeout,
    )
    port = sock.getsockname()[1]

    def ready() -> None:
        if options.port_file:
            write_whole(options.port_file, f"{port}\n")
        log.info("engine ready port=%d seconds=%.2f", port, time.monotonic() - begun)

    server = Server(config, ready, parent if options.exit_with_parent else None)
    server.run(sockets=[sock])
    if scheduler.failure:
        log.error("engine ends: %s", scheduler.failure)
        sys.exit(FAILED)


def use_threads(base: BaseModel, asked: int | None) -> None:
    """Sets torch's CPU threads. A small model's products are so short that handing them to a second
    thread costs more than it saves, and far more when other processes want the same cores."""
    small = base.network.num_parameters() < _SMALL_MODEL
    threads = asked or (1 if small else torch.get_num_threads())
    torch.set_num_threads(threads)
    log.info("model loaded parameters=%d threads=%d", base.network.num_parameters(), threads)


class Server(uvicorn.Server):
    """uvicorn's server that says when it is ready and can end with its parent process."""

    def __init__(self, config: uvicorn.Config, ready, parent: int | None) -> None:
        super().__init__(config)
        self._ready = ready
        self._parent = parent
        self._watch: asyncio.Task | None = None

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
        if self._parent is not None:
            self._watch = asyncio.create_task(self._stop_without_parent())

    async def _stop_without_parent(self) -> None:
        while os.getppid() == self._parent:
            await asyncio.sleep(1)
        log.warning("parent is gone, stopping")
        self.should_exit = True


def write_whole(path: Path, text: str) -> None:
    """Writes the file so that a reader sees all of it or none."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)
