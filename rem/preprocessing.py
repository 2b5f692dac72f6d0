"""Frames as the network takes them: squeezed to a square, in [-1, 1]."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from refvps.types import UInt8Array

if TYPE_CHECKING:
    import torch
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


def to_signed(frames: UInt8Array, device: "torch.device | str" = "cpu") -> "Tensor":
    """Return frames uint8 ``[T, S, S, 3]`` as float32 ``[T, 3, S, S]`` in [-1, 1].

    They go to the device as bytes; the values are the same to the last bit on every device.
    """
    import torch

    bytes_ = torch.tensor(frames).to(device)
    unit = bytes_.permute(0, 3, 1, 2).contiguous().to(torch.float32)
    # A divisor on the device: by a plain number, GPUs multiply by its rounded reciprocal.
    unit /= torch.full((), 255.0, device=device)
    return unit.sub_(0.5).mul_(2)
