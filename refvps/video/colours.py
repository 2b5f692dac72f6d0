"""Which colours the numbers in a decoded frame mean."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

UNSPECIFIED = 2
NAMES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020"}
SCALER = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
"""The scaler's number of a colour space, by the number stored in files (ISO/IEC 23091-2)."""

BT_601, BT_709 = 5, 1
HIGH_DEFINITION = 720
"""Frames without a tag whose shorter side has so many pixels are taken as BT.709, others as BT.601,
as they were most probably made."""


def colourspace_of(frame: "av.VideoFrame") -> int:
    """Return the scaler's number of the colour space of a frame: its tag, else by its size."""
    tagged = SCALER.get(int(frame.colorspace))
    if tagged is not None:
        return tagged
    return BT_709 if min(frame.width, frame.height) >= HIGH_DEFINITION else BT_601


def colours_of(frame: "av.VideoFrame") -> str:
    """Return how a frame's colours are understood, for people."""
    if frame.format.is_rgb:
        return "rgb"
    full = int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
    name = NAMES.get(int(frame.colorspace))
    spread = "full range" if full else "limited range"
    if name is not None:
        return f"{name}, {spread}"
    return f"{'bt709' if colourspace_of(frame) == BT_709 else 'bt601'} assumed, {spread}"
