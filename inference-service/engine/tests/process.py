"""Starts the engine as a user does, and ends it."""

import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "engine"]
# What a very slow or busy machine may need for anything at all: only a defect is ever waited for so long.
PATIENCE_S = 300


@dataclass
class Engine:
    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal and returns the exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Ends it if it still runs."""
        self.process.kill()
        self.process.wait(PATIENCE_S)


def command(model: Path, *options: str, program: list[str] = PROGRAM) -> list[str]:
    return [*program, "--model", str(model), "--served-model-name", "tiny", "--device", "cpu", *options]


def start(model: Path, *options: str, program: list[str] = PROGRAM) -> Engine:
    """The engine on a free port, once it says that it is ready."""
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    port_file, log = folder / "port", folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(model, "--port", "0", "--port-file", str(port_file), *options, program=program),
            cwd=HOME,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + PATIENCE_S
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the engine did not start:\n{log.read_text()}")
        time.sleep(0.05)
    return Engine(process, int(port_file.read_text()), log)
