import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.contour_accuracy import ContourCounts, contour_accuracy, f_measure
from refvps.errors import ShapeError
from support.dense_contours import dense_counts, dense_f, dense_radius


def frame(*rows: str) -> np.ndarray:
    return np.array([[[pixel == "#" for pixel in row] for row in rows]])


SQUARE = frame(".....", ".##..", ".##..", ".....")
EMPTY, FULL = np.zeros_like(SQUARE), np.ones_like(SQUARE)


@pytest.mark.parametrize(
    ("pred", "truth", "void", "expected"),
    [
        pytest.param(SQUARE, SQUARE, EMPTY, 1.0, id="equal"),
        pytest.param(EMPTY, EMPTY, EMPTY, 1.0, id="absent-and-predicted-absent"),
        pytest.param(SQUARE, EMPTY, EMPTY, 0.0, id="false-alarm"),
        pytest.param(EMPTY, SQUARE, EMPTY, 0.0, id="missed"),
        pytest.param(FULL, EMPTY, EMPTY, 1.0, id="a-full-frame-has-no-boundary"),
        pytest.param(SQUARE, EMPTY, SQUARE, 1.0, id="false-alarm-inside-void"),
        pytest.param(EMPTY, EMPTY, FULL, 1.0, id="all-void"),
        pytest.param(FULL, SQUARE, FULL, 1.0, id="all-void-whatever-is-said"),
        pytest.param(FULL, FULL, SQUARE, 1.0, id="both-have-the-boundary-of-void"),
    ],
)
def test_contour_accuracy(
    pred: np.ndarray, truth: np.ndarray, void: np.ndarray, expected: float
) -> None:
    assert contour_accuracy(pred, truth, void=void).tolist() == [expected]


def test_a_wider_tolerance_forgives_more() -> None:
    one, other = np.zeros((2, 1, 40, 40), bool)
    one[0, 5:15, 5:15], other[0, 5:15, 8:18] = True, True
    scores = [contour_accuracy(one, other, bound=bound)[0] for bound in (0, 1, 2, 3)]
    assert scores == sorted(scores)
    assert scores[0] < scores[2] < scores[3] == 1


def test_counts_make_f() -> None:
    assert ContourCounts(4, 8, 2, 2).f == f_measure(4, 8, 2, 2) == 2 * 0.5 * 0.25 / 0.75
    assert f_measure(3, 3, 0, 0) == 0


tracks = st.tuples(st.integers(0, 3), st.integers(1, 12), st.integers(1, 80)).flatmap(
    lambda shape: st.tuples(*[arrays(bool, shape)] * 3)
)


@given(tracks)
def test_follows_the_definition(masks: tuple[np.ndarray, ...]) -> None:
    pred, truth, void = masks
    found = contour_accuracy(pred, truth, void=void)
    plain = contour_accuracy(pred, truth)
    for index in range(len(pred)):
        radius = dense_radius(*pred.shape[1:])
        expected = dense_counts(pred[index], truth[index], void[index], radius)
        assert found[index] == dense_f(expected)
        assert plain[index] == dense_f(dense_counts(pred[index], truth[index], None, radius))
    assert np.array_equal(found, contour_accuracy(pred & ~void, truth ^ (truth & void), void=void))
    turned = [mask.transpose(0, 2, 1) for mask in masks]
    assert np.array_equal(found, contour_accuracy(turned[0], turned[1], void=turned[2]))


def test_arrays_must_belong_together() -> None:
    with pytest.raises(ShapeError, match=r"pred is float64 \[1, 4, 5\]; expected bool"):
        contour_accuracy(SQUARE.astype(float), SQUARE)
    with pytest.raises(ShapeError, match="expected the same shape"):
        contour_accuracy(SQUARE[:, 1:], SQUARE)
