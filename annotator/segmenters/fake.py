"""A segmenter for tests: colours are flood-filled, and the fill is carried by its colour.

It is exact on frames of plain colours, costs nothing, and can be told how long a step lasts.
"""

import time
from collections.abc import Callable, Iterator, Set
from typing import Any

import cv2
import numpy as np

from annotator.segmenters import requests
from annotator.segmenters.logits import certain, mask_logits
from annotator.segmenters.protocol import Conditioning, FrameSource, Prediction, Prompts
from refvps.types import BoolArray, UInt8Array

NEAR = 24
"""Two colours are one when no channel differs by more."""


class FakeSegmenter:
    """Deterministic, without weights.

    Args:
        step: seconds that a prediction and a step of a propagation last.
        sleep: how time passes.
    """

    name = "fake"

    def __init__(self, step: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self.step = step
        self._sleep = sleep

    def provenance(self) -> dict[str, Any]:
        """Return its name and version."""
        return {"name": self.name, "version": 1}

    def open(self, frames: FrameSource) -> "FakeSession":
        """Return a session."""
        return FakeSession(frames, self._pass_time)

    def _pass_time(self) -> None:
        if self.step:
            self._sleep(self.step)


class FakeSession:
    """See ``SegmenterSession``."""

    def __init__(self, frames: FrameSource, pass_time: Callable[[], None]) -> None:
        self._frames = frames
        self._pass_time = pass_time
        self.embedded: set[int] = set()
        self.closed = False

    def embed(self, k: int) -> None:
        """Remember that it was asked."""
        requests.require_frame(self._frames, k)
        self.embedded.add(k)

    def predict(self, k: int, prompts: Prompts) -> Prediction:
        """Fill from each positive point, then take away the fill from each negative one."""
        requests.require_prompts(self._frames, k, prompts)
        self._pass_time()
        return self._answer(k, prompts)

    def propagate(
        self, start: int, stop: int, conditioning: Conditioning, keep: Set[int]
    ) -> Iterator[tuple[int, Prediction]]:
        """Carry the colours of the nearest conditioning frame; see ``SegmenterSession``."""
        requests.require_conditioning(self._frames, conditioning)
        asked = requests.travelled(self._frames, start, stop, keep)
        return self._steps(asked, conditioning)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _steps(
        self, asked: list[int], conditioning: Conditioning
    ) -> Iterator[tuple[int, Prediction]]:
        known = requests.as_prompts(conditioning)
        for k in asked:
            self._pass_time()
            if k in known:
                yield k, self._answer(k, known[k])
                continue
            nearest = min(known, key=lambda other: (abs(other - k), other))
            yield k, self._carried(nearest, self._answer(nearest, known[nearest]).mask, k)

    def _answer(self, k: int, prompts: Prompts) -> Prediction:
        if not prompts.has_marks and prompts.mask is not None:
            return certain(prompts.mask)
        frame = self._frames.frame(k)
        mask = np.zeros(self._frames.size, bool) if prompts.mask is None else prompts.mask.copy()
        if prompts.box is not None:
            left, top, right, bottom = (round(edge) for edge in prompts.box)
            mask[top:bottom, left:right] = True
        for (x, y), positive in zip(prompts.points, prompts.labels, strict=True):
            mask[flood(frame, x, y)] = positive
        return Prediction(mask, 1.0, mask_logits(mask))

    def _carried(self, source: int, mask: BoolArray, k: int) -> Prediction:
        """Shift a mask to where its mean colour moved."""
        if not mask.any():
            return Prediction(np.zeros_like(mask), 1.0, mask_logits(mask))
        colour = self._frames.frame(source)[mask].mean(axis=0)
        there = (np.abs(self._frames.frame(k).astype(int) - colour) <= NEAR).all(axis=-1)
        score = 1 / (1 + abs(source - k))
        return Prediction(there, score, mask_logits(there))


def flood(frame: UInt8Array, x: float, y: float) -> BoolArray:
    """Return the pixels of one colour that hang together at (x, y), bool ``[H, W]``."""
    height, width = frame.shape[:2]
    column, row = min(int(x), width - 1), min(int(y), height - 1)
    canvas = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    near = (NEAR, NEAR, NEAR)
    cv2.floodFill(frame.copy(), canvas, (column, row), (0, 0, 0), near, near, flags)
    return canvas[1:-1, 1:-1].astype(bool)
