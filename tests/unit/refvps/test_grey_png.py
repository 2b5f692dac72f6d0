"""Masks as PNG files, read back by two libraries and by our own readers."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from refvps.grey_png import grey_png
from refvps.mask_png import Encoding, decode_labels
from refvps.packed import Order, pack


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 1), (63, 65), (130, 64)])
@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_every_reader_finds_0_and_255(size: tuple[int, int], order: Order, share: float) -> None:
    mask = np.random.default_rng(3).random(size) < share
    content = grey_png(pack(mask).by(order))
    expected = mask.astype(np.uint8) * 255
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        image.load()
        np.testing.assert_array_equal(np.asarray(image), expected)
    read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(read, expected)
    found = decode_labels(Path("mask.png"), content)
    assert found.encoding is Encoding.GREY
    np.testing.assert_array_equal(found.labels, expected)
