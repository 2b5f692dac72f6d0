"""Video frames as image files."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from refvps.errors import DataError
from refvps.mask_png import MOST_PIXELS, read_file
from refvps.types import Clip, Size, UInt8Array

JPEG_QUALITY = 95


def read_frame(path: Path) -> UInt8Array:
    """Decode one frame to RGB, uint8 ``[H, W, 3]``.

    Raises:
        DataError: missing, empty, truncated, not an image, or too large.
    """
    return decode_frame(path, read_file(path))


def decode_frame(path: Path, content: bytes) -> UInt8Array:
    """Decode the bytes of a frame; ``path`` names it in errors. See ``read_frame``."""
    if not content:
        raise DataError(path, "file is empty; expected a frame image")
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DataError(path, f"image of {image.width}x{image.height} is too large")
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(path, "not an image file that can be decoded; expected a frame") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(path, f"image is damaged ({error}); copy or export it again") from error


def frame_size(path: Path) -> Size:
    """Return a frame's size from its header, without decoding its pixels.

    Raises:
        DataError: missing, or not an image.
    """
    try:
        with Image.open(path) as image:
            return Size(image.height, image.width)
    except FileNotFoundError as error:
        raise DataError(path, "file is missing") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(path, "not an image file that can be decoded; expected a frame") from error


def read_frames(clip: Clip) -> Iterator[UInt8Array]:
    """Yield the frames of a clip in order, one in memory at a time.

    Raises:
        DataError: a frame cannot be read, or its size differs from the first one's.
    """
    first: tuple[int, ...] | None = None
    for path in clip.frame_paths:
        frame = read_frame(path)
        if first is not None and frame.shape != first:
            raise DataError(
                path,
                f"frame is {Size(*frame.shape[:2])}; the clip's first frame is {Size(*first[:2])}",
            )
        first = frame.shape
        yield frame


def encode_frame(frame: UInt8Array) -> bytes:
    """Return an RGB frame, uint8 ``[H, W, 3]``, as JPEG: quality 95, full chroma."""
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, format="JPEG", quality=JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()
