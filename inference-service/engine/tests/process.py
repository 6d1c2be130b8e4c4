"""Starts the engine as a user does, and ends it."""

import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]


@dataclass
class Engine:
    process: subprocess.Popen
    url: str
    log: Path

    def stop(self, how: signal.Signals = signal.SIGTERM, timeout: float = 30) -> int:
        """Sends the signal and returns the exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout)


def command(model: Path, *options: str) -> list[str]:
    named = ["--model", str(model), "--served-model-name", "tiny", "--device", "cpu"]
    return [sys.executable, "-m", "engine", *named, *options]


def start(model: Path, *options: str, timeout: float = 90) -> Engine:
    """The engine on a free port, once it says that it is ready."""
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    port_file, log = folder / "port", folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(model, "--port", "0", "--port-file", str(port_file), *options),
            cwd=HOME,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + timeout
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the engine did not start:\n{log.read_text()}")
        time.sleep(0.05)
    return Engine(process, f"http://127.0.0.1:{port_file.read_text().strip()}", log)
