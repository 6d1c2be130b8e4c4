"""An exporter that obeys the contract and merges nothing; what it does stands in the adapter's README: `fake-export: {...}`.

`crash`, the number of attempts that do; `fail`, {code, reason}; `hang`; `wrong_digest`; `outside`, to name a file elsewhere. A base folder with a config.json is a real model: the real exporter runs.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

RUNTIME = Path(__file__).resolve().parents[3] / "runtime"


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "adapter", "format", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    if (Path(options.base) / "config.json").exists():
        os.environ["PYTHONPATH"] = str(RUNTIME)
        os.execv(sys.executable, [sys.executable, "-m", "tune.export", *sys.argv[1:]])
    assert options.child
    adapter, out = Path(options.adapter), Path(options.out)
    assert Path(options.base).is_dir(), options.base
    assert (adapter / "adapter_model.safetensors").exists()
    assert (adapter / "training_summary.json").exists()
    card = (adapter / "README.md").read_text()
    found = re.search(r"fake-export: (\{.*\})", card)
    script = json.loads(found.group(1)) if found else {}
    attempt = int(out.parent.name)
    print("a library greets")
    if attempt <= script.get("crash", 0):
        print("going down as asked", file=sys.stderr, flush=True)
        os._exit(139)
    if "hang" in script:
        time.sleep(3600)
    if "fail" in script:
        print(json.dumps({"event": "failed", **script["fail"]}))
        return 1
    data = bytes(range(256)) * 40
    files = []
    for name in ("config.json", "model.safetensors"):
        (out / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        if script.get("wrong_digest"):
            digest = "0" * 64
        if script.get("outside"):
            name = "../../said.jsonl"
        files.append({"name": name, "bytes": len(data), "sha256": digest})
    print(json.dumps({"event": "exported", "files": files}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
