"""Breaks a text into lines that fit, whatever measures it."""

import re
import unicodedata
from collections.abc import Callable, Sequence

Measure = Callable[[str], float]
"""Returns how wide a text is, in any unit."""


def wrap(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """Return the lines of a text, each at most ``width`` wide where that is possible.

    Lines break at spaces; a word wider than a line, as a sentence without spaces is, breaks
    between characters. At least one line is returned.

    >>> wrap("the black swan", 9, len), wrap("abcdef", 4, len), wrap("", 4, len)
    (('the black', 'swan'), ('abcd', 'ef'), ('',))
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if measure(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, width, measure)
        lines += whole
    return (*lines, line) if line or not lines else tuple(lines)


def reads_leftwards(text: str) -> bool:
    """Return whether a text is written from right to left, as its first letter is.

    Source: rules P2 and P3 of the Unicode bidirectional algorithm, UAX #9.

    >>> reads_leftwards("the smoke"), reads_leftwards("3 דגים"), reads_leftwards("الدخان")
    (False, True, True)
    """
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def wrap_name(name: str, width: float, measure: Measure) -> tuple[str, ...]:
    """Return the lines of a name, which breaks after ``-``, ``_``, ``.`` and ``/``.

    >>> wrap_name("full-frame", 6, len), wrap_name("full-frame", 4, len)
    (('full-', 'frame'), ('full', '-', 'fram', 'e'))
    """
    lines = [""]
    for part in re.split(r"(?<=[-_./])", name):
        if measure(lines[-1] + part) <= width:
            lines[-1] += part
        else:
            lines += _pieces(part, width, measure)
    return tuple(lines if lines[0] or len(lines) == 1 else lines[1:])


def one_line(text: str) -> str:
    """Return a text with every run of white space, line breaks too, as one space."""
    return " ".join(text.split())


def breaks_inside(lines: Sequence[str]) -> bool:
    """Return whether a name's lines break elsewhere than ``wrap_name`` breaks by choice.

    >>> breaks_inside(("full-", "frame")), breaks_inside(("full", "-frame"))
    (False, True)
    """
    return any(line[-1:] not in ("-", "_", ".", "/") for line in lines[:-1])


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
