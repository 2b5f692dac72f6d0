import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import DataError
from refvps.mask_png import Encoding, decode_labels, encode_labels, read_labels, write_labels

LABELS = np.array([[0, 1, 255], [255, 0, 1]], np.uint8)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


def test_round_trip_as_palette(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.png", LABELS)
    read = read_labels(tmp_path / "a.png")
    assert read.encoding is Encoding.PALETTE
    assert np.array_equal(read.labels, LABELS)
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "P"
        assert image.getpalette()[3:6] == [128, 0, 0]


def test_one_bit_white_is_label_one_and_not_255() -> None:
    image = Image.fromarray(LABELS == 1)
    assert image.mode == "1"
    read = decode_labels(Path("x.png"), png(image))
    assert read.encoding is Encoding.ONE_BIT
    assert read.labels.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_one_bit_palette_holds_ids() -> None:
    image = Image.fromarray((LABELS == 1).astype(np.uint8))
    image.putpalette([0, 0, 0, 255, 0, 0])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", bits=1)
    read = decode_labels(Path("x.png"), buffer.getvalue())
    assert read.encoding is Encoding.PALETTE
    assert read.labels.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_grey_keeps_its_values() -> None:
    read = decode_labels(Path("x.png"), png(Image.fromarray(LABELS)))
    assert read.encoding is Encoding.GREY
    assert np.array_equal(read.labels, LABELS)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"", "file is empty", id="empty"),
        pytest.param(b"not an image", "not an image file", id="text"),
        pytest.param(encode_labels(LABELS)[:60], "damaged|not an image", id="truncated"),
        pytest.param(png(Image.new("RGB", (3, 2))), "mode is RGB", id="colour"),
        pytest.param(png(Image.new("RGBA", (3, 2))), "mode is RGBA", id="alpha"),
        pytest.param(png(Image.new("I;16", (3, 2))), "mode is I;16", id="16-bit"),
        pytest.param(png(Image.new("1", (9000, 9000))), "too large", id="huge"),
    ],
)
def test_other_files_are_refused(content: bytes, text: str) -> None:
    with pytest.raises(DataError, match=text) as caught:
        decode_labels(Path("dir/x.png"), content)
    assert str(caught.value).startswith("dir/x.png: ")


def test_every_cut_is_noticed_or_harmless() -> None:
    whole = encode_labels(np.repeat(LABELS, 20, axis=1))
    for length in range(len(whole)):
        try:
            read = decode_labels(Path("x.png"), whole[:length])
        except DataError:
            continue
        assert np.array_equal(read.labels, np.repeat(LABELS, 20, axis=1))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing.png: file is missing"):
        read_labels(tmp_path / "nothing.png")
