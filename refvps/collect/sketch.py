"""A video reduced to what analysis looks at, from one pass of decoding."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from refvps.collect.probe import Probed
from refvps.errors import DataError, MissingExtraError, ShapeError
from refvps.types import Size, UInt8Array
from refvps.video.file import VideoFile

DETECTOR_WIDTH = 256
"""To which PySceneDetect reduces frames by default."""

THUMB_SIDE = 128
STILL_SIDE = 256
STILL_RATE = Fraction(6)
THRESHOLD = 27.0
"""PySceneDetect's default for ``ContentDetector``."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is left of a video's pixels.

    Attributes:
        thumbs: every frame, grey, uint8 ``[N, h, w]``, long side at most 128.
        sudden: bool ``[N]``: whether PySceneDetect sees a change of content since the frame before.
        stills: frames on screen at every sixth of a second, grey, uint8 ``[M, H, W]``, long side
            at most 256.
        indices: which frames the stills are, ``[M]``, never decreasing.
    """

    thumbs: UInt8Array
    sudden: np.ndarray
    stills: UInt8Array
    indices: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check shapes."""
        if self.thumbs.ndim != 3 or self.sudden.shape != self.thumbs.shape[:1]:
            raise ShapeError(
                f"expected thumbs [N, h, w] and sudden [N]; got {self.thumbs.shape} and "
                f"{self.sudden.shape}"
            )
        if self.stills.ndim != 3 or len(self.stills) != len(self.indices):
            raise ShapeError(
                f"expected a frame index for each still; got {len(self.indices)} indices and "
                f"{self.stills.shape}"
            )


def sketch(probed: Probed, threshold: float = THRESHOLD) -> Sketch:
    """Decode a video once.

    Args:
        probed: the video.
        threshold: PySceneDetect's, for a sudden change of content.

    Raises:
        DataError: it is damaged, or not as it was when it was probed.
        MissingExtraError: PySceneDetect is not installed.
    """
    import cv2

    timeline = probed.timeline
    small = scaled(probed.facts.size, DETECTOR_WIDTH, of_width=True)
    thumb = scaled(probed.facts.size, THUMB_SIDE)
    still = scaled(probed.facts.size, STILL_SIDE)
    indices = tuple(_still_indices(probed))
    wanted = set(indices)
    is_sudden = _Detector(threshold)
    thumbs = np.empty((len(timeline), *thumb), np.uint8)
    sudden = np.zeros(len(timeline), bool)
    kept: dict[int, UInt8Array] = {}
    count = 0
    for frame in VideoFile(probed.facts).frames():
        if count >= len(timeline) or frame.pts != timeline.pts[count]:
            raise DataError(probed.facts.path, f"changed since it was probed, at frame {count}")
        pixels = frame.reduced(small)
        sudden[count] = is_sudden(count, pixels)
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        thumbs[count] = cv2.resize(grey, thumb[::-1], interpolation=cv2.INTER_AREA)
        if count in wanted:
            kept[count] = np.asarray(cv2.resize(grey, still[::-1], interpolation=cv2.INTER_AREA))
        count += 1
    if count != len(timeline):
        raise DataError(probed.facts.path, f"changed since it was probed: it ends at frame {count}")
    return Sketch(thumbs, sudden, np.stack([kept[index] for index in indices]), indices)


def scaled(size: Size, side: int, *, of_width: bool = False) -> Size:
    """Return a size reduced so that its long side, or its width, is at most ``side``.

    >>> scaled(Size(1024, 576), 128), scaled(Size(64, 48), 128)
    (Size(height=128, width=72), Size(height=64, width=48))
    """
    long = size.width if of_width else max(size)
    if long <= side:
        return size
    return Size(max(1, round(size.height * side / long)), max(1, round(size.width * side / long)))


def _still_indices(probed: Probed) -> Iterator[int]:
    count = 0
    while (time := count / STILL_RATE) < probed.timeline.end:
        yield probed.timeline.at(time)
        count += 1


class _Detector:
    """PySceneDetect's ``ContentDetector``, asked frame by frame.

    It is given frame numbers alone; its own times and its merging of cuts are not used, since
    frame numbers of uneven videos come out wrong there and short shots are merged away.
    """

    def __init__(self, threshold: float) -> None:
        try:
            from scenedetect import ContentDetector, FrameTimecode
        except ImportError as error:
            raise MissingExtraError("finding changes of shot", "collect") from error
        self._detector = ContentDetector(threshold=threshold, min_scene_len=0)
        self._timecode = FrameTimecode

    def __call__(self, number: int, pixels: UInt8Array) -> bool:
        """Return whether a frame differs suddenly from the one before it."""
        reversed_channels = np.ascontiguousarray(pixels[..., ::-1])
        timecode = self._timecode(number, fps=30.0)
        return number > 0 and bool(self._detector.process_frame(timecode, reversed_channels))
