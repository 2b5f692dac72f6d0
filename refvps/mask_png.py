"""Mask images: PNG files whose pixels are labels."""

import io
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from refvps import atomic
from refvps.errors import DataError, ShapeError
from refvps.fast_png import decode_plain, decode_planes
from refvps.packed import PackedMask, pack
from refvps.palette import davis_palette
from refvps.types import Size, UInt8Array

VOID_LABEL = 255
"""The label of ignored pixels in files. In memory void is a mask of its own, never a number."""

MOST_PIXELS = 64_000_000
"""Larger images are refused before they are decompressed."""


class Encoding(Enum):
    """How an image file stores its values."""

    PALETTE = "palette"
    GREY = "grey"
    ONE_BIT = "1-bit"


@dataclass(frozen=True, slots=True)
class LabelImage:
    """A decoded mask file.

    Attributes:
        labels: uint8 ``[H, W]``: palette indices, grey values, or 0/1 of a 1-bit image. It may be
            a view that cannot be written to.
        encoding: how the file stores them.
    """

    labels: UInt8Array
    encoding: Encoding


def read_labels(path: Path) -> LabelImage:
    """Decode a mask file.

    Raises:
        DataError: missing, empty, truncated, not an image, too large, or of a mode that holds no
            labels (colour, alpha, 16 bits).
    """
    return decode_labels(path, read_file(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        DataError: it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(path, "file is missing") from error
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error


_HEADER = struct.Struct(">8sI4sII")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xaeB`\x82"


def png_size(path: Path) -> Size | None:
    """Return the size of a PNG file that begins and ends as one; None for any other.

    What lies between is not read, which is a twentieth of the work of decoding it.

    Raises:
        DataError: it is missing or cannot be read.
    """
    try:
        # File objects would cost more than what is read.
        descriptor = os.open(path, os.O_RDONLY)
        try:
            head = os.read(descriptor, _HEADER.size)
            os.lseek(descriptor, -min(len(_END), len(head)), os.SEEK_END)
            end = os.read(descriptor, len(_END))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error
    if len(head) < _HEADER.size:
        return None
    signature, _, name, width, height = _HEADER.unpack(head)
    sound = signature == _SIGNATURE and name == b"IHDR" and end == _END
    return Size(height, width) if sound else None


def decode_labels(path: Path, content: bytes) -> LabelImage:
    """Decode the bytes of a mask file; ``path`` names it in errors. See ``read_labels``."""
    if not content:
        raise DataError(path, "file is empty; expected a PNG mask")
    plain = decode_plain(content, MOST_PIXELS)
    if plain is not None:
        return LabelImage(plain.values, Encoding.PALETTE if plain.palette else Encoding.ONE_BIT)
    return _decode_with_pillow(path, content)


@dataclass(frozen=True, slots=True)
class LabelPlanes:
    """Some labels of a mask file, each as a mask.

    Attributes:
        masks: by label, one for each label asked for.
        nonzero: how many pixels have any label but 0.
        encoding: how the file stores its labels.
    """

    masks: Mapping[int, PackedMask]
    nonzero: int
    encoding: Encoding

    @property
    def others(self) -> int:
        """How many pixels have a label that is neither 0 nor asked for, counted on request."""
        return self.nonzero - sum(mask.area for mask in self.masks.values())


def decode_label_planes(path: Path, content: bytes, labels: Sequence[int]) -> LabelPlanes:
    """Decode some labels of a mask file, quicker than all of them; see ``decode_labels``."""
    plain = decode_planes(content, MOST_PIXELS, labels)
    if plain is not None:
        masks, nonzero = dict(zip(labels, plain.masks, strict=True)), plain.nonzero
        encoding = Encoding.PALETTE if plain.palette else Encoding.ONE_BIT
    else:
        image = decode_labels(path, content)
        masks = {label: pack(image.labels == label) for label in labels}
        nonzero, encoding = int(np.count_nonzero(image.labels)), image.encoding
    return LabelPlanes(masks, nonzero, encoding)


def _decode_with_pillow(path: Path, content: bytes) -> LabelImage:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DataError(path, f"image of {image.width}x{image.height} is too large")
            if image.mode not in ("P", "L", "1"):
                raise DataError(
                    path,
                    f"image mode is {image.mode}; expected a palette, 8-bit grey or 1-bit mask",
                )
            encoding = {"P": Encoding.PALETTE, "L": Encoding.GREY, "1": Encoding.ONE_BIT}[
                image.mode
            ]
            # A mode "1" array is bool over bytes of 0 and 255, so it is compared, never viewed.
            values = np.asarray(image)
            labels = (values != 0).astype(np.uint8) if image.mode == "1" else np.array(values)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(
            path, "not an image file that can be decoded; expected a PNG mask"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(path, f"image is damaged ({error}); copy or write it again") from error
    return LabelImage(labels, encoding)


def encode_labels(labels: UInt8Array) -> bytes:
    """Return a palette PNG of labels, DAVIS colours, void white as the palette's last entry.

    Raises:
        ShapeError: not uint8 ``[H, W]``.
    """
    if labels.dtype != np.uint8 or labels.ndim != 2:
        raise ShapeError(f"labels are uint8 [H, W]; got {labels.dtype} {list(labels.shape)}")
    image = Image.fromarray(labels)
    image.putpalette(davis_palette())
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=False)
    return buffer.getvalue()


def write_labels(path: Path, labels: UInt8Array) -> None:
    """Write a palette PNG of labels atomically."""
    atomic.write_bytes(path, encode_labels(labels))
