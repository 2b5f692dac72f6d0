import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.region_similarity import region_counts, region_similarity
from refvps.errors import ShapeError
from refvps.packed import pack


def track(text: str) -> np.ndarray:
    """One frame a word, one pixel a character: ``"##. .#."`` is two frames of 1x3."""
    return np.array([[[pixel == "#" for pixel in frame]] for frame in text.split()])


@pytest.mark.parametrize(
    ("pred", "truth", "void", "expected"),
    [
        pytest.param("##..", "#...", "....", 0.5, id="half"),
        pytest.param("....", "....", "....", 1.0, id="absent-and-predicted-absent"),
        pytest.param("#...", "....", "....", 0.0, id="false-alarm-on-empty-frame"),
        pytest.param("....", "#...", "....", 0.0, id="missed"),
        pytest.param("##..", "#...", ".#..", 1.0, id="void-leaves-the-union"),
        pytest.param("#...", "##..", ".#..", 1.0, id="void-is-not-a-miss"),
        pytest.param("#...", "....", "#...", 1.0, id="false-alarm-inside-void"),
        pytest.param("#...", "#...", "#...", 1.0, id="target-all-void"),
        pytest.param("#.#.", ".#.#", "####", 1.0, id="all-void"),
        pytest.param("####", "####", "....", 1.0, id="full"),
        pytest.param("####", "#...", "....", 0.25, id="full-against-a-pixel"),
        pytest.param("#...", "...#", "....", 0.0, id="disjoint"),
    ],
)
def test_region_similarity(pred: str, truth: str, void: str, expected: float) -> None:
    assert region_similarity(track(pred), track(truth), void=track(void)) == [expected]


def test_every_frame_has_a_score_of_its_own() -> None:
    scores = region_similarity(track("#. ## .."), track("#. #. .."))
    assert scores.tolist() == [1.0, 0.5, 1.0]
    assert scores.dtype == np.float64


tracks = st.tuples(st.integers(0, 3), st.integers(1, 70), st.integers(1, 6)).flatmap(
    lambda shape: st.tuples(*[arrays(bool, shape)] * 3)
)


@given(tracks)
def test_follows_the_definition(masks: tuple[np.ndarray, ...]) -> None:
    pred, truth, void = masks
    found = region_similarity(pred, truth, void=void)
    for index in range(len(pred)):
        kept = ~void[index]
        union = ((pred[index] | truth[index]) & kept).sum()
        common = (pred[index] & truth[index] & kept).sum()
        assert found[index] == (common / union if union else 1.0)
    assert np.array_equal(found, region_similarity(truth, pred, void=void))
    assert np.all(region_similarity(pred ^ void, pred, void=void) == 1)


@pytest.mark.parametrize(
    ("pred", "truth", "void", "text"),
    [
        pytest.param((1, 2, 3), (1, 3, 2), None, r"pred is \[1, 2, 3\]", id="pred-shape"),
        pytest.param((1, 2, 3), (1, 2, 3), (2, 2, 3), "void is", id="void-shape"),
        pytest.param((2, 3), (2, 3), None, r"expected bool \[T, H, W\]", id="one-frame"),
    ],
)
def test_shapes_must_agree(
    pred: tuple[int, ...], truth: tuple[int, ...], void: tuple[int, ...] | None, text: str
) -> None:
    ignored = None if void is None else np.zeros(void, bool)
    with pytest.raises(ShapeError, match=text):
        region_similarity(np.zeros(pred, bool), np.zeros(truth, bool), void=ignored)


def test_numbers_are_not_masks() -> None:
    with pytest.raises(ShapeError, match="uint8"):
        region_similarity(np.ones((1, 2, 2), np.uint8), np.ones((1, 2, 2), bool))


def test_counts_leave_void_out_of_all_but_void() -> None:
    found = region_counts(pack(track("###.")[0]), pack(track(".##.")[0]), pack(track("..##")[0]))
    assert (found.intersection, found.union, found.predicted, found.target) == (1, 2, 2, 1)
    assert found.void == 2


def test_sizes_must_agree() -> None:
    with pytest.raises(ShapeError, match="4x1 and 2x2"):
        region_counts(pack(np.ones((1, 4), bool)), pack(np.ones((2, 2), bool)), None)
