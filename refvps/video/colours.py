"""Which colours the numbers in a decoded frame mean."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

UNSPECIFIED = 2
NAMES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020"}
SCALER = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
"""The scaler's number of a colour space, by the number stored in files (ISO/IEC 23091-2)."""

BT_601, BT_709 = 5, 1
FULL_RANGE = 2
BRIGHTER = {16: "pq", 18: "hlg"}
"""Transfer curves of high dynamic range, by their numbers in files."""
TRANSFERS = {1: "bt709", 4: "gamma22", 6: "smpte170m", 13: "srgb", 14: "bt2020", 15: "bt2020"}

HIGH_DEFINITION = 720
"""Frames without a tag whose shorter side has so many pixels are taken as BT.709, others as BT.601,
as they were most probably made."""


@dataclass(frozen=True, slots=True)
class StoredColours:
    """What a file says of its colours, and what is assumed where it does not.

    Attributes:
        matrix: how brightness and colour make RGB: "bt601" or the name of the tag; "rgb".
        spread: "limited" or "full": which numbers are black and white.
        transfer: the curve from numbers to light; "" where there is no tag.
        assumed: which of ``matrix`` and ``spread`` are no tags but assumptions.
    """

    matrix: str
    spread: str
    transfer: str
    assumed: tuple[str, ...]

    @property
    def is_hdr(self) -> bool:
        """Whether it is of high dynamic range, which needs tone mapping to look right."""
        return self.transfer in BRIGHTER.values()


def stored_colours(frame: "av.VideoFrame") -> StoredColours:
    """Return the colour tags of a frame, with assumptions where there are none."""
    curve = int(frame.color_trc)
    transfer = BRIGHTER.get(curve, TRANSFERS.get(curve, ""))
    if frame.format.is_rgb:
        return StoredColours("rgb", "full", transfer, ())
    matrix = NAMES.get(int(frame.colorspace))
    full = int(frame.color_range) == FULL_RANGE or frame.format.name.startswith("yuvj")
    named = full or int(frame.color_range) == 1
    return StoredColours(
        matrix or ("bt709" if colourspace_of(frame) == BT_709 else "bt601"),
        "full" if full else "limited",
        transfer,
        tuple(
            name for name, known in (("matrix", matrix is not None), ("range", named)) if not known
        ),
    )


def colourspace_of(frame: "av.VideoFrame") -> int:
    """Return the scaler's number of the colour space of a frame: its tag, else by its size."""
    tagged = SCALER.get(int(frame.colorspace))
    if tagged is not None:
        return tagged
    return BT_709 if min(frame.width, frame.height) >= HIGH_DEFINITION else BT_601


def colours_of(frame: "av.VideoFrame") -> str:
    """Return how a frame's colours are understood, for people."""
    stored = stored_colours(frame)
    if stored.matrix == "rgb":
        return "rgb"
    assumed = " assumed" if "matrix" in stored.assumed else ""
    return f"{stored.matrix}{assumed}, {stored.spread} range"
