import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco

from refvps.errors import ShapeError
from refvps.exchange import encode_counts, from_coco
from refvps.packed import Size, pack
from refvps.rle import decode_counts, read_counts


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=150)))
def test_reads_what_pycocotools_writes(mask: np.ndarray) -> None:
    counts = coco.encode(np.asfortranarray(mask.view(np.uint8)))["counts"]
    assert read_counts([counts], Size(*mask.shape)).packed(0) == pack(mask)
    assert encode_counts(pack(mask)) == counts


@pytest.mark.parametrize("side", [1, 63, 64, 65, 300, 2000])
def test_long_runs_and_deltas_of_both_signs(side: int) -> None:
    rows, columns = np.indices((side, 3 * side))
    mask = (rows * rows + columns * 7) % (side + 13) < side // 2
    size = Size(*mask.shape)
    counts = encode_counts(pack(mask))
    assert read_counts([counts], size).packed(0) == pack(mask) == from_coco(size, counts)


def test_reads_plain_run_lengths() -> None:
    assert from_coco(Size(2, 2), [1, 2, 1]) == pack(np.array([[False, True], [True, False]]))


def test_a_run_of_no_pixels_changes_nothing() -> None:
    # 1 background, 0 foreground, 3 background: written as the characters of 1, 0 and 3.
    found = read_counts([b"103", b"112"], Size(2, 2))
    assert found.areas().tolist() == [0, 1]
    assert [found.packed(frame).area for frame in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"1o", "middle of a number", id="cut"),
        pytest.param(b"1\x7f", "character", id="past-the-alphabet"),
        pytest.param(b"1 1", "character", id="space"),
        pytest.param(b"oooooooo1", "too large", id="endless-number"),
        pytest.param(b"11", "cover 2 pixels; a mask of 2x2 has 4", id="too-few"),
        pytest.param(b"9", "cover 9 pixels", id="too-many"),
        pytest.param(b"4O", "negative run", id="negative"),
    ],
)
def test_damaged_counts_are_refused(counts: bytes, text: str) -> None:
    with pytest.raises(ShapeError, match=text):
        read_counts([b"4", counts], Size(2, 2))


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=1, max_side=40)))
def test_any_bytes_give_a_mask_or_a_shape_error(noise: np.ndarray) -> None:
    try:
        runs = decode_counts(noise.tobytes())
    except ShapeError:
        return
    assert len(runs) <= len(noise)
