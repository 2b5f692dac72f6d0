import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from refvps.fast_png import SIGNATURE, decode_plain
from refvps.mask_png import decode_labels, encode_labels

MOST = 1_000_000


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", **options)
    return buffer.getvalue()


def palette(values: np.ndarray, **options: object) -> bytes:
    image = Image.fromarray(values)
    image.putpalette([channel for index in range(256) for channel in (index, 0, 255 - index)])
    return png(image, **options)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def by_hand(header: tuple[int, ...], inflated: bytes) -> bytes:
    return (
        SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", *header))
        + chunk(b"PLTE", bytes(768))
        + chunk(b"IDAT", zlib.compress(inflated))
        + chunk(b"IEND", b"")
    )


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=70)))
def test_palette_files_are_read_as_pillow_reads_them(values: np.ndarray) -> None:
    found = decode_plain(palette(values), MOST)
    assert found is not None
    assert found.palette
    assert np.array_equal(found.values, values)


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=70)), st.booleans())
def test_one_bit_files_are_read_as_pillow_reads_them(values: np.ndarray, grey: bool) -> None:
    content = png(Image.fromarray(values)) if grey else palette(values.astype(np.uint8), bits=1)
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(image).astype(np.uint8)
    read = decode_labels(Path("x.png"), content)
    assert np.array_equal(read.labels, expected)


def test_what_the_writer_writes_takes_the_fast_path() -> None:
    assert decode_plain(encode_labels(np.eye(50, dtype=np.uint8) * 255), MOST) is not None


VALUES = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(png(Image.fromarray(VALUES)), id="grey"),
        pytest.param(png(Image.new("RGB", (4, 3))), id="colour"),
        pytest.param(palette(VALUES % 4, bits=2), id="two-bit"),
        pytest.param(by_hand((4, 3, 8, 3, 0, 0, 1), bytes(15)), id="interlaced"),
        pytest.param(by_hand((4, 3, 8, 3, 0, 0, 0), b"\x02abcd" * 3), id="filtered"),
        pytest.param(by_hand((4, 3, 8, 3, 0, 0, 0), bytes(14)), id="too-few-bytes"),
        pytest.param(by_hand((4, 3, 8, 3, 0, 0, 0), bytes(10**6)), id="too-many-bytes"),
        pytest.param(by_hand((0, 3, 8, 3, 0, 0, 0), b""), id="no-width"),
        pytest.param(by_hand((2**31, 2**31, 8, 3, 0, 0, 0), b""), id="huge"),
        pytest.param(b"", id="empty"),
        pytest.param(b"GIF89a", id="gif"),
        pytest.param(SIGNATURE, id="signature-alone"),
    ],
)
def test_anything_else_is_left_to_pillow(content: bytes) -> None:
    assert decode_plain(content, MOST) is None


def test_no_damage_gets_through() -> None:
    whole = palette(np.tile(VALUES, (5, 5)))
    for length in range(len(whole)):
        assert decode_plain(whole[:length], MOST) is None
    for place in range(8, len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 1
        found = decode_plain(bytes(broken), MOST)
        assert found is None, f"a flipped bit at {place} was not noticed"
