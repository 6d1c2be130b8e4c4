"""Tunemesh's trainer runtime: a resident worker that tunes adapters on one base model."""

__version__ = "0.1.0"
