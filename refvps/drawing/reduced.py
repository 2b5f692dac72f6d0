"""Pictures made smaller, smoothly."""

import numpy as np

from refvps.types import Size, UInt8Array


def reduced(pixels: UInt8Array, side: Size) -> UInt8Array:
    """Return a picture at the height and width given, or as it is if it is narrower."""
    from PIL import Image

    if pixels.shape[1] <= side.width:
        return pixels
    target = (side.width, side.height)
    return np.asarray(Image.fromarray(pixels).resize(target, Image.Resampling.BICUBIC))
