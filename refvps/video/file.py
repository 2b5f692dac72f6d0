"""A video file, decoded with PyAV: upright frames with the times stored in the file."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from refvps.errors import DataError, MissingExtraError
from refvps.mask_png import MOST_PIXELS
from refvps.types import Size
from refvps.video.colours import colours_of, stored_colours
from refvps.video.pixels import (
    decoding_errors,
    pixels_of,
    quarter_turns,
    reason_of,
    reduced_of,
)
from refvps.video.source import VideoFacts, VideoFrame
from refvps.video.times import seconds_text

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

FORMATS = (
    "3g2 3gp aac ac3 aiff apng asf av1 avi dv eac3 f4v flac flv gif h264 hevc ivf m4a m4v "
    "matroska mj2 mov mp3 mp4 mpeg mpegts mpegvideo mxf nut obu ogg ogv rm wav webm webp "
    "yuv4mpegpipe"
)
"""Containers that are opened. Playlists are not among them: they name further files, and
addresses, which would then be opened too."""

SEEK_FROM = Fraction(2)
"""Starts earlier than this are reached by decoding from the beginning."""

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A video file.

    Times count from where players start to count: the beginning of the earliest stream.

    Attributes:
        facts: what it says of itself.
    """

    facts: VideoFacts

    @classmethod
    def open(cls, path: Path) -> "VideoFile":
        """Read what a file says of itself, and decode its first frame.

        Raises:
            DataError: it is empty, not a video, has sound alone, or its first frame is damaged.
            MissingExtraError: PyAV is not installed.
        """
        if path.stat().st_size == 0:
            raise DataError(path, "file is empty; expected a video")
        with opened(path) as container:
            stream = picture_stream(path, container)
            try:
                first = next(container.decode(stream), None)
            except decoding_errors() as error:
                raise _damaged(path, reason_of(error), None, 0) from error
            if first is None:
                raise DataError(path, "holds no frame that can be decoded; copy it again")
            return cls(_facts(path, container, stream, first))

    def frames(self, since: Fraction = Fraction(0)) -> Iterator[VideoFrame]:
        """See ``VideoSource.frames``.

        A frame that is not later than the one before it, which damaged files have, is left out.
        """
        if since < SEEK_FROM:
            yield from self._decoded(None)
            return
        found = self._decoded(since)
        first = next(found, None)
        if first is None or first.time > since:
            # The file's index lies, or has no entry so early.
            found.close()
            yield from self._decoded(None)
            return
        yield first
        yield from found

    def _decoded(self, seek: Fraction | None) -> Generator[VideoFrame, None, None]:
        path, count = self.facts.path, 0
        last: Fraction | None = None
        with opened(path) as container:
            stream = picture_stream(path, container)
            stream.thread_type = "AUTO"
            zero = start_of(container)
            if seek is not None:
                container.seek(int((seek + zero) * MICROSECONDS), backward=True)
            try:
                for decoded in container.decode(stream):
                    frame = self._timed(decoded, stream, zero, last)
                    if last is not None and frame.time <= last:
                        continue
                    last, count = frame.time, count + 1
                    yield frame
            except decoding_errors() as error:
                raise _damaged(path, reason_of(error), last, count) from error
            if _is_cut(path, stream):
                raise _damaged(path, "it is cut short", last, count)

    def _timed(
        self,
        decoded: "av.VideoFrame",
        stream: "VideoStream",
        zero: Fraction,
        last: Fraction | None,
    ) -> VideoFrame:
        """Return a frame with its time; one without takes the step after the last."""
        base = decoded.time_base or stream.time_base or Fraction(1, MICROSECONDS)
        duration = decoded.duration * base if decoded.duration else None
        if decoded.pts is None:
            rate = stream.guessed_rate or stream.average_rate or Fraction(24)
            time = Fraction(0) if last is None else last + (duration or 1 / rate)
            pts = round((time + zero) / base)
        else:
            pts, time = decoded.pts, decoded.pts * base - zero
        views = partial(pixels_of, self.facts, decoded), partial(reduced_of, self.facts, decoded)
        return VideoFrame(time, pts, duration, None, None, *views, damaged=decoded.is_corrupt)


def picture_stream(path: Path, container: "InputContainer") -> "VideoStream":
    """Return the stream of pictures: the first that is not the cover of a song.

    Raises:
        DataError: there is none.
    """
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    found = "sound alone" if container.streams.audio else "no stream of pictures"
    raise DataError(path, f"holds {found}; expected a video")


def start_of(container: "InputContainer") -> Fraction:
    """Return when the earliest stream starts, in seconds of the file's own clock."""
    return Fraction(container.start_time or 0, MICROSECONDS)


@contextmanager
def opened(path: Path) -> Iterator["InputContainer"]:
    """Open a video file for reading.

    Raises:
        DataError: it cannot be read as a video.
        MissingExtraError: PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("reading videos", "video") from error
    options = {"format_whitelist": FORMATS.replace(" ", ","), "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{path.absolute()}", options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise DataError(
            path,
            f"cannot be read as a video ({reason_of(error)}); expected a video file that is whole",
        ) from error
    with container:
        yield container


def _facts(
    path: Path, container: "InputContainer", stream: "VideoStream", first: "av.VideoFrame"
) -> VideoFacts:
    rotation = quarter_turns(first) * 90
    size = Size(first.height, first.width)
    if size.height * size.width > MOST_PIXELS:
        raise DataError(path, f"frames of {size} are too large")
    if rotation % 180:
        size = Size(size.width, size.height)
    duration = stream.duration * stream.time_base if stream.duration and stream.time_base else None
    if duration is None and container.duration:
        duration = Fraction(container.duration, MICROSECONDS)
    return VideoFacts(
        path=path,
        size=size,
        rotation=rotation,
        duration=duration,
        frames=stream.frames or None,
        sound=bool(container.streams.audio),
        form=f"{stream.codec_context.name} {first.format.name}",
        colours=colours_of(first),
        stored=stored_colours(first),
        aspect=_aspect(stream, turned=bool(rotation % 180)),
        base=first.time_base or stream.time_base or Fraction(1, MICROSECONDS),
        container=container.format.name,
    )


def _aspect(stream: "VideoStream", *, turned: bool) -> Fraction:
    """Return the width of a shown pixel of height 1."""
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if aspect <= 0:
        return Fraction(1)
    return 1 / aspect if turned else aspect


def _is_cut(path: Path, stream: "VideoStream") -> bool:
    """Return whether the file's index names frames that lie past the file's end."""
    entries = stream.index_entries
    if not len(entries):
        return False
    end = max(entry.pos + entry.size for entry in entries)
    return end > path.stat().st_size


def _damaged(path: Path, reason: str, last: Fraction | None, count: int) -> DataError:
    if last is None:
        return DataError(path, f"its first frame is damaged ({reason}); copy it again")
    return DataError(
        path,
        f"is damaged after {seconds_text(last)} s, {count} frames in ({reason}); copy it again, "
        f"or end before that",
    )
