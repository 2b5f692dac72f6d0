import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from refvps.contours import Contour, Patch, contour, tolerance
from refvps.errors import ShapeError
from refvps.packed import Order, Size, count_bits, pack
from support.dense_contours import dense_boundary, dense_counts, dense_radius

shapes = st.tuples(st.integers(1, 12), st.integers(1, 140))
radii = st.sampled_from([0, 1, 2, 3, 5, 10, 18, 63, 64, 65, 150])


def counts(one: Contour, other: Contour) -> tuple[int, int, int, int]:
    return one.pixels, other.pixels, one.near_to(other), other.near_to(one)


def pixels(patch: Patch) -> set[tuple[int, int]]:
    bits = np.unpackbits(patch.words.view(np.uint8), axis=1, bitorder="little")
    lines, places = np.nonzero(bits)
    return {
        (int(a) + patch.top, int(b) + 64 * patch.left) for a, b in zip(lines, places, strict=True)
    }


@given(shapes.flatmap(lambda shape: st.tuples(*[arrays(bool, shape)] * 3)), radii)
def test_follows_the_definition(masks: tuple[np.ndarray, ...], radius: int) -> None:
    pred, truth, void = masks
    for ignored in (None, void):
        packed = None if ignored is None else pack(ignored)
        found, wanted = (contour(pack(mask), packed, radius) for mask in (pred, truth))
        assert counts(found, wanted) == dense_counts(pred, truth, ignored, radius)


@given(shapes.flatmap(lambda shape: st.tuples(*[arrays(bool, shape)] * 3)), radii)
def test_turning_the_masks_changes_no_count(masks: tuple[np.ndarray, ...], radius: int) -> None:
    pred, truth, void = map(pack, masks)
    upright = [contour(mask, void, radius) for mask in (pred, truth)]
    turned = [contour(mask.by(Order.COLUMNS), void, radius) for mask in (pred, truth)]
    assert counts(*turned) == counts(*upright)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 64), (1, 65), (64, 1), (3, 128)])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_images_of_one_row_and_at_the_edges_of_words(size: tuple[int, int], share: float) -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        mask, other = (random.random(size) < share for _ in range(2))
        found = contour(pack(mask), None, 2)
        assert pixels(found.boundary) == dense_boundary(mask)
        assert counts(found, contour(pack(other), None, 2)) == dense_counts(mask, other, None, 2)


def test_a_boundary_is_cut_to_its_box() -> None:
    mask = np.zeros((200, 400), bool)
    mask[100:110, 200:300] = True
    found = contour(pack(mask), None, 3)
    assert (found.boundary.top, found.boundary.left) == (99, 3)
    assert found.boundary.words.shape == (11, 2)
    assert found.pixels == count_bits(found.boundary.words) == 2 * 101 + 2 * 9
    assert (found.near.top, found.near.left, found.near.words.shape) == (96, 3, (17, 2))


def test_no_boundary_runs_along_the_frame() -> None:
    for share in (0, 1):
        assert contour(pack(np.full((5, 70), share, bool)), None, 2).pixels == 0


def test_void_is_taken_out_before_the_boundary_is_drawn() -> None:
    mask, void = np.ones((5, 5), bool), np.zeros((5, 5), bool)
    void[2, 2] = True
    found = contour(pack(mask), pack(void), 1)
    assert pixels(found.boundary) == {(1, 1), (1, 2), (2, 1), (2, 2)}


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(480, 854, 8), (480, 910, 9), (576, 1024, 10), (720, 1280, 12), (1080, 1920, 18), (1, 1, 1)],
)
def test_the_tolerance_is_a_share_of_the_diagonal(height: int, width: int, expected: int) -> None:
    assert tolerance(Size(height, width), 0.008) == expected == dense_radius(height, width)


def test_a_tolerance_in_pixels_stands_as_it_is() -> None:
    assert [tolerance(Size(30, 40), bound) for bound in (0, 0.02, 1, 7.0, 10**12)] == [
        0,
        1,
        1,
        7,
        70,
    ]


@pytest.mark.parametrize("bound", [-0.1, 1.5, float("nan")])
def test_a_tolerance_between_pixels_is_refused(bound: float) -> None:
    with pytest.raises(ValueError, match="expected a share below 1, or whole pixels"):
        tolerance(Size(30, 40), bound)


def test_what_does_not_belong_together_is_refused() -> None:
    mask, other = pack(np.eye(3, dtype=bool)), pack(np.eye(4, dtype=bool))
    with pytest.raises(ShapeError, match="differ in size: 3x3 and 4x4"):
        contour(mask, other, 1)
    with pytest.raises(ValueError, match="0 pixels or more; got -1"):
        contour(mask, None, -1)
    found = contour(mask, None, 1)
    with pytest.raises(ShapeError, match="3x3 by rows and 4x4 by rows"):
        found.near_to(contour(other, None, 1))
    with pytest.raises(ShapeError, match="3x3 by rows and 3x3 by columns"):
        found.near_to(contour(mask.by(Order.COLUMNS), None, 1))
