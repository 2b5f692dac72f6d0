"""A video reduced to what analysis looks at, from one pass of decoding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from refvps.collect.detectors.detector import Detector, Sighting
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.probe import Probed
from refvps.collect.sizes import scaled
from refvps.errors import DataError, ShapeError
from refvps.types import UInt8Array
from refvps.video.file import VideoFile
from refvps.video.source import VideoFrame

LOOK_WIDTH = 256
"""Frames are decoded to this width, once, for all that looks at them grey."""

THUMB_SIDE = 128
STILL_SIDE = 256
STILL_RATE = Fraction(6)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is left of a video's pixels.

    Attributes:
        thumbs: every frame, grey, uint8 ``[N, h, w]``, long side at most 128.
        sightings: what detectors saw, in no order.
        stills: frames on screen at every sixth of a second, grey, uint8 ``[M, H, W]``, long side
            at most 256.
        indices: which frames the stills are, ``[M]``, never decreasing.
    """

    thumbs: UInt8Array
    sightings: tuple[Sighting, ...]
    stills: UInt8Array
    indices: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check shapes."""
        last = max((each.change.after for each in self.sightings), default=0)
        if self.thumbs.ndim != 3 or last >= max(1, len(self.thumbs)):
            raise ShapeError(
                f"expected thumbs [N, h, w] and sightings within them; got {self.thumbs.shape} "
                f"and one up to frame {last}"
            )
        if self.stills.ndim != 3 or len(self.stills) != len(self.indices):
            raise ShapeError(
                f"expected a frame index for each still; got {len(self.indices)} indices and "
                f"{self.stills.shape}"
            )


def sketch(probed: Probed, detectors: Sequence[Detector] = (PySceneDetect(),)) -> Sketch:
    """Decode a video once.

    Args:
        probed: the video.
        detectors: what looks for changes of shot meanwhile.

    Raises:
        DataError: it is damaged, or not as it was when it was probed.
        MissingExtraError: what a detector needs is not installed.
    """
    import cv2

    timeline, size = probed.timeline, probed.facts.size
    small = scaled(size, LOOK_WIDTH, of_width=True)
    thumb, still = scaled(size, THUMB_SIDE), scaled(size, STILL_SIDE)
    watches = [(each, each.size(size), each.watch()) for each in detectors]
    indices = tuple(_still_indices(probed))
    wanted = set(indices)
    thumbs = np.empty((len(timeline), *thumb), np.uint8)
    kept: dict[int, UInt8Array] = {}
    for place, frame in enumerate(_as_probed(probed)):
        looks = {each: frame.reduced(each) for each in {small, *(size for _, size, _ in watches)}}
        for _, wants, watch in watches:
            watch.see(looks[wants])
        grey = cv2.cvtColor(looks[small], cv2.COLOR_RGB2GRAY)
        thumbs[place] = cv2.resize(grey, thumb[::-1], interpolation=cv2.INTER_AREA)
        if place in wanted:
            kept[place] = np.asarray(cv2.resize(grey, still[::-1], interpolation=cv2.INTER_AREA))
    seen = [Sighting(found, each.name) for each, _, watch in watches for found in watch.changes()]
    return Sketch(thumbs, tuple(seen), np.stack([kept[index] for index in indices]), indices)


def _as_probed(probed: Probed) -> Iterator[VideoFrame]:
    """Yield the frames of a video, which are those that were probed."""
    timeline, path = probed.timeline, probed.facts.path
    count = 0
    for frame in VideoFile(probed.facts).frames():
        if count >= len(timeline) or frame.pts != timeline.pts[count]:
            raise DataError(path, f"changed since it was probed, at frame {count}")
        yield frame
        count += 1
    if count != len(timeline):
        raise DataError(path, f"changed since it was probed: it ends at frame {count}")


def _still_indices(probed: Probed) -> Iterator[int]:
    count = 0
    while (time := count / STILL_RATE) < probed.timeline.end:
        yield probed.timeline.at(time)
        count += 1
