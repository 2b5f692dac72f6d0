"""The PNG files that masks are written as, decoded at the speed of zlib.

Masks are palette or 1-bit images without interlacing and, as image libraries write them, without
row filters; then the inflated bytes *are* the labels. Anything else is left to Pillow. Libraries
that are quicker than Pillow on photographs return the palette's colours and lose the labels.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from refvps.types import UInt8Array

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, PALETTE = 0, 3
MOST_INFLATION = 1032
"""zlib cannot make its input more than this many times longer."""
MOST_WASTE = 1 << 26
"""Bytes that a hostile file may inflate to beyond its picture before it is left to Pillow."""


@dataclass(frozen=True, slots=True)
class PlainImage:
    """The pixels of a plain PNG file.

    Attributes:
        values: uint8 ``[H, W]``; palette indices, or 0 and 1 of a 1-bit image.
        palette: whether the values are palette indices.
    """

    values: UInt8Array
    palette: bool


def decode_plain(content: bytes, most_pixels: int) -> PlainImage | None:
    """Decode a plain mask file, or return None for Pillow to decide about.

    None is the answer to everything unusual and everything damaged, so that there is one place
    that says what is wrong with a file.

    Args:
        content: the file's bytes.
        most_pixels: larger images are not inflated.

    Source: PNG specification, third edition, sections 5 and 11.
    """
    try:
        chunks = list(_chunks(content))
    except (struct.error, ValueError):
        return None
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        return None
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    if any(rest) or (colour, depth) not in {(PALETTE, 8), (PALETTE, 1), (GREY, 1)}:
        return None
    if not 0 < width * height <= most_pixels:
        return None
    rows = _inflated_rows(chunks, height, -(-width * depth // 8))
    if rows is None:
        return None
    if depth == 1:
        rows = np.unpackbits(rows, axis=1, count=width)
    return PlainImage(rows, palette=colour == PALETTE)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the data of every chunk.

    Raises:
        ValueError: no PNG file, or a checksum does not fit.
        struct.error: the file is cut short.
    """
    if not content.startswith(SIGNATURE):
        raise ValueError("no PNG signature")
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, place + 8 + length)
        if zlib.crc32(data, zlib.crc32(kind)) != checksum:
            raise ValueError("chunk checksum does not fit")
        yield kind, data
        place += 12 + length


def _inflated_rows(
    chunks: list[tuple[bytes, bytes]], height: int, stride: int
) -> UInt8Array | None:
    """Return the rows, uint8 ``[height, stride]``, unless one of them is filtered."""
    size = height * (stride + 1)
    deflated = b"".join(data for kind, data in chunks if kind == b"IDAT")
    # Inflating in one go is quicker than in bounded steps; a file long enough to abuse it is not.
    if len(deflated) * MOST_INFLATION > size + MOST_WASTE:
        return None
    try:
        inflated = zlib.decompress(deflated, bufsize=size)
    except zlib.error:
        return None
    if len(inflated) != size:
        return None
    rows = np.frombuffer(inflated, np.uint8).reshape(height, stride + 1)
    return None if rows[:, 0].any() else rows[:, 1:]
