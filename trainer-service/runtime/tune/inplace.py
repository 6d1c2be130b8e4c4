"""Weights of our own kinds, trained inside the base: their folder, and how it is written and read.

A folder has `adapter_config.json` with `tunemesh_type` in place of PEFT's `peft_type`, and `adapter_model.safetensors`
with the trained weights under the names that they have in the model.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import torch
from safetensors.torch import load_file, save_file
from torch import nn

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


@dataclass(frozen=True)
class InPlace:
    """A base whose trainable parameters are those of one method; the part of PEFT's interface that a job needs."""

    network: nn.Module
    config: dict
    names: frozenset[str]

    @staticmethod
    def of(network: nn.Module, config: dict) -> InPlace:
        """Takes the parameters that ask for gradients now for those of the method."""
        named = network.named_parameters()
        return InPlace(network, config, frozenset(name for name, p in named if p.requires_grad))

    def get_base_model(self) -> nn.Module:
        return self.network

    def train(self) -> None:
        self.network.train()

    def parameters(self):
        return self.network.parameters()

    def save_pretrained(self, folder: str, **_: object) -> None:
        """Writes the folder; a weight that has several names in the model (tied) is written once, under its first."""
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, CONFIG), "w", encoding="utf-8") as file:
            json.dump(self.config, file, indent=2, sort_keys=True, ensure_ascii=False)
        weights = {
            name: weight.detach().cpu().contiguous()
            for name, weight in self.network.named_parameters()
            if name in self.names
        }
        save_file(weights, os.path.join(folder, WEIGHTS), {"format": "pt"})


def config_of(folder: str) -> dict:
    with open(os.path.join(folder, CONFIG), encoding="utf-8") as file:
        return json.load(file)


def fill(network: nn.Module, folder: str) -> None:
    """Copies the folder's weights into the parameters of the same names; raises KeyError when a name is unknown."""
    named = dict(network.named_parameters())
    with torch.no_grad():
        for name, weight in load_file(os.path.join(folder, WEIGHTS)).items():
            named[name].copy_(weight)
