"""Matrix products of a CPU in float32, without gradients of their own.

PyTorch gives them to MKL; oneDNN, which PyTorch brings as well, was measured at 2.2 times its speed on an AMD EPYC (not
measured on Intel's processors).
"""

from __future__ import annotations

import torch
from torch.nn import functional

_onednn = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def product(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """`x @ weight.T + bias`, x of two dimensions, by oneDNN where it is right: on a CPU, in float32."""
    compiled = torch.compiler.is_compiling()  # the compiler has products of its own, and no rule for this one
    if compiled or not _onednn or x.device.type != "cpu" or x.dtype != torch.float32:
        return functional.linear(x, weight, bias)
    if not (weight.is_contiguous() or weight.t().is_contiguous()):
        weight = weight.contiguous()  # any other layout is a hundred times slower
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


def across(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """`left.T @ right`: sums over the rows of both."""
    return product(left.contiguous().t(), right.contiguous().t())
