"""A key/value cache whose rows come and go, for batches that change from step to step."""

import torch
from transformers.cache_utils import Cache, DynamicLayer

_ROOM = 128


class GrowingLayer(DynamicLayer):
    """One layer's keys and values [rows, heads, tokens, size], with room to grow.

    The stock layer copies the whole cache for each new token; this one writes into spare room and
    copies once in 128 tokens.
    """

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self.dtype, self.device = key_states.dtype, key_states.device
        self._put(key_states[:, :, :0], value_states[:, :, :0])
        self.is_initialized = True

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args, **kwargs):
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.keys.shape[2]
        end = start + key_states.shape[2]
        if end > self._key_room.shape[2]:
            self._put(self.keys, self.values, end)
        self._key_room[:, :, start:end] = key_states
        self._value_room[:, :, start:end] = value_states
        self.keys, self.values = self._key_room[:, :, :end], self._value_room[:, :, :end]
        return self.keys, self.values

    def _put(self, keys: torch.Tensor, values: torch.Tensor, end: int = 0) -> None:
        """Takes over copies of `keys` and `values`, with room for at least `end` tokens."""
        length = keys.shape[2]
        room = max(end, length) + _ROOM
        self._key_room = keys.new_empty(*keys.shape[:2], room, keys.shape[3])
        self._value_room = values.new_empty(*values.shape[:2], room, values.shape[3])
        self._key_room[:, :, :length] = keys
        self._value_room[:, :, :length] = values
        self.keys, self.values = self._key_room[:, :, :length], self._value_room[:, :, :length]


Prefix = tuple[tuple[torch.Tensor, torch.Tensor], ...]
"""Keys and values of virtual tokens for each layer, [1, heads, tokens, size]."""


class RowCache(Cache):
    """The cache of one batch. Rows of different lengths are aligned at their ends: row `i` holds
    nothing of meaning in its first `length - len(i)` places."""

    def __init__(self, prefix: Prefix | None = None) -> None:
        super().__init__(layer_class_to_replicate=GrowingLayer)
        for index, (keys, values) in enumerate(prefix or ()):
            self.update(keys, values, index)

    @property
    def length(self) -> int:
        return self.get_seq_length() if self.layers else 0

    def join(self, other: "RowCache") -> None:
        """Adds the rows of `other` below the rows of this one."""
        length = max(self.length, other.length)
        for mine, theirs in zip(self.layers, other.layers, strict=True):
            keys = torch.cat([_at_end(mine.keys, length), _at_end(theirs.keys, length)])
            values = torch.cat([_at_end(mine.values, length), _at_end(theirs.values, length)])
            mine._put(keys, values)

    def keep(self, rows: list[int], length: int) -> None:
        """Keeps only these rows, and only the last `length` places."""
        start = self.length - length
        for layer in self.layers:
            index = torch.tensor(rows, device=layer.keys.device)
            layer._put(layer.keys[:, :, start:][index], layer.values[:, :, start:][index])


def _at_end(states: torch.Tensor, length: int) -> torch.Tensor:
    missing = length - states.shape[2]
    # Zeros, not whatever memory held: a masked place still is multiplied, and NaN times 0 is NaN.
    return torch.nn.functional.pad(states, (0, 0, missing, 0)) if missing else states
