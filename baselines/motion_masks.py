"""What moves: foreground from dense optical flow, with no learning and no words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from refvps.types import BoolArray, FloatArray, Size, UInt8Array


@dataclass(frozen=True, slots=True)
class MotionOptions:
    """Every number of the method. Fixed on real video before the demo release was tuned.

    Lengths are fractions of the longer side of the frame, so that the method does not change
    with resolution; ``work_side`` is in pixels.
    """

    work_side: int = 320
    pyramid_scale: float = 0.5
    pyramid_levels: int = 4
    flow_window: int = 15
    flow_iterations: int = 3
    polynomial_neighbourhood: int = 5
    polynomial_sigma: float = 1.2
    least_motion: float = 0.0015
    opening_radius: float = 0.006
    closing_radius: float = 0.02


def motion_masks(frames: Iterable[UInt8Array], options: MotionOptions) -> Iterator[BoolArray]:
    """Yield, for every frame, the pixels that move against the background.

    The flow to the next frame is taken with Farnebäck's method, its median (the camera) is
    subtracted, and the magnitude, averaged over the steps before and after a frame, is split by
    Otsu's threshold; motion below ``least_motion`` a frame is never foreground. One frame alone
    shows no motion, so its mask is empty.

    Args:
        frames: uint8 ``[H, W, 3]`` RGB, all of one size; read once, two held at a time.
        options: see ``MotionOptions``.

    Yields:
        bool ``[H, W]``, one a frame, in order.

    Source: G. Farnebäck, "Two-frame motion estimation based on polynomial expansion", SCIA 2003;
    N. Otsu, "A threshold selection method from gray-level histograms", 1979.
    """
    before: FloatArray | None = None
    size: Size | None = None
    grey: UInt8Array | None = None
    for frame in frames:
        following = _grey_at_work_size(frame, options.work_side)
        if grey is not None and size is not None:
            after = _speed(grey, following, options)
            yield _foreground(after if before is None else (before + after) / 2, size, options)
            before = after
        size, grey = Size(*frame.shape[:2]), following
    if size is not None:
        still = np.zeros(size, dtype=bool)
        yield still if before is None else _foreground(before, size, options)


def _grey_at_work_size(frame: UInt8Array, work_side: int) -> UInt8Array:
    height, width = frame.shape[:2]
    scale = min(1.0, work_side / max(height, width))
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    resized: UInt8Array = np.asarray(
        cv2.resize(grey, shape, interpolation=cv2.INTER_AREA), np.uint8
    )
    return resized


def _speed(grey: UInt8Array, following: UInt8Array, options: MotionOptions) -> FloatArray:
    """Return the camera-compensated motion, float64 ``[h, w]``, in longer sides a frame."""
    flow = cv2.calcOpticalFlowFarneback(
        grey,
        following,
        np.zeros((*grey.shape, 2), np.float32),
        options.pyramid_scale,
        options.pyramid_levels,
        options.flow_window,
        options.flow_iterations,
        options.polynomial_neighbourhood,
        options.polynomial_sigma,
        0,
    ).astype(np.float64)
    flow -= np.median(flow, axis=(0, 1))
    speed: FloatArray = np.sqrt(flow[..., 0] ** 2 + flow[..., 1] ** 2) / max(grey.shape)
    return speed


def _foreground(speed: FloatArray, size: Size, options: MotionOptions) -> BoolArray:
    top = float(speed.max())
    if top <= options.least_motion:
        return np.zeros(size, dtype=bool)
    levels = np.round(speed * (255 / top)).astype(np.uint8)
    split, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    moving = (levels > split) & (speed > options.least_motion)
    cleaned = moving.astype(np.uint8)
    for operation, radius in (
        (cv2.MORPH_OPEN, options.opening_radius),
        (cv2.MORPH_CLOSE, options.closing_radius),
    ):
        cleaned = np.asarray(
            cv2.morphologyEx(cleaned, operation, _disk(radius * max(speed.shape))), np.uint8
        )
    enlarged = cv2.resize(
        cleaned * np.uint8(255), (size.width, size.height), interpolation=cv2.INTER_LINEAR
    )
    foreground: BoolArray = np.asarray(enlarged) > 127
    return foreground


def _disk(radius: float) -> UInt8Array:
    side = 2 * round(radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
