"""Agreement of two label maps: tables of masks written out, and properties that always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.agreement_band import band_parts
from benchmark.metrics.agreement_guards import cohens_kappa, guards
from benchmark.metrics.agreement_means import ClipFrames, clip_means, means
from benchmark.metrics.agreement_time import time_shift
from benchmark.metrics.label_agreement import IgnoreRule, LabelCounts, Labels, label_counts
from refvps.errors import ShapeError
from refvps.packed import Order, pack
from support.ascii_masks import labels

MAPS = arrays(np.uint8, (5, 70), elements=st.sampled_from([0, 1, 255]))


def of(found: np.ndarray) -> Labels:
    ignore = found == 255
    return Labels(pack(found == 1), pack(ignore) if ignore.any() else None)


def counted(one: str, other: str) -> LabelCounts:
    return label_counts(of(labels(one)), of(labels(other)))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("##..", "##..", 1.0, id="identical"),
        pytest.param("##..", "..##", 0.0, id="disjoint"),
        pytest.param("##..", "#...", 0.5, id="half"),
        pytest.param("##v.", "##.v", 1.0, id="difference-only-inside-ignore"),
        pytest.param("#v..", "##..", 1.0, id="target-below-the-others-ignore"),
        pytest.param("....", "....", 1.0, id="both-absent"),
        pytest.param("#...", "....", 0.0, id="one-sees-nothing"),
        pytest.param("vvvv", "##..", None, id="all-ignored-by-the-first"),
        pytest.param("vv..", "..vv", None, id="all-ignored-between-them"),
        pytest.param("vvvv", "vvvv", None, id="all-ignored-by-both"),
    ],
)
def test_union_ignore(first: str, second: str, expected: float | None) -> None:
    counts = counted(first, second)
    assert counts.iou() == expected
    assert counts.ignored_whole is (expected is None)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (IgnoreRule.UNION, 1 / 2),
        (IgnoreRule.FIRST, 1 / 3),
        (IgnoreRule.SECOND, 1 / 3),
        (IgnoreRule.BACKGROUND, 1 / 4),
        (IgnoreRule.FOREGROUND, 3 / 4),
    ],
)
def test_every_rule_for_ignore(rule: IgnoreRule, expected: float) -> None:
    assert counted("##v#..", "#.#v..").iou(rule) == expected


def test_all_ignored_is_flagged_and_no_agreement() -> None:
    seen = guards([counted("vvvv", "vvvv"), counted("##..", "..##")])
    assert (seen.ignored_whole, seen.low, seen.absent) == (1, 1, 0)
    clips = [ClipFrames("a", None, (counted("vvvv", "vvvv"), counted("##..", "..##")))]
    assert means(clips).clips == 0.0
    assert means(clips[:0]).clips is None
    assert clip_means([ClipFrames("a", None, (counted("vvvv", "vvvv"),))]) == {}


def test_a_target_that_ignore_hides_is_counted_apart() -> None:
    assert [counted("#v..", "v#..").hidden, counted("##..", "##..").hidden] == [True, False]
    assert not counted("....", "....").hidden


def test_masks_of_two_sizes_are_refused() -> None:
    with pytest.raises(ShapeError, match="differ in size"):
        counted("##", "###")


@given(first=MAPS, second=MAPS)
def test_counts_are_those_of_numpy(first: np.ndarray, second: np.ndarray) -> None:
    found = label_counts(of(first), of(second))
    names = {0: "background", 1: "target", 255: "ignore"}
    for one, mine in names.items():
        for other, theirs in names.items():
            expected = int(((first == one) & (second == other)).sum())
            assert getattr(found, f"{mine}_{theirs}") == expected
    assert found.pixels == first.size


@given(first=MAPS, second=MAPS)
def test_iou_is_that_of_numpy_and_symmetric(first: np.ndarray, second: np.ndarray) -> None:
    valid = (first != 255) & (second != 255)
    one, other = (first == 1) & valid, (second == 1) & valid
    union = (one | other).sum()
    expected = None if not valid.any() else ((one & other).sum() / union if union else 1.0)
    assert label_counts(of(first), of(second)).iou() == expected
    assert label_counts(of(second), of(first)).iou() == expected


@given(first=MAPS, noise=MAPS)
def test_whatever_differs_inside_ignore_alone_scores_1(
    first: np.ndarray, noise: np.ndarray
) -> None:
    second = np.where(first == 255, noise, first)
    assert label_counts(of(first), of(second)).iou() in (1.0, None)


@given(first=MAPS, second=MAPS)
def test_lines_by_columns_count_alike(first: np.ndarray, second: np.ndarray) -> None:
    one, other = of(first), of(second)
    turned = Labels(
        one.target.by(Order.COLUMNS),
        None if one.ignore is None else one.ignore.by(Order.COLUMNS),
    )
    assert label_counts(turned, other) == label_counts(one, other)


@given(first=MAPS, second=MAPS, radius=st.integers(1, 4))
def test_the_band_is_what_lies_near_an_outline(
    first: np.ndarray, second: np.ndarray, radius: int
) -> None:
    near = np.zeros(first.shape, bool)
    for mask in (first == 1, second == 1):
        right, below = np.zeros_like(mask), np.zeros_like(mask)
        padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
        right, below = padded[:-1, 1:], padded[1:, :-1]
        outline = (mask != right) | (mask != below) | (mask != padded[1:, 1:])
        for y, x in np.argwhere(outline):
            rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
            near |= (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    near &= (first != 255) & (second != 255)
    one, other = first == 1, second == 1
    expected = (int((one & other & near).sum()), int(((one | other) & near).sum()))
    assert band_parts(of(first), of(second), radius) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
        ((5, 5, 5, 5), 0.0),
        ((10, 0, 0, 0), None),
        ((0, 0, 0, 0), None),
        ((20, 5, 10, 15), 0.4),
    ],
)
def test_kappa(table: tuple[int, int, int, int], expected: float | None) -> None:
    assert cohens_kappa(*table) == expected


def walk(*rows: str) -> list[Labels]:
    return [of(labels(row)) for row in rows]


def test_a_late_annotator_is_found_out() -> None:
    first = walk("....", "#...", ".#..", "..#.", "...#", "....", "....", "....")
    late = walk("....", "....", "#...", ".#..", "..#.", "...#", "....", "....")
    found = time_shift(first, late)
    assert (found.onset, found.offset, found.best) == (1, 1, 1)
    assert found.gain > 0.5
    back = time_shift(late, first)
    assert (back.onset, back.offset, back.best) == (-1, -1, -1)


def test_equal_labels_are_not_shifted_and_short_ones_still_compare() -> None:
    assert time_shift(walk("#."), walk("#.")).best == 0
    found = time_shift(walk("#.", "#.", "#."), walk("#.", "#.", "#."))
    assert (found.onset, found.offset, found.best, found.gain) == (0, 0, 0, 0.0)
    assert time_shift(walk("v", "v"), walk("#", "#")).best is None
    assert time_shift(walk("."), walk("#")).onset is None


def test_orders_of_averaging_differ_as_they_should() -> None:
    half, full = counted("##..", "#..."), counted("##..", "##..")
    clips = [
        ClipFrames("a", "x", (half,)),
        ClipFrames("b", "x", (full, full, full)),
        ClipFrames("c", "y", (full,)),
    ]
    found = means(clips)
    assert found.clips == pytest.approx((0.5 + 1 + 1) / 3)
    assert found.frames == pytest.approx((0.5 + 1 + 1 + 1 + 1) / 5)
    assert found.pooled == pytest.approx(9 / 10)
    assert found.concepts == pytest.approx((0.75 + 1) / 2)


def test_pairs_of_one_clip_are_averaged_before_clips() -> None:
    half, full = counted("##..", "#..."), counted("##..", "##..")
    clips = [ClipFrames("a", "x", (half,)), ClipFrames("a", "x", (full,))]
    assert clip_means([*clips, ClipFrames("b", "x", (full,))]) == {"a": 0.75, "b": 1.0}


def test_absent_keyframes_can_be_left_out() -> None:
    clips = [ClipFrames("a", None, (counted("....", "...."), counted("##..", "#...")))]
    assert means(clips).clips == 0.75
    assert means(clips, with_absent=False).clips == 0.5


def test_bias_says_who_labels_more() -> None:
    assert counted("###.", "#...").area_bias() == 0.5
    assert counted("#...", "###.").area_bias() == -0.5
    assert counted("....", "....").area_bias() is None
