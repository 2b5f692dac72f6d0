"""Fonts that cover a text: DejaVu, which matplotlib brings, then whatever is installed."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

from refvps.errors import MissingExtraError

FAMILY = "DejaVu Sans"
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Unicode categories that need no glyph: control and format characters, spaces."""

NO_LETTERS = ("LastResort", "Last Resort")
"""Fonts that claim every character and draw boxes."""


@dataclass(frozen=True, slots=True)
class Face:
    """Which fonts a text is written in.

    Attributes:
        families: font families; a character is taken from the first that has it.
        style: "italic" or "normal".
        missing: the characters that no installed font has.
        postscript: whether one of the fonts holds PostScript outlines, as large fonts of Chinese,
            Japanese and Korean do.
    """

    families: tuple[str, ...]
    style: str
    missing: str
    postscript: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The face as keyword arguments of matplotlib's texts; ``$`` is a character like others."""
        return {"fontfamily": list(self.families), "fontstyle": self.style, "parse_math": False}


@contextmanager
def plain_matplotlib(feature: str, extra: str) -> Iterator[None]:
    """Use matplotlib as it comes, whatever the user's own settings say, for a block.

    Glyphs that no font has are reported by ``Face.missing``, once, and not once a drawing.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise MissingExtraError(feature, extra) from error
    with warnings.catch_warnings(), mpl.rc_context(), _quiet("fontTools", "matplotlib"):
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from", category=UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update({"image.composite_image": False})
        yield


@cache
def face_for(text: str, *, italic: bool = False) -> Face:
    """Return the fonts to write a text in.

    Italics are given up for a text that they do not cover but upright letters do: Arabic, say.
    """
    wanted = {character for character in text if category(character) not in UNSEEN}
    if italic and wanted <= _characters(_own_font("italic")):
        return Face((FAMILY,), "italic", "")
    missing = wanted - _characters(_own_font("normal"))
    families, postscript = [FAMILY], False
    for family, path in _installed() if missing else ():
        found = missing & _characters(path)
        if found:
            families.append(family)
            postscript |= _holds_postscript(path)
            missing -= found
        if not missing:
            break
    slanted = italic and not wanted & _characters(_own_font("normal")) - _characters(
        _own_font("italic")
    )
    style = "italic" if slanted else "normal"
    return Face(tuple(families), style, "".join(sorted(missing)), postscript)


def missing_characters(texts: Iterable[str]) -> str:
    """Return the characters of some texts that no installed font has, sorted."""
    return "".join(sorted(set().union(*(face_for(text).missing for text in texts))))


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Keep packages that report every step they take from writing to the user's terminal."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _own_font(style: Literal["italic", "normal"]) -> str:
    from matplotlib.font_manager import FontProperties, fontManager

    return str(fontManager.findfont(FontProperties(family=FAMILY, style=style)))


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Return family and file of every upright font of this machine, in a fixed order.

    The fonts that matplotlib brings for formulas are left out: their characters are numbered as
    TeX numbers them, so a letter may be drawn as another.
    """
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager

    return tuple(
        sorted(
            (entry.name, str(entry.fname))
            for entry in fontManager.ttflist
            if entry.style == "normal"
            and str(entry.weight) in ("400", "normal", "regular")
            and not entry.name.startswith(NO_LETTERS)
            and not str(entry.fname).startswith(mpl.get_data_path())
        )
    )


@cache
def _characters(path: str) -> frozenset[str]:
    """Return the characters a font file has; none if it cannot be read, as some colour fonts."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return frozenset()


def _holds_postscript(path: str) -> bool:
    """Return whether a font, or the first of a collection, holds PostScript outlines."""
    with Path(path).open("rb") as file:
        start = file.read(16)
        if start.startswith(b"ttcf"):
            file.seek(int.from_bytes(start[12:16]))
            start = file.read(4)
    return start.startswith(b"OTTO")
