"""The times of a clip as the text that decisions hold: ``START END EVENT_START EVENT_END``.

Seconds from the first frame, as fractions: ``"1/2 4 1 7/2"``.
"""

from fractions import Fraction

from refvps.collect.cut import Part
from refvps.errors import ConfigError
from refvps.video.times import Span


def part_text(part: Part) -> str:
    """Return the times of a part as text.

    >>> part_text(part_of("0.5", "4", "1", "3.5"))
    '1/2 4 1 7/2'
    """
    ends = (part.span.start, part.span.end, part.event.start, part.event.end)
    return " ".join(str(each) for each in ends)


def read_part(text: str) -> Part:
    """Return the part that a text names.

    Raises:
        ConfigError: it is no such text.
    """
    times = text.split()
    if len(times) != 4:
        raise ConfigError(f"a part is four times, as 0 4 1 3; found {text!r}")
    return part_of(*times)


def part_of(start: str, end: str, event_start: str = "", event_end: str = "") -> Part:
    """Return a part; without times of its own the event fills it.

    Raises:
        ConfigError: a time is none, or they are not in order.
    """
    try:
        first, last = Fraction(start), Fraction(end)
        event_first, event_last = Fraction(event_start or first), Fraction(event_end or last)
    except (ValueError, ZeroDivisionError):
        raise ConfigError("times are seconds, as 1.5 or 3/2") from None
    if not 0 <= first <= event_first < event_last <= last:
        raise ConfigError("expected 0 <= start <= event_start < event_end <= end")
    return Part(Span(first, last), Span(event_first, event_last))
