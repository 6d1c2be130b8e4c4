"""Makes a tiny random model and a LoRA adapter for it below a folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "engine" / "tests"))

import tiny

folder = Path(sys.argv[1])
tiny.make_adapter(tiny.make_model(folder / "model"), folder / "adapter")
