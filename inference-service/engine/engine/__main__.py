"""`python -m engine`: reads the options, loads the model, serves until told to stop."""

import argparse
import logging
import os
import socket
import sys
import time
from pathlib import Path


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="engine", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="FOLDER")
    add("--served-model-name", required=True, metavar="NAME")
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8000, help="0 binds a free port; see --port-file")
    add("--port-file", type=Path, help="gets the port, once the engine answers")
    add("--adapter-root", type=Path, action="append", default=[], metavar="DIR")
    add("--max-loras", type=int, default=4, help="adapter networks that run at once")
    add("--max-cpu-loras", type=int, default=64, help="adapters whose weights stay in memory")
    add("--max-model-len", type=int, help="tokens of prompt and answer; the model's own by default")
    add("--max-num-seqs", type=int, default=32, help="requests that run at once")
    add("--max-queue", type=int, default=256, help="requests that may wait; more get 429")
    add("--device", choices=["cpu", "cuda"], help="CUDA where there is one by default")
    add("--dtype", choices=["float32", "bfloat16", "float16"])
    add("--threads", type=int, help="CPU threads; 1 for a model under 100M parameters by default")
    add("--shutdown-timeout", type=int, default=30, help="seconds for running requests to end")
    add("--exit-with-parent", action="store_true", help="stop when the starting process is gone")
    options = parser.parse_args(arguments)
    for name in ("max_loras", "max_cpu_loras", "max_num_seqs", "max_queue", "max_model_len", "threads"):
        value = getattr(options, name)
        if value is not None and value < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if options.max_cpu_loras < options.max_loras:
        parser.error("--max-cpu-loras must be at least --max-loras")
    return options


def bind(host: str, port: int) -> socket.socket:
    """Takes the address before the model is read, so that a taken port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


def main() -> None:
    begun = time.monotonic()
    options = parse()
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    parent = os.getppid()
    if not (options.model / "config.json").is_file():
        sys.exit(f"engine: {options.model} is no model folder: it has no config.json")
    try:
        sock = bind(options.host, options.port)
    except OSError as error:
        sys.exit(f"engine: cannot listen on {options.host}:{options.port}: {error.strerror}")
    # Waiting threads that spin take the cores from whatever else runs on the machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # The heavy packages take seconds to import: what is wrong at first sight should not wait for them.
    from engine.server import serve

    try:
        serve(options, sock, parent, begun)
    except (ValueError, OSError) as error:
        sys.exit(f"engine: {error}")


if __name__ == "__main__":
    main()
