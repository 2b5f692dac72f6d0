"""From frames and prompts at their own size to the square that the network sees."""

import numpy as np
from PIL import Image

from annotator.segmenters.logits import mask_logits
from annotator.segmenters.protocol import Prompts
from annotator.segmenters.sam.network import BOX_CORNERS, Float32Array, Marks
from refvps.types import BoolArray, Size, UInt8Array

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet's channels, which the encoder was trained with."""


def pixels_of(frame: UInt8Array, side: int) -> Float32Array:
    """Return a frame as the encoder takes it, float32 ``[3, side, side]``.

    Resized as the released weights of transformers expect, bilinear with the whole footprint.
    """
    square = Image.fromarray(frame).resize((side, side), Image.Resampling.BILINEAR)
    scaled = (np.asarray(square, np.float32) / 255 - MEAN) / DEVIATION
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def marks_of(prompts: Prompts, size: Size, side: int) -> Marks | None:
    """Return points and box in the network's square, or None without either."""
    if not prompts.has_marks:
        return None
    corners = np.zeros((0, 2)) if prompts.box is None else prompts.box.reshape(2, 2)
    scale = np.array([side / size.width, side / size.height])
    points = np.concatenate([corners, prompts.points]) * scale
    labels = [*BOX_CORNERS[: len(corners)], *prompts.labels.astype(int)]
    return Marks(points.astype(np.float32), np.array(labels, np.int32))


def prior_of(mask: BoolArray | None, side: int) -> Float32Array | None:
    """Return a mask that clicks refine, as the decoder takes it: ``[side / 4, side / 4]``."""
    return None if mask is None else mask_logits(mask, side // 4).astype(np.float32)
