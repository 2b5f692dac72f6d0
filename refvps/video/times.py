"""Times in a video: exact, as a person types them, and the rules that select frames by them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeVar

from refvps.errors import ConfigError

FOLDER_RATE = Fraction(24)
"""Frames a second of a folder of frames, which cannot say so itself: those of the releases."""

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?|\.\d+)")


class Timed(Protocol):
    """Something that is shown from a time on."""

    @property
    def time(self) -> Fraction:
        """Seconds from the start of the video."""
        ...


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a video: from ``start`` up to, but not including, ``end``.

    Attributes:
        start: seconds from the start of the video, 0 or more.
        end: seconds, after ``start``; None for the end of the video.
    """

    start: Fraction = Fraction(0)
    end: Fraction | None = None

    def __post_init__(self) -> None:
        """Check the order of the two."""
        if self.start < 0:
            raise ConfigError(f"a video starts at 0; got a start of {seconds_text(self.start)} s")
        if self.end is not None and self.end <= self.start:
            raise ConfigError(
                f"the end, {seconds_text(self.end)} s, is not after the start, "
                f"{seconds_text(self.start)} s"
            )

    def __str__(self) -> str:
        """Return the span as people say it."""
        end = "the end" if self.end is None else f"{seconds_text(self.end)} s"
        return f"{seconds_text(self.start)} s to {end}"

    def ends_by(self, time: Fraction) -> bool:
        """Return whether a time lies at or after the end."""
        return self.end is not None and time >= self.end


WHOLE = Span()
"""All of a video."""


def read_time(text: str) -> Fraction:
    """Return a time in seconds: ``12.5``, ``1:02.5`` or ``1:00:02``.

    Raises:
        ConfigError: the text is not of these forms, or minutes or seconds are 60 or more.

    >>> read_time("12.5"), read_time("1:02.5"), read_time("1:00:02")
    (Fraction(25, 2), Fraction(125, 2), Fraction(3602, 1))
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ConfigError(
            f"{text!r} is no time; give seconds, as 12.5, or a time code, as 1:02.5 or 1:00:02"
        )
    hours, minutes, seconds = found.groups()
    if (minutes and Fraction(seconds) >= 60) or (hours and int(minutes) >= 60):
        raise ConfigError(f"{text!r} is no time: minutes and seconds of a time code are below 60")
    return 3600 * int(hours or 0) + 60 * int(minutes or 0) + Fraction(seconds)


def read_rate(text: str) -> Fraction:
    """Return frames a second: ``24``, ``29.97`` or ``30000/1001``.

    Raises:
        ConfigError: not a number, or not above 0 and at most 1000.

    >>> read_rate("24"), read_rate("30000/1001")
    (Fraction(24, 1), Fraction(30000, 1001))
    """
    try:
        rate = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise ConfigError(f"{text!r} is no frame rate; give 24, 29.97 or 30000/1001") from None
    if not 0 < rate <= 1000:
        raise ConfigError(f"a frame rate is above 0 and at most 1000; got {text}")
    return rate


def seconds_text(time: Fraction) -> str:
    """Return a time as text, to the microsecond, without needless zeros.

    >>> seconds_text(Fraction(1001, 30000)), seconds_text(Fraction(2))
    ('0.033367', '2')
    """
    return f"{round(time * 1_000_000) / 1_000_000:.6f}".rstrip("0").rstrip(".")


def within(frames: Iterable[T], span: Span) -> Iterator[T]:
    """Yield the frames whose own times lie in a span, each once."""
    for frame in frames:
        if span.ends_by(frame.time):
            return
        if frame.time >= span.start:
            yield frame


def at_rate(
    frames: Iterable[T], rate: Fraction, span: Span, lasts: Fraction = Fraction(0)
) -> Iterator[tuple[Fraction, T]]:
    """Yield what is shown at ``span.start``, and every 1 / ``rate`` seconds from there.

    At each of these times it is the latest frame whose own time is not later: what a player
    shows at that moment. So a frame may come several times, or never. Where the video starts
    after ``span.start``, times before its first frame are left out. Times are exact fractions.

    Args:
        frames: in order of time.
        rate: frames a second.
        span: the part wanted.
        lasts: for how long the last frame is shown, in seconds.

    Yields:
        The time from the start of the video, and the frame shown at it.
    """
    shown: T | None = None
    count = 0
    for frame in frames:
        while (time := span.start + count / rate) < frame.time:
            if span.ends_by(time):
                return
            if shown is not None:
                yield time, shown
            count += 1
        shown = frame
    if shown is None:
        return
    last = shown.time + lasts
    while (time := span.start + count / rate) < last or time == shown.time:
        if span.ends_by(time):
            return
        yield time, shown
        count += 1
