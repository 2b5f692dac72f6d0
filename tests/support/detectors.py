"""A detector without weights: it sees the frames that bear a mark as parts of a transition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from refvps.collect.detectors.windows import SIZE, Watching
from refvps.types import Size

MARK = 48
"""Side of the white square in the upper left corner that marks a frame of 144 rows."""


def marked(picture: np.ndarray) -> np.ndarray:
    found = picture.copy()
    found[:MARK, :MARK] = 255
    return found


def seen_mark(window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A network: sure of the frames whose corner is white."""
    level = (window[:, :6, :6].mean(axis=(1, 2, 3)) > 240).astype(np.float32)
    return level, level


@dataclass(frozen=True)
class MarkDetector:
    """What ``TransNetV2`` is, with the network above."""

    threshold: float = 0.5
    name: str = "marks"
    version: str = "7"

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"threshold": self.threshold}

    def size(self, frame: Size) -> Size:
        return SIZE

    def watch(self) -> Watching:
        return Watching(seen_mark, self.threshold)
