"""Tables as values, so that text, Markdown, LaTeX and HTML print the same ones."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FEW_VIDEOS = 5
"""Below this many videos an interval says nothing and is not printed."""

CAUTION = "†"
CAUTION_NOTE = (
    f"{CAUTION} from fewer than {FEW_VIDEOS} videos: no interval, and a mean that one more video "
    "could move far"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A score to be drawn; fractions in [0, 1].

    Attributes:
        mean: the length of the bar.
        low: the lower end of its interval; None where there is none to draw.
        high: the upper end.
        series: which method's it is, by its place among those shown; it has the method's color.
        mark: another number to compare with, drawn as a line; None for none.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    series: int = 0
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: what people read.
        value: what the column is sorted by; None for nothing to sort by.
        strong: whether it is the best of its kind.
        bar: drawn beside the text where a format can draw.
    """

    text: str
    value: float | str | None = None
    strong: bool = False
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; numbers are set flush right."""

    heading: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Attributes:
        cells: one a column.
        quoted: whether its figures are the paper's, not measured here.
    """

    cells: tuple[Cell, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title and the notes below it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()


Fact = tuple[str, str]
"""A term and its text."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a report or a comparison says in words and tables.

    Attributes:
        title: one line.
        sentences: what may be printed in a paper; empty for a report.
        tables: in the order to be read.
        facts: what was measured, on what and how: pairs of a term and its text.
    """

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    facts: tuple[Fact, ...]


_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    r"""Return a name or an expression on one line, without characters that steer a display.

    Control characters, marks that turn the direction of writing and halves of surrogate pairs
    become a replacement character; runs of white space become a space.

    >>> plain("two\n lines"), plain("bell\x07")
    ('two lines', 'bell\ufffd')
    """
    joined = " ".join(text.split())
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in _DIRECTIONS else c
        for c in joined
    )


def words(text: str) -> Cell:
    """Return a cell of text, sorted as text."""
    shown = plain(text)
    return Cell(shown, shown.casefold())


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "clip"), count(2, "clip")
    ('1 clip', '2 clips')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def percent(fraction: float) -> str:
    """Return a fraction in percent with one decimal.

    >>> percent(0.1234), percent(-0.0001)
    ('12.3', '0.0')
    """
    text = f"{100 * fraction:.1f}"
    return text.removeprefix("-") if float(text) == 0 else text


def span(low: float, high: float) -> str:
    """Return an interval in percent, such as ``[12.3, 45.6]``."""
    return f"[{percent(low)}, {percent(high)}]"


def strongest(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells with the best ones strong, if there are several with a number.

    What prints alike counts alike.
    """
    numbers = [cell.value for cell in cells if isinstance(cell.value, float)]
    if len(numbers) < 2:
        return tuple(cells)
    best = percent(max(numbers))
    return tuple(
        Cell(cell.text, cell.value, strong=True, bar=cell.bar)
        if isinstance(cell.value, float) and percent(cell.value) == best
        else cell
        for cell in cells
    )
