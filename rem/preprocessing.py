"""Frames as the network takes them: squeezed to a square, in [-1, 1]."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from refvps.types import UInt8Array

if TYPE_CHECKING:
    from torch import Tensor


def squeeze(frame: UInt8Array, size: int) -> UInt8Array:
    """Return a frame resized to a square, its proportions given up.

    Pillow's bilinear filter, which widens when it shrinks: the official input statistics. Resizing
    a tensor gives other values.

    Args:
        frame: uint8 ``[H, W, 3]``.
        size: side of the square, in pixels.

    Returns:
        uint8 ``[size, size, 3]``.
    """
    image = Image.fromarray(frame)
    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(image)


def to_signed(frames: UInt8Array) -> "Tensor":
    """Return frames uint8 ``[T, S, S, 3]`` as float32 ``[T, 3, S, S]`` in [-1, 1]."""
    import torch

    unit = torch.tensor(frames).permute(0, 3, 1, 2).contiguous().to(torch.float32).div_(255)
    return unit.sub_(0.5).div_(0.5)
