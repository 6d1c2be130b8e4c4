"""The adapters that are served: named, in memory or ready to be read again."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Refused, unknown_model
from engine.model import BaseModel
from engine.peft_folder import Adapter, read_adapter, version_of

log = logging.getLogger(__name__)


@dataclass
class Entry:
    """One served name. `adapter` is None while its weights are out of memory."""

    name: str
    folder: Path
    created: int
    version: tuple
    adapter: Adapter | None
    used: float


class Adapters:
    """Loads and unloads adapters without stopping the requests that run.

    At most `in_memory` adapters hold their weights; when one more comes, the least recently used one
    stays served and is read from its folder again at its next request. Nothing outlives the process.
    """

    def __init__(self, base: BaseModel, base_name: str, roots: list[Path], in_memory: int) -> None:
        self._base = base
        self._base_name = base_name
        self._base_adapter = Adapter(base.network, None, "BASE")
        self._roots = [root.resolve() for root in roots]
        self._in_memory = in_memory
        self._entries: dict[str, Entry] = {}
        self._reader = ThreadPoolExecutor(1, "adapter-reader")
        self._lock = asyncio.Lock()

    def list(self) -> list[Entry]:
        return list(self._entries.values())

    async def load(self, name: str, path: str, replace: bool) -> None:
        """Serves the folder under the name; requests that run keep the adapter they began with."""
        async with self._lock:
            if name == self._base_name:
                raise _bad_name(f"'{name}' is the base model's name: choose another.")
            if name in self._entries and not replace:
                raise _bad_name(
                    f"The lora adapter '{name}' has already been loaded. Unload it first, or send "
                    "'load_inplace': true to replace it."
                )
            folder = self._allowed(path)
            begun = time.monotonic()
            adapter, version = await self._read(folder)
            now = time.monotonic()
            self._entries[name] = Entry(name, folder, int(time.time()), version, adapter, now)
            self._forget_least_used()
            log.info("adapter loaded name=%s kind=%s seconds=%.3f", name, adapter.kind, now - begun)

    async def unload(self, name: str) -> None:
        """Stops serving the name; requests that run on it are answered to their end."""
        async with self._lock:
            if self._entries.pop(name, None) is None:
                raise Refused(
                    404,
                    f"The lora adapter '{name}' cannot be found.",
                    code="adapter_not_found",
                    param="lora_name",
                )
            log.info("adapter unloaded name=%s", name)

    async def get(self, name: str) -> Adapter:
        """The adapter of a model name, or the base itself; reads it again when it was out of memory."""
        if name == self._base_name:
            return self._base_adapter
        entry = self._entries.get(name)
        if entry is not None and entry.adapter is None:
            async with self._lock:
                entry = self._entries.get(name)
                if entry is not None and entry.adapter is None:
                    await self._read_again(entry)
        if entry is None:
            raise unknown_model(name)
        entry.used = time.monotonic()
        return entry.adapter

    def close(self) -> None:
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _allowed(self, path: str) -> Path:
        """The folder, when it lies under an adapter root after all links are followed."""
        try:
            folder = Path(path).resolve()
        except (ValueError, OSError, RuntimeError) as error:  # a NUL, a name too long, a link loop
            raise Refused(400, f"lora_path is no path: {error}", param="lora_path") from None
        if not any(_inside(folder, root) for root in self._roots):
            roots = ", ".join(map(str, self._roots)) or "none is set"
            raise Refused(
                403,
                f"Adapters are loaded only from under --adapter-root ({roots}).",
                code="adapter_path_not_allowed",
                param="lora_path",
            )
        if not folder.is_dir():
            raise Refused(
                404,
                f"There is no adapter folder {folder}.",
                code="adapter_not_found",
                param="lora_path",
            )
        for file in folder.iterdir():
            if not any(_inside(file.resolve(), root) for root in self._roots):
                raise Refused(
                    403,
                    f"{file.name} is a link out of the adapter root.",
                    code="adapter_path_not_allowed",
                    param="lora_path",
                )
        return folder

    async def _read(self, folder: Path) -> tuple[Adapter, tuple]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._reader, lambda: (read_adapter(self._base, folder), version_of(folder))
        )

    async def _read_again(self, entry: Entry) -> None:
        try:
            if version_of(self._allowed(str(entry.folder))) != entry.version:
                raise Refused(500, "its folder has changed since it was loaded")
            entry.adapter, _ = await self._read(entry.folder)
        except (Refused, OSError) as error:
            raise Refused(
                500,
                f"The adapter '{entry.name}' was out of memory and cannot be read again: {error}. "
                "Load it anew with 'load_inplace': true.",
                code="adapter_lost",
                param="model",
            ) from error
        entry.used = time.monotonic()
        self._forget_least_used()

    def _forget_least_used(self) -> None:
        held = sorted((e for e in self._entries.values() if e.adapter), key=lambda e: e.used)
        for entry in held[: max(0, len(held) - self._in_memory)]:
            entry.adapter = None
            log.info("adapter out of memory name=%s", entry.name)


def _inside(path: Path, root: Path) -> bool:
    return path != root and path.is_relative_to(root)


def _bad_name(message: str) -> Refused:
    return Refused(400, message, code="invalid_lora_name", param="lora_name")
