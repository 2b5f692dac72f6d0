"""What a video file holds: every frame's time stamp, from decoding all of it, and its colours."""

from dataclasses import dataclass
from pathlib import Path

from refvps.collect.timeline import Timeline, timeline_of
from refvps.errors import DataError
from refvps.types import Size
from refvps.video.file import VideoFile
from refvps.video.source import VideoFacts

MOST_FRAMES = 40_000
"""About 22 minutes at 30 frames a second. Longer files are no clips' sources, and what analysis
keeps of each frame would take more than 700 MB of memory."""

MOST_SECONDS = 1800
"""A gap in the stamps of a small file lasts hours; what analysis keeps of each second of it would
take as much."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A video file that was decoded from its first frame to its last without a fault.

    Attributes:
        facts: what it says of itself.
        timeline: when its frames are shown.
    """

    facts: VideoFacts
    timeline: Timeline

    @property
    def stored_size(self) -> Size:
        """The size of frames as they are stored, before rotation."""
        size = self.facts.size
        return Size(size.width, size.height) if self.facts.rotation % 180 else size

    @property
    def shown_size(self) -> Size:
        """The size of upright frames with square pixels."""
        height, width = self.facts.size
        return Size(height, max(1, round(width * self.facts.aspect)))


def probe(path: Path) -> Probed:
    """Decode a video file whole, without converting pixels.

    Raises:
        DataError: it is missing, empty, no video, has sound alone, is damaged or cut short
            anywhere, or is too long. One line, naming the file.
        MissingExtraError: PyAV is not installed.
    """
    if not path.is_file():
        raise DataError(path, "is missing; expected a video file")
    source = VideoFile.open(path)
    pts: list[int] = []
    lasts = None
    for frame in source.frames():
        if frame.damaged:
            raise DataError(
                path,
                f"is damaged: the decoder had to invent a part of frame {len(pts)}; fetch it again",
            )
        pts.append(frame.pts)
        lasts = frame.duration
        if len(pts) > MOST_FRAMES:
            raise DataError(path, f"has more than {MOST_FRAMES} frames; cut it into parts first")
    if not pts:
        raise DataError(path, "holds no frame that can be decoded; fetch it again")
    base = source.facts.base
    timeline = timeline_of(pts, base, round(lasts / base) if lasts else None)
    if timeline.end > MOST_SECONDS:
        shown = f"its frames are shown for {float(timeline.end):.0f} s"
        raise DataError(path, f"{shown}, more than {MOST_SECONDS}; cut it into parts first")
    return Probed(source.facts, timeline)
