"""Between masks at the size of a frame and the small square of logits."""

import cv2
import numpy as np
from numpy.typing import NDArray

from annotator.segmenters.protocol import LOGIT_SIDE, LogitArray, Prediction
from refvps.types import BoolArray, Size

SURE = 10.0
"""Logit of a pixel that a person decided."""

MOST = 1024.0
"""Logits are held within plus and minus this, the value SAM 2 gives to "no target"."""


def mask_logits(mask: BoolArray, side: int = LOGIT_SIDE) -> LogitArray:
    """Return a mask as logits: ``SURE`` inside, ``-SURE`` outside, between them on the edge."""
    share = cv2.resize(mask.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return ((share * 2 - 1) * SURE).astype(np.float16)


def resized_logits(logits: NDArray[np.floating]) -> LogitArray:
    """Return logits of any size as ``Prediction`` holds them."""
    given = np.asarray(logits, dtype=np.float32)
    square = cv2.resize(given, (LOGIT_SIDE, LOGIT_SIDE), interpolation=cv2.INTER_LINEAR)
    return np.clip(square, -MOST, MOST).astype(np.float16)


def thresholded(logits: NDArray[np.floating], size: Size) -> BoolArray:
    """Return where logits, enlarged to the size of the frame, are above 0."""
    full = cv2.resize(
        np.asarray(logits, dtype=np.float32),
        (size.width, size.height),
        interpolation=cv2.INTER_LINEAR,
    )
    return np.asarray(full > 0)


def certain(mask: BoolArray) -> Prediction:
    """Return a person's mask as a prediction: its own pixels, sure."""
    return Prediction(mask.copy(), 1.0, mask_logits(mask))
