"""Fonts, letters and line breaks."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.figure.page import text_width
from refvps.drawing.fonts import (
    FAMILY,
    _holds_postscript,
    face_for,
    missing_characters,
    plain_matplotlib,
)
from refvps.drawing.lettering import coverage, line_height, paint
from refvps.drawing.wrapping import breaks_inside, wrap, wrap_name
from refvps.overlay import Colour


@pytest.mark.parametrize(
    ("text", "style"),
    [
        pytest.param("the smoke, été, дым, λ", "italic", id="slanted"),
        pytest.param("الدخان", "normal", id="no-slanted-letters"),
        pytest.param("", "italic", id="empty"),
        pytest.param("a\u200db\n", "italic", id="unseen-characters"),
    ],
)
def test_a_text_is_slanted_where_fonts_allow(text: str, style: str) -> None:
    face = face_for(text, italic=True)
    assert (face.families, face.style, face.missing) == ((FAMILY,), style, "")


def test_characters_without_a_glyph_are_named_once() -> None:
    private = "\U000f0000\U000f0001"
    assert missing_characters(["smoke", private, private[0]]) == private
    assert face_for(f"smoke {private}", italic=True).style == "italic"


def test_coverage_is_a_line_with_the_letters_inside() -> None:
    with plain_matplotlib("letters", "plots"):
        covered = coverage("Ägypten", 20)
        again = coverage("Ägypten", 20)
        empty = coverage("", 20)
    assert covered is again
    assert covered.shape[0] == line_height(20) == 28
    assert covered.max() == 255
    for edge in (covered[0], covered[-1], covered[:, 0], covered[:, -1]):
        assert edge.max() == 0, "no letter is cut"
    assert empty.max() == 0


def test_dollars_are_no_formula() -> None:
    with plain_matplotlib("letters", "plots"):
        assert text_width("$x^2$", 10, False) > text_width("x2", 10, False)
        coverage("$\\frac{", 12)


def test_painting_mixes_and_cuts() -> None:
    canvas = np.full((2, 3, 3), 100, np.uint8)
    covered = np.array([[0, 255, 51], [255, 0, 0], [255, 255, 255]], np.uint8)
    paint(canvas, covered, 1, 0, Colour(200, 0, 100))
    assert canvas[..., 0].tolist() == [[100, 100, 200], [100, 200, 100]]
    assert canvas[..., 1].tolist() == [[100, 100, 0], [100, 0, 100]]
    paint(canvas, covered[:1, 2:], 0, 1, Colour(0, 100, 255))
    assert canvas[1, 0].tolist() == [80, 100, 131]  # a fifth: 100 x 0.8 + 255 x 0.2 = 131


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("a b c", 5, ("a b c",), id="fits"),
        pytest.param("a b c", 3, ("a b", "c"), id="breaks-at-a-space"),
        pytest.param("", 3, ("",), id="empty"),
        pytest.param("煙が右へ流れる", 3, ("煙が右", "へ流れ", "る"), id="without-spaces"),
        pytest.param("a bcdefg h", 3, ("a", "bcd", "efg", "h"), id="a-long-word"),
        pytest.param("a bcdef h", 3, ("a", "bcd", "ef", "h"), id="goes-on"),
        pytest.param("abc", 0, ("a", "b", "c"), id="no-room-at-all"),
    ],
)
def test_wrap(text: str, width: int, lines: tuple[str, ...]) -> None:
    assert wrap(text, width, len) == lines


@pytest.mark.parametrize(
    ("name", "width", "lines", "inside"),
    [
        ("full-frame", 10, ("full-frame",), False),
        ("full-frame", 7, ("full-", "frame"), False),
        ("rem_ms-1.4b", 7, ("rem_ms-", "1.4b"), False),
        ("motion", 4, ("moti", "on"), True),
        ("", 4, ("",), False),
    ],
)
def test_wrap_name(name: str, width: int, lines: tuple[str, ...], inside: bool) -> None:
    found = wrap_name(name, width, len)
    assert found == lines
    assert "".join(found) == name
    assert breaks_inside(found) == inside


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"\x00\x01\x00\x00" + bytes(20), False, id="truetype"),
        pytest.param(b"OTTO" + bytes(20), True, id="postscript"),
        pytest.param(b"ttcf" + bytes(8) + b"\x00\x00\x00\x14" + bytes(4) + b"OTTO", True, id="ttc"),
        pytest.param(
            b"ttcf" + bytes(8) + b"\x00\x00\x00\x10\x00\x01\x00\x00", False, id="ttc-true"
        ),
        pytest.param(b"", False, id="empty"),
    ],
)
def test_fonts_with_postscript_outlines_are_told(
    content: bytes, found: bool, tmp_path: Path
) -> None:
    (tmp_path / "font").write_bytes(content)
    assert _holds_postscript(str(tmp_path / "font")) == found
