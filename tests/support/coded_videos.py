"""Videos whose frames carry their number as a pattern of black and white blocks."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 12
BLOCK = 16
HEIGHT, WIDTH = 96, 128
BASE = Fraction(1, 90_000)


def coded_frame(number: int) -> np.ndarray:
    """Twelve blocks in two rows, white where the bit is set, on grey."""
    frame = np.full((HEIGHT, WIDTH, 3), 96, np.uint8)
    for bit in range(BITS):
        top, left = 16 + 32 * (bit // 6), 16 + BLOCK * (bit % 6)
        frame[top : top + BLOCK, left : left + BLOCK] = 255 if number >> bit & 1 else 0
    return frame


def code_of(pixels: np.ndarray) -> int:
    """The number in an upright frame."""
    found = 0
    for bit in range(BITS):
        top, left = 16 + 32 * (bit // 6), 16 + BLOCK * (bit % 6)
        found |= int(pixels[top + 4 : top + 12, left + 4 : left + 12].mean() > 128) << bit
    return found


def write_coded(
    path: Path,
    times: Sequence[Fraction],
    *,
    codec: str = "libx264",
    rotation: int = 0,
    gop: int = 12,
    aspect: Fraction | None = None,
) -> Path:
    """Write coded frames at given times; rotated ones stand upright when they are shown."""
    with av.open(str(path), "w") as container:
        options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        stream = container.add_stream(codec, rate=30, options=options)
        turned = rotation % 180 != 0
        stream.width, stream.height = (HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = BASE
        stream.codec_context.gop_size = gop
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        for number, time in enumerate(times):
            stored = np.rot90(coded_frame(number), -rotation // 90)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(stored), format="rgb24")
            frame.pts, frame.time_base = round(time / BASE), BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def at_rate_of(rate: Fraction, count: int, start: Fraction = Fraction(0)) -> list[Fraction]:
    return [start + place / rate for place in range(count)]


def uneven(count: int, seed: int = 0) -> list[Fraction]:
    """Steps between 1/60 and 1/8 of a second."""
    steps = np.random.default_rng(seed).integers(1_500, 11_000, count)
    return [Fraction(int(each), 90_000) for each in np.cumsum(steps) - steps[0]]


KINDS: dict[str, dict[str, object]] = {
    "15": {"times": at_rate_of(Fraction(15), 60)},
    "24": {"times": at_rate_of(Fraction(24), 96)},
    "29.97": {"times": at_rate_of(Fraction(30_000, 1001), 120)},
    "30-late-start": {"times": at_rate_of(Fraction(30), 120, Fraction(1, 2))},
    "60": {"times": at_rate_of(Fraction(60), 240)},
    "uneven": {"times": uneven(90)},
    "turned-90": {"times": at_rate_of(Fraction(30), 120), "rotation": 90},
    "turned-270": {"times": uneven(80, 1), "rotation": 270},
    "hevc": {"times": at_rate_of(Fraction(30), 120), "codec": "libx265"},
    "hevc-uneven": {"times": uneven(90, 2), "codec": "libx265"},
    "one-key-frame": {"times": at_rate_of(Fraction(25), 100), "gop": 1000},
}
"""Videos on which tools differ, by name."""


def decoded_by_hand(path: Path) -> list[tuple[int, int]]:
    """(time stamp, code) of every frame, decoded from the beginning with PyAV alone."""
    with av.open(str(path)) as container:
        return [
            (frame.pts, code_of(np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)))
            for frame in container.decode(video=0)
        ]
