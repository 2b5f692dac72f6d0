from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from refvps.errors import ShapeError
from refvps.packed import PackedMask, Size, empty, full
from refvps.types import Clip, Expression, MaskTrack, Prediction, Query

SIZE = Size(2, 3)
CLIP = Clip("c", tuple(Path(f"c/{k:05}.jpg") for k in range(8)), Fraction(24), "v")
QUERY = Query(CLIP, Expression("0", "the smoke", "1"))


def track(
    ids: tuple[str, ...], masks: list[PackedMask], voids: list[PackedMask | None]
) -> MaskTrack:
    return MaskTrack(ids, tuple(masks), tuple(voids))


def test_not_annotated_empty_and_void_are_told_apart() -> None:
    found = track(("00000", "00004"), [empty(SIZE), empty(SIZE)], [None, full(SIZE)])
    masks, voids = found.dense()
    assert masks.shape == voids.shape == (2, 2, 3)
    assert not masks.any()
    assert voids[1].all()
    assert not voids[0].any()
    assert "00001" not in found.frame_ids


@pytest.mark.parametrize(
    ("ids", "masks", "voids", "text"),
    [
        pytest.param(("a", "a"), [full(SIZE)] * 2, [None] * 2, "duplicate", id="repeated-id"),
        pytest.param(("a",), [full(SIZE)] * 2, [None] * 2, "one mask", id="counts"),
        pytest.param(("a", "b"), [full(SIZE), full(Size(3, 2))], [None] * 2, "2x3", id="sizes"),
        pytest.param(("a",), [full(SIZE)], [full(SIZE)], "both target and void", id="overlap"),
    ],
)
def test_a_track_is_checked(
    ids: tuple[str, ...],
    masks: list[PackedMask],
    voids: list[PackedMask | None],
    text: str,
) -> None:
    with pytest.raises(ShapeError, match=text):
        track(ids, masks, voids)


@pytest.mark.parametrize(
    ("ids", "count", "text"),
    [
        pytest.param(("00000", "00009"), 2, "00009, which its clip does not have", id="unknown"),
        pytest.param(("00000", "00000"), 2, "duplicate", id="repeated"),
        pytest.param(("00000",), 2, "one mask a frame", id="counts"),
        pytest.param((), 0, "at least one", id="nothing"),
    ],
)
def test_a_prediction_is_checked(ids: tuple[str, ...], count: int, text: str) -> None:
    with pytest.raises(ShapeError, match=text):
        Prediction(QUERY, ids, (full(SIZE),) * count)


def test_a_prediction_is_dense_on_request() -> None:
    found = Prediction(QUERY, ("00000", "00004"), (full(SIZE), empty(SIZE)))
    assert found.dense().tolist() == [[[True] * 3] * 2, [[False] * 3] * 2]


def test_a_clip_has_frames_with_names_of_their_own() -> None:
    with pytest.raises(ShapeError, match="no frames"):
        Clip("c", (), Fraction(24), "v")
    with pytest.raises(ShapeError, match="duplicate frame id of clip c: 0"):
        Clip("c", (Path("a/0.jpg"), Path("b/0.jpg")), Fraction(24), "v")


def test_identity_of_masks_is_their_pixels() -> None:
    assert np.array_equal(full(SIZE).dense(), np.ones((2, 3), bool))
