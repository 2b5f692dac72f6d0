"""Pixels of a decoded frame: upright RGB, whole or reduced."""

from typing import TYPE_CHECKING, Any

import numpy as np

from refvps.errors import DataError
from refvps.types import Size, UInt8Array
from refvps.video.alpha import over_black
from refvps.video.colours import colourspace_of
from refvps.video.source import VideoFacts

if TYPE_CHECKING:
    import av


def pixels_of(facts: VideoFacts, decoded: "av.VideoFrame") -> UInt8Array:
    """Return a frame upright, RGB, uint8 ``[H, W, 3]``, of the size of ``facts``.

    Raises:
        DataError: it cannot be converted, or is of another size.
    """
    upright = _upright(facts, decoded, {})
    size = Size(*upright.shape[:2])
    if size != facts.size:
        raise DataError(
            facts.path,
            f"frames change their size from {facts.size} to {size}; convert the video first",
        )
    return upright


def reduced_of(facts: VideoFacts, decoded: "av.VideoFrame", size: Size) -> UInt8Array:
    """Return a frame upright, RGB, uint8, at another size, by averaging.

    Raises:
        DataError: it cannot be converted.
    """
    from av.video.reformatter import Interpolation

    height, width = size if quarter_turns(decoded) % 2 == 0 else size[::-1]
    scaled = {"height": height, "width": width, "interpolation": Interpolation.AREA}
    return _upright(facts, decoded, scaled)


def quarter_turns(decoded: "av.VideoFrame") -> int:
    """Return by how many quarter turns, counter-clockwise, a frame is turned to be shown."""
    return round(decoded.rotation / 90) % 4


def decoding_errors() -> tuple[type[Exception], ...]:
    """Return what PyAV raises for damaged video."""
    import av

    return (av.FFmpegError, OSError, ValueError)


def reason_of(error: Exception) -> str:
    """Return what an error says, without its number and place."""
    return (getattr(error, "strerror", None) or str(error)).strip()


def _upright(facts: VideoFacts, decoded: "av.VideoFrame", scaled: dict[str, Any]) -> UInt8Array:
    transparent = any(component.is_alpha for component in decoded.format.components)
    # A palette has no component of its own for transparency.
    transparent |= decoded.format.name == "pal8"
    try:
        form = "rgba" if transparent else "rgb24"
        pixels = decoded.to_ndarray(format=form, src_colorspace=colourspace_of(decoded), **scaled)
    except decoding_errors() as error:
        raise DataError(facts.path, f"a frame cannot be decoded: {reason_of(error)}") from error
    if transparent:
        pixels = over_black(np.asarray(pixels, np.uint8))
    turned = np.rot90(np.asarray(pixels, np.uint8), quarter_turns(decoded))
    return np.ascontiguousarray(turned)
