import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.contour_accuracy import contour_accuracy
from benchmark.metrics.pairwise import pairwise_counts
from benchmark.metrics.region_similarity import region_similarity
from refvps.errors import ShapeError
from refvps.packed import Order, PackedMask, pack

sizes = st.tuples(
    st.integers(0, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 9), st.integers(1, 70)
)
sets = sizes.flatmap(
    lambda s: st.tuples(
        arrays(bool, (s[0], *s[2:])), arrays(bool, (s[1], *s[2:])), arrays(bool, s[2:])
    )
)


def packed(tracks: np.ndarray) -> list[list[PackedMask]]:
    return [[pack(mask) for mask in track] for track in tracks]


@given(sets)
def test_every_pair_scores_as_it_does_alone(masks: tuple[np.ndarray, ...]) -> None:
    preds, truths, void = masks
    voids = [pack(each) if each.any() else None for each in void]
    found = pairwise_counts(packed(preds), packed(truths), voids)
    assert found.j().shape == found.f().shape == (len(preds), len(truths), len(void))
    for p, pred in enumerate(preds):
        for t, truth in enumerate(truths):
            assert np.array_equal(found.j()[p, t], region_similarity(pred, truth, void=void))
            assert np.array_equal(found.f()[p, t], contour_accuracy(pred, truth, void=void))


def test_masks_may_be_in_any_order_and_void_left_out() -> None:
    random = np.random.default_rng(0)
    masks = random.random((2, 2, 9, 70)) < 0.3
    turned = [[mask.by(Order.COLUMNS) for mask in track] for track in packed(masks)]
    found, expected = pairwise_counts(turned, packed(masks)), pairwise_counts(*[packed(masks)] * 2)
    assert np.array_equal(found.j(), expected.j())
    assert np.array_equal(found.f(), expected.f())
    assert found.j()[0, 0].tolist() == found.f()[1, 1].tolist() == [1, 1]


def test_masks_must_belong_together() -> None:
    small, large = packed(np.ones((1, 2, 1, 1), bool)), packed(np.ones((1, 2, 2, 2), bool))
    with pytest.raises(ShapeError, match="no truth to compare with"):
        pairwise_counts(small, [])
    with pytest.raises(ShapeError, match="1 masks for 2 frames"):
        pairwise_counts([small[0][:1]], small)
    with pytest.raises(ShapeError, match="3 masks for 2 frames"):
        pairwise_counts(small, small, [None] * 3)
    with pytest.raises(ShapeError, match="differ in size: 2x2 and 1x1"):
        pairwise_counts(large, small)
