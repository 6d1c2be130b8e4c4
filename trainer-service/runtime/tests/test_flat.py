"""Files of tensors: what a library reads of them is what was written."""

from __future__ import annotations

import hashlib

import torch
from safetensors.torch import load

from tune import flat


def test_a_library_reads_back_every_type_and_shape(tmp_path, monkeypatch):
    monkeypatch.setattr(flat, "CHUNK", 50)
    torch.manual_seed(0)
    made = {
        "odd": torch.randint(0, 255, (7,), dtype=torch.uint8),
        "none": torch.zeros(0, 3),
        "number": torch.tensor(3),
        "whole.weight|exp_avg": torch.randn(5, 9),
        "turned": torch.randn(4, 6).t(),
        "half": torch.randn(33).bfloat16(),
        "yes": torch.tensor([True, False]),
        "parameter": torch.nn.Parameter(torch.randn(2, 2, dtype=torch.float64)),
    }
    path = tmp_path / "a.safetensors"
    digest = flat.write(str(path), made)
    data = path.read_bytes()
    assert digest == hashlib.sha256(data).hexdigest()
    read = load(data)
    assert set(read) == set(made)
    for name, tensor in made.items():
        assert read[name].dtype == tensor.dtype and torch.equal(read[name], tensor.detach()), name


def test_nothing_is_a_file_as_well(tmp_path):
    path = tmp_path / "a.safetensors"
    flat.write(str(path), {})
    assert load(path.read_bytes()) == {}
