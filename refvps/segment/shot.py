"""The selected part of a video as a clip: image files and the times they are shown at."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median_low

from refvps.errors import ConfigError, DataError
from refvps.frames import encode_frame
from refvps.names import is_safe_name
from refvps.segment.request import Request
from refvps.types import Clip
from refvps.video.folder import FrameFolder
from refvps.video.source import VideoFrame, VideoSource
from refvps.video.times import FOLDER_RATE, at_rate

MOST_MASK_BYTES = 4 << 30
"""Methods answer with all masks of a clip at once, one bit a pixel; more may not fit in memory."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A part of a video, ready for a method.

    Attributes:
        clip: its frames as image files.
        times: when each is shown, in seconds from the start of the video.
        pts: the time stamp of the source's frame that is shown.
        lasts: for how long the last one is shown, in seconds.
        even: whether all are shown for the same time.
    """

    clip: Clip
    times: tuple[Fraction, ...]
    pts: tuple[int, ...]
    lasts: Fraction
    even: bool

    @property
    def end(self) -> Fraction:
        """When the last frame ends."""
        return self.times[-1] + self.lasts

    def lasting(self, place: int) -> Fraction:
        """Return for how long a frame is shown, in seconds."""
        return (*self.times, self.end)[place + 1] - self.times[place]


@dataclass(frozen=True, slots=True)
class _Taken:
    """One frame that was selected, without its pixels."""

    time: Fraction
    pts: int
    duration: Fraction | None
    path: Path


def take_shot(
    source: VideoSource, request: Request, folder: Path
) -> Generator[tuple[int, int | None], None, Shot]:
    """Write the selected frames into a folder as JPEG, quality 95, full chroma.

    Frames of a folder that are 8-bit, opaque and upright already are linked instead. They keep
    their names as frame ids; those of a file are numbered from ``00000``.

    Yields:
        How many frames are done and, where the video says so, of how many.

    Returns:
        The shot.

    Raises:
        ConfigError: no frame lies in the part asked for, or there are too many.
        DataError: a frame is damaged.
    """
    rate = None if isinstance(source, FrameFolder) else request.rate
    expected = _expected(source, request, rate)
    _require_room(source, request, expected or 0)
    following: list[Fraction] = []
    named = isinstance(source, FrameFolder) and _can_name(source)
    taken: list[_Taken] = []
    folder.mkdir(parents=True)
    for time, frame in _selected(source, request, rate, following):
        stem = frame.stem if named and frame.stem is not None else f"{len(taken):05}"
        path = _kept(frame, folder / stem)
        taken.append(_Taken(time, frame.pts, frame.duration, path))
        _require_room(source, request, len(taken))
        yield len(taken), expected
    if not taken:
        facts = source.facts
        length = "" if facts.duration is None else f"; it lasts {float(facts.duration):.2f} s"
        raise ConfigError(f"{facts.path}: no frame lies from {request.span}{length}")
    return _shot(request, taken, rate, following)


def _selected(
    source: VideoSource, request: Request, rate: Fraction | None, following: list[Fraction]
) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Yield frames and when to show them; the time of the frame after the last joins a list."""
    frames = source.frames(request.span.start)
    if rate is not None:
        yield from at_rate(frames, rate, request.span)
        return
    for frame in frames:
        if request.span.ends_by(frame.time):
            following.append(frame.time)
            return
        if frame.time >= request.span.start:
            yield frame.time, frame


def _expected(source: VideoSource, request: Request, rate: Fraction | None) -> int | None:
    """Return about how many frames there will be, as far as the video says."""
    facts, span = source.facts, request.span
    if facts.duration is None or not facts.duration:
        return None
    if rate is None:
        if facts.frames is None:
            return None
        rate = facts.frames / facts.duration
    end = facts.duration if span.end is None else min(span.end, facts.duration)
    return max(1, round((end - span.start) * rate)) if end > span.start else None


def _require_room(source: VideoSource, request: Request, frames: int) -> None:
    height, width = source.facts.size
    needed = frames * len(request.expressions) * height * width // 8
    if needed > MOST_MASK_BYTES:
        raise ConfigError(
            f"{source.facts.path}: the masks of {frames} frames of {source.facts.size} would take "
            f"{needed / (1 << 30):.1f} GiB of memory, at most {MOST_MASK_BYTES >> 30}; choose a "
            "part with --start and --end, or fewer frames with --fps"
        )


def _can_name(source: FrameFolder) -> bool:
    """Return whether the files' names can name frames: safe, and each once."""
    stems = [path.stem for path in source.paths]
    return all(map(is_safe_name, stems)) and len({stem.casefold() for stem in stems}) == len(stems)


def _kept(frame: VideoFrame, stem: Path) -> Path:
    if frame.path is not None:
        path = stem.with_name(stem.name + frame.path.suffix)
        path.symlink_to(frame.path.absolute())
        return path
    path = stem.with_name(f"{stem.name}.jpg")
    try:
        # Not synchronised with the disk: these files do not outlive the run.
        path.write_bytes(encode_frame(frame.pixels()))
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error
    return path


def _shot(
    request: Request, taken: Sequence[_Taken], rate: Fraction | None, following: Sequence[Fraction]
) -> Shot:
    times = [each.time for each in taken]
    steps = [after - before for before, after in pairwise(times)]
    usual = median_low(steps) if steps else 1 / (rate or FOLDER_RATE)
    lasts = 1 / rate if rate else taken[-1].duration or usual
    if following and request.span.end is not None:
        lasts = min(following[0], request.span.end) - times[-1]
    if rate is None and steps:
        rate = len(steps) / (times[-1] - times[0])
    clip = Clip(
        clip_id=request.clip_id,
        frame_paths=tuple(each.path for each in taken),
        fps=rate or 1 / lasts,
        video=request.clip_id,
    )
    even = len(set(steps)) <= 1
    return Shot(clip, tuple(times), tuple(each.pts for each in taken), lasts, even)
