"""What a checkpoint holds: copies of tensors that train on, and these as a file in the format of safetensors."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from contextlib import nullcontext
from dataclasses import dataclass

import torch

from tune.recompute import free_bytes

CHUNK = 1 << 26
SMALL = 1 << 30
NAMES = {
    torch.float32: "F32",
    torch.bfloat16: "BF16",
    torch.float16: "F16",
    torch.float64: "F64",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


def copies(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies that later steps do not change; in the machine's memory where a GPU has not twice the room that they need."""
    off = not _roomy(tensors)
    return {
        name: t.detach().cpu() if off and t.is_cuda else t.detach().clone() for name, t in tensors.items()
    }


def frozen(tensors: dict[str, torch.Tensor]) -> Block:
    """The same, as they are written."""
    if not _roomy(tensors):
        return Block.of(copies(tensors))
    return Block.of({name: t if t.is_cuda else t.clone() for name, t in tensors.items()})


def _roomy(tensors: dict[str, torch.Tensor]) -> bool:
    size = sum(tensor.nbytes for tensor in tensors.values() if tensor.is_cuda)
    return size <= SMALL or 2 * size <= free_bytes()


@dataclass(frozen=True)
class Block:
    """Tensors as the parts of a file: its head and their bytes, in order."""

    head: bytes
    parts: list[torch.Tensor]

    @staticmethod
    def of(tensors: dict[str, torch.Tensor]) -> Block:
        """Those on a GPU are copied there into a few parts, so that whoever writes them does little while a training launches
        its steps; the others are seen as they are."""
        places, end = {}, 0
        parts: list[torch.Tensor] = []
        group: list[torch.Tensor] = []
        size = 0
        for name, tensor in tensors.items():
            raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
            begin, end = end, end + len(raw)
            shape = list(tensor.shape)
            places[name] = {"dtype": NAMES[tensor.dtype], "shape": shape, "data_offsets": [begin, end]}
            if group and (size + len(raw) > CHUNK or not raw.is_cuda):
                parts.append(torch.cat(group))
                group, size = [], 0
            if raw.is_cuda:
                group.append(raw)
                size += len(raw)
            else:
                parts.append(raw)
        if group:
            parts.append(torch.cat(group))
        head = json.dumps(places, ensure_ascii=False, separators=(",", ":")).encode()
        head += b" " * (-len(head) % 8)
        return Block(len(head).to_bytes(8, "little") + head, parts)


def write(path: str, held: Block | dict[str, torch.Tensor]) -> str:
    """Writes a file that safetensors reads, syncs it to disk and returns its sha256.

    A library's writer takes each tensor by itself under the interpreter's lock, which holds up the training. The tensors must
    not change meanwhile; what a GPU does for them must be done.
    """
    block = held if isinstance(held, Block) else Block.of(held)
    digest = hashlib.sha256(block.head)
    on_gpu = any(part.is_cuda for part in block.parts)
    with open(path, "wb") as file, torch.cuda.stream(_aside()) if on_gpu else nullcontext():
        file.write(block.head)
        for part in block.parts:
            data = memoryview(_fetched(part).numpy())
            digest.update(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _fetched(block: torch.Tensor) -> torch.Tensor:
    """The block in the machine's memory; through pinned memory, since another copy would hold up the launches of a training."""
    if not block.is_cuda:
        return block
    host = torch.empty(block.shape, dtype=block.dtype, pin_memory=True)
    host.copy_(block, non_blocking=True)
    torch.cuda.current_stream().synchronize()
    return host


@functools.cache
def _aside() -> torch.cuda.Stream:
    """One for all, since each keeps memory of its own."""
    return torch.cuda.Stream()
