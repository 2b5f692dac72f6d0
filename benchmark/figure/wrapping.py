"""Breaks a text into lines that fit, whatever measures it."""

from collections.abc import Callable

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


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
