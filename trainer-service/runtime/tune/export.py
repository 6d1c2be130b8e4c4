"""Makes a base and an adapter one model in a form that other programs run: `python -m tune.export`."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import logging
import os
import shutil
import sys
import threading

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from transformers import GenerationConfig
from transformers.utils import GENERATION_CONFIG_NAME

from tune import gguf_model
from tune.adapter import SUMMARY
from tune.base import stop_ids_of
from tune.checkpoint import sync
from tune.failure import Failure, explain
from tune.merge import merged, summary_of

log = logging.getLogger("tune")
FORMATS = ("merged", "gguf-f16", "gguf-q8_0")
SHARD = "5GB"


def main(arguments: list[str] | None = None) -> int:
    """Prints one JSON line at the end, `exported` or `failed`; exit status 0 or 1. The rest of its words are on stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        given = read_arguments(arguments)
        if given.child:
            threading.Thread(target=end_with_starter, name="starter", daemon=True).start()
        with contextlib.redirect_stdout(sys.stderr):
            files = export(given.base, given.adapter, given.format, given.out)
        event = {"event": "exported", "files": files}
    except Exception as error:
        log.exception("the export failed")
        failure = explain(error)
        event = {"event": "failed", "code": failure.code, "reason": failure.reason}
    print(json.dumps(event, ensure_ascii=False), flush=True)
    return 0 if event["event"] == "exported" else 1


class Arguments(argparse.ArgumentParser):
    """Mistakes in the command line are answered like every other failure."""

    def error(self, message: str) -> None:
        raise Failure("invalid_arguments", f"{message}. {' '.join(self.format_usage().split())}")


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = Arguments(prog="python -m tune.export", description=__doc__)
    parser.add_argument("--base", required=True, help="folder of the base model")
    parser.add_argument("--adapter", required=True, help="folder of the adapter")
    parser.add_argument(
        "--format", required=True, choices=FORMATS, help="what to write: safetensors or a GGUF file"
    )
    parser.add_argument(
        "--out", required=True, help="folder for the files; files of the same name are replaced"
    )
    parser.add_argument("--child", action="store_true", help="end at once when standard input ends")
    return parser.parse_args(arguments)


def end_with_starter() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock would be held when the interpreter ends
        pass
    os._exit(0)


def export(base: str, adapter: str, form: str, out: str) -> list[dict]:
    """Writes the merged model into the folder `out` and lists its files; each appears there whole or not at all."""
    base, adapter, out = (os.path.abspath(path) for path in (base, adapter, out))
    model, tokenizer = merged(base, adapter)
    aside = f"{out}.part"
    shutil.rmtree(aside, ignore_errors=True)
    os.makedirs(aside)
    try:
        if form == "merged":
            generation = model.generation_config if model.can_generate() else None
            if generation:
                # so that who loads it ends answers where training did
                generation.eos_token_id = sorted(stop_ids_of(model, tokenizer))
                model.generation_config = GenerationConfig()
            model.save_pretrained(aside, max_shard_size=SHARD)
            if generation:
                # By itself: with the model, what many bases have is refused, as a temperature without do_sample.
                generation.to_json_file(os.path.join(aside, GENERATION_CONFIG_NAME))
            # several named templates would lie in a folder of their own; the other place for them is one file
            named = isinstance(tokenizer.chat_template, dict)
            tokenizer.save_pretrained(aside, save_jinja_files=not named)
            if summary_of(adapter):
                shutil.copyfile(os.path.join(adapter, SUMMARY), os.path.join(aside, SUMMARY))
        else:
            kind = form.removeprefix("gguf-")
            about = summary_of(adapter)
            name = f"{about['base']['id']} {about['job']}" if about else os.path.basename(out)
            gguf_model.write(model, tokenizer, name, kind, os.path.join(aside, f"model-{kind}.gguf"))
        files = [_listed(aside, name) for name in sorted(os.listdir(aside))]
        _put(aside, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return files


def _listed(folder: str, name: str) -> dict:
    with open(os.path.join(folder, name), "rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": name, "bytes": os.fstat(file.fileno()).st_size, "sha256": digest}


def _put(aside: str, out: str) -> None:
    """Renames the folder or, where there is one already, file by file into it."""
    if os.path.isdir(out):
        for name in os.listdir(aside):
            os.replace(os.path.join(aside, name), os.path.join(out, name))
        sync(out)
    else:
        os.rename(aside, out)
        sync(os.path.dirname(out))


if __name__ == "__main__":
    sys.exit(main())
