import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from refvps.errors import ShapeError
from refvps.packed import Order, PackedMask, Size, empty, full, pack

dense_masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=140))


@given(dense_masks)
def test_dense_gives_back_what_was_packed(mask: np.ndarray) -> None:
    packed = pack(mask)
    assert np.array_equal(packed.dense(), mask)
    assert packed.area == mask.sum()


@pytest.mark.parametrize("width", [1, 63, 64, 65, 128])
def test_full_sets_no_bit_past_the_end_of_a_line(width: int) -> None:
    assert full(Size(3, width)) == pack(np.ones((3, width), bool))
    assert full(Size(3, width)).area == 3 * width
    assert empty(Size(3, width)).area == 0


def test_bits_run_along_the_lines() -> None:
    mask = np.zeros((2, 70), bool)
    mask[0, 0] = mask[1, 69] = True
    assert pack(mask).words.tolist() == [[1, 0], [0, 1 << 5]]
    assert pack(mask.T).by(Order.COLUMNS).words.tolist() == [[1, 0], [0, 1 << 5]]


@given(dense_masks)
def test_turning_moves_no_pixel(mask: np.ndarray) -> None:
    turned = pack(mask).by(Order.COLUMNS)
    assert np.array_equal(turned.dense(), mask)
    assert np.array_equal(turned.columns(), mask.T)
    assert np.array_equal(pack(mask).columns(), mask.T)
    assert turned == pack(mask)
    assert hash(turned) == hash(pack(mask))
    assert np.array_equal(turned.by(Order.ROWS).words, pack(mask).words)


@pytest.mark.parametrize(
    ("size", "words", "text"),
    [
        pytest.param(Size(8, 2), np.zeros((2, 2), np.uint64), "needs uint64", id="shape"),
        pytest.param(Size(8, 2), np.zeros((2, 1), np.int64), "int64", id="type"),
        pytest.param(
            Size(8, 1), np.full((1, 1), 256, np.uint64), "past the end of a line", id="pad"
        ),
        pytest.param(Size(0, 1), np.zeros((1, 0), np.uint64), "at least one pixel", id="no-pixel"),
    ],
)
def test_words_must_fit_the_size(size: Size, words: np.ndarray, text: str) -> None:
    with pytest.raises(ShapeError, match=text):
        PackedMask(size, words, Order.COLUMNS)


def test_words_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        pack(np.ones((2, 2), bool)).words[0, 0] = 0


@pytest.mark.parametrize("bad", [np.ones((2, 2), np.uint8), np.ones((1, 2, 2), bool)])
def test_only_bool_images_are_packed(bad: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"bool \[H, W\]"):
        pack(bad)


@given(dense_masks, st.integers(0, 3))
def test_equality_is_by_pixels(mask: np.ndarray, turns: int) -> None:
    turned = np.rot90(mask, turns)
    assert (pack(mask) == pack(turned)) == (
        mask.shape == turned.shape and np.array_equal(mask, turned)
    )
    assert hash(pack(mask)) == hash(pack(mask.copy()))
