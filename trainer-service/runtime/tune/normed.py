"""What both kinds of a halved layer's attention have around their products: the norm before and the rotation of heads."""

from __future__ import annotations

import torch


def normed(x: torch.Tensor, eps: float) -> tuple[torch.Tensor, torch.Tensor]:
    """(x over its root mean square, one over that)."""
    by = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_().div_(x.shape[-1]).add_(eps).rsqrt_()
    return x * by, by


def norm_slope(
    to_come: torch.Tensor, rows: torch.Tensor, by: torch.Tensor, slope: torch.Tensor
) -> torch.Tensor:
    """`slope` of the residual plus that which `to_come`, the gradient of the normed `rows`, has for x."""
    along = (to_come * rows).mean(-1, keepdim=True)
    return torch.addcmul(slope, to_come.addcmul_(rows, along, value=-1), by)


def paired(heads: int, size: int) -> torch.Tensor:
    """The order of the outputs of so many heads in which the two numbers that are rotated together are neighbours."""
    return torch.arange(heads * size).view(-1, 2, size // 2).transpose(1, 2).flatten()


def rotate(rows: torch.Tensor, turn: torch.Tensor, size: int) -> None:
    """Rotates neighbouring pairs in place."""
    torch.view_as_complex(rows.unflatten(1, (-1, size // 2, 2))).mul_(turn)
