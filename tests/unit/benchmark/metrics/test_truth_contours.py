import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.truth_contours import TruthContours
from benchmark.metrics.truth_track import TruthTrack
from refvps.contours import Contour
from refvps.errors import ShapeError
from refvps.kernels.kernels import NumpyKernels
from refvps.packed import Order, PackedMask, Size, pack
from refvps.runs import runs_of
from refvps.types import MaskTrack
from support.dense_contours import dense_counts, dense_f, dense_radius

shapes = st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 80))
stacks = shapes.flatmap(lambda shape: st.tuples(*[arrays(bool, shape)] * 3))


def truths(truth: np.ndarray, void: np.ndarray) -> list[TruthTrack]:
    """The same truth as bits and as runs; a frame without void has none."""
    names = tuple(f"{index:05}" for index in range(len(truth)))
    voids = tuple(pack(each) if each.any() else None for each in void)
    size = Size(*truth.shape[1:])
    masks = tuple(map(pack, truth & ~void))
    return [
        TruthTrack.of_track(MaskTrack(names, masks, voids)),
        TruthTrack.of_runs(names, runs_of(masks, size), runs_of(voids, size)),
    ]


@given(stacks)
def test_every_form_counts_what_dense_masks_do(masks: tuple[np.ndarray, ...]) -> None:
    pred, truth, void = masks
    radius = dense_radius(*pred.shape[1:])
    expected = [dense_counts(*each, radius) for each in zip(pred, truth, void, strict=True)]
    packed = [pack(mask) for mask in pred]
    forms = [packed, [mask.by(Order.COLUMNS) for mask in packed], runs_of(packed, packed[0].size)]
    for target in truths(truth, void):
        contours = TruthContours(target)
        for form in forms:
            found = contours.counts(form)
            rows = (found.n_pred, found.n_truth, found.matched_pred, found.matched_truth)
            assert list(zip(*map(np.ndarray.tolist, rows), strict=True)) == expected
            assert found.f().tolist() == [dense_f(counts) for counts in expected]


class Counting(NumpyKernels):
    """Counts the contours it draws."""

    drawn = 0

    def contour(self, mask: PackedMask, void: PackedMask | None, radius: int) -> Contour:
        type(self).drawn += 1
        return super().contour(mask, void, radius)


def test_a_truth_is_drawn_once_for_all_predictions() -> None:
    truth = np.zeros((2, 9, 70), bool)
    truth[:, 3:6, 30:66] = True
    contours = TruthContours(truths(truth, np.roll(truth, 3, 1))[0])
    for _ in range(4):
        contours.counts([pack(mask) for mask in truth], Counting())
    assert Counting.drawn == 4 * 2 + 2


def test_the_tolerance_can_be_given() -> None:
    truth = np.zeros((1, 9, 70), bool)
    truth[:, 3:6, 30:60] = True
    target = truths(truth, np.zeros_like(truth))[0]
    shifted = [pack(mask) for mask in np.roll(truth, 3, 2)]
    assert TruthContours(target, 3).counts(shifted).f().tolist() == [1.0]
    assert TruthContours(target, 1).counts(shifted).f() < 1


def test_as_many_masks_as_annotated_frames() -> None:
    truth = np.ones((2, 1, 1), bool)
    contours = TruthContours(truths(truth, ~truth)[0])
    with pytest.raises(ShapeError, match="1 masks for 2 annotated frames"):
        contours.counts([pack(truth[0])])
