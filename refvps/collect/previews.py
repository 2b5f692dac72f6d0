"""Small looping copies of a video, and exact pictures of single moments, for people who look."""

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from refvps import atomic
from refvps.collect.probe import Probed
from refvps.collect.sizes import scaled
from refvps.errors import DataError
from refvps.types import Size, UInt8Array
from refvps.video.file import VideoFile
from refvps.video.times import WHOLE, Span, at_rate
from refvps.video.writer import VideoForm, new_video

SIDE = 320
RATE = Fraction(12)
WEBP_SIDE = 240
WEBP_RATE = Fraction(6)
WEBP_QUALITY = 60


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A source frame and when it is shown.

    Attributes:
        index: which frame.
        time: seconds from the first frame.
        pixels: upright RGB, uint8 ``[H, W, 3]``.
    """

    index: int
    time: Fraction
    pixels: UInt8Array


def write_preview(
    probed: Probed, path: Path, span: Span = WHOLE, *, side: int = SIDE, rate: Fraction = RATE
) -> Size:
    """Write a small H.264 copy that every browser plays; return its size.

    Raises:
        DataError: the video is damaged, or the file cannot be written.
    """
    height, width = scaled(probed.shown_size, side)
    size = Size(max(2, height // 2 * 2), max(2, width // 2 * 2))
    with new_video(path, VideoForm(size, rate)) as writer:
        for place, pixels in enumerate(_sampled(probed, span, rate, size)):
            writer.add(pixels, place / rate)
    return size


def write_webp(probed: Probed, path: Path, span: Span = WHOLE, side: int = WEBP_SIDE) -> Size:
    """Write a looping WebP picture at 6 frames a second; return its size.

    Raises:
        DataError: the video is damaged, or the file cannot be written.
    """
    size = scaled(probed.shown_size, side)
    frames = [Image.fromarray(each) for each in _sampled(probed, span, WEBP_RATE, size)]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        format="WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 / WEBP_RATE),
        loop=0,
        quality=WEBP_QUALITY,
    )
    atomic.write_bytes(path, buffer.getvalue())
    return size


def boundary_frames(probed: Probed, time: Fraction) -> tuple[Moment | None, Moment]:
    """Return the frame on screen at a time, and the one before it: the two sides of a cut there.

    Browsers cannot seek to a frame; this can.

    Raises:
        DataError: the video is damaged, or is not as it was when it was probed.
        ShapeError: no frame is shown at that time.
    """
    index = probed.timeline.at(time)
    first = max(0, index - 1)
    moments = [
        Moment(place, probed.timeline.time(place), pixels)
        for place, pixels in zip(
            range(first, index + 1), frames_at(probed, tuple(range(first, index + 1))), strict=True
        )
    ]
    return (moments[0] if index else None), moments[-1]


def frames_at(probed: Probed, indices: tuple[int, ...]) -> list[UInt8Array]:
    """Return upright frames by their indices, which increase.

    Raises:
        DataError: the video is damaged, or is not as it was when it was probed.
    """
    from refvps.collect.cut import FramePlan
    from refvps.collect.export import planned_frames

    return [pixels for _, _, pixels in planned_frames(probed, FramePlan(indices))]


def _sampled(probed: Probed, span: Span, rate: Fraction, size: Size) -> list[UInt8Array]:
    """Return reduced frames at a rate; the span counts from the first frame."""
    timeline = probed.timeline
    end = timeline.end if span.end is None else min(span.end, timeline.end)
    source = VideoFile(probed.facts)
    first = next(iter(source.frames())).time
    asked = Span(span.start + first, end + first)
    shown = at_rate(source.frames(asked.start), rate, asked, timeline.lasts * timeline.base)
    found, last, pixels = [], None, None
    for _, frame in shown:
        if pixels is None or frame.pts != last:
            pixels, last = frame.reduced(size), frame.pts
        found.append(pixels)
    if not found:
        raise DataError(probed.facts.path, f"shows nothing from {span}")
    return found
