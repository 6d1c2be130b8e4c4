"""Matrix products of a CPU in float32, without gradients of their own.

PyTorch gives them to MKL, which is the quicker one on Intel's processors alone: oneDNN, which PyTorch brings as well, was
measured at 2.2 times its speed on an AMD EPYC.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch.nn import functional

HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _on_intel() -> bool:
    try:
        return "GenuineIntel" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


apart = HAS_ONEDNN and not (torch.backends.mkl.is_available() and _on_intel())
"""Whether oneDNN makes the products here; it takes those over several matrices one by one."""


def _by_onednn(x: torch.Tensor) -> bool:
    compiled = torch.compiler.is_compiling()  # the compiler has products of its own, and no rule for this one
    return not compiled and apart and x.device.type == "cpu" and x.dtype == torch.float32


def product(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """`x @ weight.T + bias`, x of two dimensions, by oneDNN where it is right: on a CPU, in float32."""
    if not _by_onednn(x):
        return functional.linear(x, weight, bias)
    if not (weight.is_contiguous() or weight.t().is_contiguous()):
        weight = weight.contiguous()  # any other layout is a hundred times slower
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


def across(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """`left.T @ right`: sums over the rows of both."""
    if not _by_onednn(left):
        return left.t() @ right
    return product(left.contiguous().t(), right.contiguous().t())


def each(
    left: torch.Tensor, right: torch.Tensor, into: torch.Tensor | None = None, add: bool = False
) -> torch.Tensor:
    """`left[i] @ right[i]` of every i: new, or written `into` something, or added to it."""
    if not _by_onednn(left):
        return into.baddbmm_(left, right) if add else torch.bmm(left, right, out=into)
    made = [product(a, b.t()) for a, b in zip(left, right, strict=True)]
    if into is None:
        return made[0][None] if len(made) == 1 else torch.stack(made)
    for place, found in zip(into, made, strict=True):
        place.add_(found) if add else place.copy_(found)
    return into
