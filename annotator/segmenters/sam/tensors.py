"""Numbers on their way into and out of a network."""

import torch
from torch import Tensor

from annotator.segmenters.sam.network import Float32Array, Marks, Question
from refvps.types import BoolArray


def square_mask(mask: BoolArray, side: int, device: torch.device) -> Tensor:
    """Return a mask at the size of the network's square, float32 ``[1, 1, side, side]``, 0 or 1.

    As the official predictor does it: shrunk with antialiasing, then decided at a half. A mask
    whose every pixel would be lost keeps the strongest one, or it would mean "no target".
    """
    share = torch.nn.functional.interpolate(
        torch.from_numpy(mask).float()[None, None],
        size=(side, side),
        mode="bilinear",
        align_corners=False,
        antialias=True,
    )
    found = share >= 0.5
    if mask.any() and not found.any():
        found = share == share.max()
    return found.float().to(device)


def points_of(marks: Marks, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return points ``[1, N, 2]`` and labels ``[1, N]``."""
    return (
        torch.from_numpy(marks.points)[None].to(device),
        torch.from_numpy(marks.labels)[None].to(device),
    )


def prior_tensor(question: Question, device: torch.device) -> Tensor | None:
    """Return the logits that marks refine, ``[1, 1, side / 4, side / 4]``, or None."""
    if question.prior is None:
        return None
    return torch.from_numpy(question.prior)[None, None].to(device)


def array_of(logits: Tensor) -> Float32Array:
    """Return logits ``[1, 1, h, w]`` as an array ``[h, w]``."""
    found: Float32Array = logits[0, 0].float().cpu().numpy()
    return found


def size_of(maps: list[Tensor]) -> int:
    """Return the bytes that tensors take."""
    return sum(one.numel() * one.element_size() for one in maps)


def device_named(name: str) -> torch.device:
    """Return a device; "auto" is the GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)
