import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.region_similarity import region_counts
from benchmark.metrics.truth_track import TruthTrack
from refvps.errors import ShapeError
from refvps.packed import Order, Size, pack
from refvps.runs import runs_of
from refvps.types import MaskTrack

shapes = st.tuples(st.integers(1, 3), st.integers(1, 100), st.integers(1, 70))
clips = shapes.flatmap(lambda shape: st.tuples(*[arrays(bool, shape)] * 3))


def truth(masks: np.ndarray, voids: np.ndarray) -> MaskTrack:
    return MaskTrack(
        tuple(f"{index:05}" for index in range(len(masks))),
        tuple(pack(mask & ~void) for mask, void in zip(masks, voids, strict=True)),
        tuple(pack(void) if void.any() else None for void in voids),
    )


@given(clips)
def test_every_form_of_truth_and_prediction_gives_the_same_counts(
    clip: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    pred, masks, voids = clip
    track = truth(masks, voids)
    size = track.masks[0].size
    kept = TruthTrack.of_runs(
        track.frame_ids, runs_of(track.masks, size), runs_of(track.voids, size)
    )
    packed = tuple(pack(mask) for mask in pred)
    turned = tuple(mask.by(Order.COLUMNS) for mask in packed)
    expected = [
        region_counts(pack(p), pack(m), pack(v)) for p, m, v in zip(pred, masks, voids, strict=True)
    ]
    for prepared in (TruthTrack.of_track(track), kept):
        for form in (packed, turned, runs_of(packed, size)):
            found = prepared.counts(form)
            for name in ("intersection", "union", "predicted", "target", "void"):
                assert getattr(found, name).tolist() == [getattr(each, name) for each in expected]


def test_sizes_and_frames_must_agree() -> None:
    prepared = TruthTrack.of_track(truth(np.ones((2, 3, 4), bool), np.zeros((2, 3, 4), bool)))
    mask = pack(np.ones((3, 4), bool))
    with pytest.raises(ShapeError, match="1 masks for 2 annotated frames"):
        prepared.counts([mask])
    with pytest.raises(ShapeError, match="2 frames of 4x3 and 1 of 4x3"):
        prepared.counts(runs_of([mask], mask.size))
    with pytest.raises(ShapeError, match="differ in size: 3x4 and 4x3"):
        prepared.counts([pack(np.ones((4, 3), bool))] * 2)


def test_kept_runs_must_belong_to_the_frames() -> None:
    one, two = runs_of([None], Size(1, 1)), runs_of([None, None], Size(1, 1))
    with pytest.raises(ShapeError, match="2 frame ids, 2 and 1 masks"):
        TruthTrack.of_runs(("0", "1"), two, one)
