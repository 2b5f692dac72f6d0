"""The PNG files that masks are written as, decoded at the speed of inflating them.

Masks are palette or 1-bit images without interlacing and, as image libraries write them, without
row filters; then the inflated bytes *are* the labels. They are inflated in bands of rows, small
enough to stay in the processor's cache, and each band may become bits before the next one comes.
Anything else is left to Pillow. Libraries that are quicker than Pillow on photographs return the
palette's colours and lose the labels.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from zlib_ng import zlib_ng

from refvps.packed import WORD_BITS, Order, PackedMask, Size, words_a_line
from refvps.types import UInt8Array

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, PALETTE = 0, 3
InflateError: type[Exception] = zlib_ng.error  # type: ignore[assignment]  # stubs: an instance
BAND_BYTES = 100_000
"""Bytes inflated at a time. The system's allocator maps larger pieces anew, each page at a cost."""


@dataclass(frozen=True, slots=True)
class PlainImage:
    """The pixels of a plain PNG file.

    Attributes:
        values: uint8 ``[H, W]``; palette indices, or 0 and 1 of a 1-bit image.
        palette: whether the values are palette indices.
    """

    values: UInt8Array
    palette: bool


@dataclass(frozen=True, slots=True)
class PlainPlanes:
    """Some labels of a plain PNG file, as masks.

    Attributes:
        masks: one for each label asked for, by rows.
        nonzero: how many pixels have any label but 0.
        palette: whether labels are palette indices.
    """

    masks: tuple[PackedMask, ...]
    nonzero: int
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
        plain = _opened(content, most_pixels)
        values = np.empty(plain.size, np.uint8)
        for top, band in plain.bands():
            values[top : top + len(band)] = band
    except _NotPlainError:
        return None
    return PlainImage(values, plain.palette)


def decode_planes(content: bytes, most_pixels: int, labels: Sequence[int]) -> PlainPlanes | None:
    """Decode some labels of a plain mask file, or return None as ``decode_plain`` does."""
    try:
        plain = _opened(content, most_pixels)
        height, width = plain.size
        octets = np.empty((len(labels), height, 8 * words_a_line(width)), np.uint8)
        # Lines padded to whole words, so that a whole band is packed in one go.
        flags = np.zeros((plain.rows_at_once, WORD_BITS * words_a_line(width)), np.bool_)
        nonzero = 0
        for top, band in plain.bands():
            rows = slice(top, top + len(band))
            nonzero += int(np.count_nonzero(band))
            for plane, label in zip(octets, labels, strict=True):
                np.equal(band, label, out=flags[: len(band), :width])
                packed = np.packbits(flags[: len(band)].ravel(), bitorder="little")
                plane[rows] = packed.reshape(len(band), -1)
    except _NotPlainError:
        return None
    words = octets.view("<u8").astype(np.uint64, copy=False)
    masks = tuple(PackedMask(plain.size, plane, Order.ROWS) for plane in words)
    return PlainPlanes(masks, nonzero, plain.palette)


class _NotPlainError(Exception):
    """The file is unusual or damaged."""


@dataclass(frozen=True, slots=True)
class _Plain:
    """A plain file whose header fits; its pixels may still be damaged."""

    size: Size
    depth: int
    palette: bool
    deflated: bytes

    @property
    def stride(self) -> int:
        """Bytes a row, its filter included."""
        return 1 + -(-self.size.width * self.depth // 8)

    @property
    def rows_at_once(self) -> int:
        """Rows a band."""
        return min(max(BAND_BYTES // self.stride, 1), self.size.height)

    def bands(self) -> Iterator[tuple[int, UInt8Array]]:
        """Yield each band's first row and its labels, uint8 ``[rows, W]``, from the top.

        Raises:
            _NotPlainError: a row is filtered, or the bytes are not those of the picture.
        """
        height, width = self.size
        stride, rows_at_once = self.stride, self.rows_at_once
        source, left = zlib_ng.decompressobj(), self.deflated
        for top in range(0, height, rows_at_once):
            wanted = stride * min(rows_at_once, height - top)
            try:
                inflated = source.decompress(left, wanted)
            except InflateError:
                raise _NotPlainError from None
            left = source.unconsumed_tail
            if len(inflated) != wanted:
                raise _NotPlainError
            rows = np.frombuffer(inflated, np.uint8).reshape(-1, stride)
            if rows[:, 0].any():
                raise _NotPlainError
            values = rows[:, 1:]
            yield top, np.unpackbits(values, axis=1, count=width) if self.depth == 1 else values
        self._require_end(source, left)

    @staticmethod
    def _require_end(source: "zlib_ng._Decompress", left: bytes) -> None:
        try:
            more = b"" if source.eof else source.decompress(left, 1)
        except InflateError:
            raise _NotPlainError from None
        if more or not source.eof or source.unused_data:
            raise _NotPlainError


def _opened(content: bytes, most_pixels: int) -> _Plain:
    try:
        chunks = list(_chunks(content))
    except (struct.error, ValueError):
        raise _NotPlainError from None
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise _NotPlainError
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    if any(rest) or (colour, depth) not in {(PALETTE, 8), (PALETTE, 1), (GREY, 1)}:
        raise _NotPlainError
    if not 0 < width * height <= most_pixels:
        raise _NotPlainError
    deflated = b"".join(data for kind, data in chunks if kind == b"IDAT")
    return _Plain(Size(height, width), depth, colour == PALETTE, deflated)


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
        if zlib_ng.crc32(data, zlib_ng.crc32(kind)) != checksum:
            raise ValueError("chunk checksum does not fit")
        yield kind, data
        place += 12 + length
