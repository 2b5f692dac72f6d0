"""PySceneDetect's ``ContentDetector``, asked frame by frame.

It is given frame numbers alone; its own times and its merging of cuts are not used, since frame
numbers of uneven videos come out wrong there and short shots are merged away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from refvps.collect.cut import Change
from refvps.collect.sizes import scaled
from refvps.errors import MissingExtraError
from refvps.types import Size, UInt8Array

WIDTH = 256
"""To which PySceneDetect reduces frames by default."""

THRESHOLD = 27.0
"""PySceneDetect's default for ``ContentDetector``."""


@dataclass(frozen=True, slots=True)
class PySceneDetect:
    """Sees cuts, and the steepest steps of fades; no dissolves.

    Attributes:
        threshold: mean difference of content between neighbouring frames, above 0, of 255.
    """

    threshold: float = THRESHOLD
    name: str = "pyscenedetect"

    @property
    def version(self) -> str:
        """See ``Detector``."""
        import scenedetect

        return str(scenedetect.__version__)

    @property
    def settings(self) -> Mapping[str, Any]:
        """See ``Detector``."""
        return {"threshold": self.threshold}

    def size(self, frame: Size) -> Size:
        """See ``Detector``."""
        return scaled(frame, WIDTH, of_width=True)

    def watch(self) -> "Watching":
        """See ``Detector``."""
        return Watching(self.threshold)


class Watching:
    """The detector at work on one video."""

    def __init__(self, threshold: float) -> None:
        try:
            from scenedetect import ContentDetector, FrameTimecode
        except ImportError as error:
            raise MissingExtraError("finding changes of shot", "collect") from error
        self._detector = ContentDetector(threshold=threshold, min_scene_len=0)
        self._timecode = FrameTimecode
        self._count = 0
        self._found: list[Change] = []

    def see(self, pixels: UInt8Array) -> None:
        """See ``Watch``."""
        number = self._count
        self._count += 1
        reversed_channels = np.ascontiguousarray(pixels[..., ::-1])
        timecode = self._timecode(number, fps=30.0)
        if self._detector.process_frame(timecode, reversed_channels) and number > 0:
            self._found.append(Change(number - 1, number))

    def changes(self) -> tuple[Change, ...]:
        """See ``Watch``."""
        return tuple(self._found)
