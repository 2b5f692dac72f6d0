"""Comparisons on numbers small enough to check by hand."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.bootstrap import RESAMPLES, SEED
from benchmark.metrics.ranks import ranks
from benchmark.metrics.splitmix import draws
from benchmark.report.comparison import Comparison, compare
from benchmark.report.comparison_json import comparison_json
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.record import RulePart
from benchmark.report.sentences import sentences
from benchmark.rules import per_category, per_expression
from benchmark.rules.per_category import RULE
from refvps.errors import ConfigError
from support.records import record_of
from support.rows import row


def measured(*methods: tuple[str, dict[str, list[int]]]) -> list[Measured]:
    """Records of methods, given the J in hundredths of every clip by video."""
    found = []
    for label, videos in methods:
        rows = [
            row(f"{video}-{k}", "0", [score], video=video)
            for video, scores in videos.items()
            for k, score in enumerate(scores)
        ]
        found.append(Measured(Path(f"{label}.json"), label, record_of(rows, method=label)))
    return found


FIVE = {"v1": [10], "v2": [20], "v3": [30], "v4": [40], "v5": [50]}


def raised(points: dict[str, int]) -> dict[str, list[int]]:
    return {video: [FIVE[video][0] + points[video]] for video in FIVE}


def test_a_constant_difference() -> None:
    """5 points in each of 5 videos: no spread, and 2 of 32 sign patterns are as extreme."""
    found = compare(measured(("a", FIVE), ("b", raised(dict.fromkeys(FIVE, 5)))))
    (difference,) = found.differences
    assert (difference.first, difference.second) == ("b", "a")
    assert difference.mean == pytest.approx(0.05)
    assert difference.interval == pytest.approx((0.05, 0.05))
    assert (difference.test.p, difference.test.patterns) == (2 / 32, 32)
    assert difference.adjusted_p == 2 / 32
    assert [place.rank for place in found.places] == [2, 1]
    assert [place.rank_interval for place in found.places] == [(2, 2), (1, 1)]
    assert sentences(found) == (
        "b scores 5.0 points above a in J (95 % interval [5.0, 5.0], p = 0.062, 5 videos).",
    )


def test_clips_of_one_video_flip_together() -> None:
    first = {"v1": [10, 20], "v2": [30]}
    second = {"v1": [20, 30], "v2": [40]}
    (difference,) = compare(measured(("a", second), ("b", first))).differences
    assert difference.mean == pytest.approx(0.1)
    assert (difference.test.p, difference.test.patterns, difference.videos) == (0.5, 4, 2)


def test_all_pairs_are_corrected_by_holm() -> None:
    one = raised({"v1": 1, "v2": 2, "v3": 3, "v4": 4, "v5": 5})
    two = raised({"v1": 9, "v2": -8, "v3": 7, "v4": -6, "v5": 5})
    found = compare(measured(("a", FIVE), ("b", one), ("c", two)))
    plain = {(d.first, d.second): d.test.p for d in found.differences}
    adjusted = {(d.first, d.second): d.adjusted_p for d in found.differences}
    assert plain[("b", "a")] == 2 / 32
    assert adjusted[("b", "a")] == 3 * 2 / 32
    assert max(adjusted.values()) <= 1
    assert "after Holm's correction" in sentences(found)[0]
    low, high = found.places[0].rank_interval
    assert 1 <= low <= high <= 3


def test_few_videos_get_no_interval_in_words() -> None:
    found = compare(measured(("a", {"v": [40]}), ("b", {"v": [30]})))
    assert sentences(found) == (
        "a scores 10.0 points above b in J (p = 1.00, 1 video: too few for an interval).",
    )
    assert found.differences[0].interval is None
    assert found.places[0].rank_interval is None


def test_equal_methods() -> None:
    found = compare(measured(("a", FIVE), ("b", FIVE)))
    assert [place.rank for place in found.places] == [1, 1]
    assert [place.rank_interval for place in found.places] == [(1, 2), (1, 2)]
    assert found.differences[0].test.p == 1
    assert sentences(found)[0].startswith(
        "a and b differ by 0.0 points in J (95 % interval [0.0, 0.0]"
    )


def test_the_order_of_naming_changes_nothing_but_the_order() -> None:
    two = raised({"v1": 9, "v2": -8, "v3": 7, "v4": -6, "v5": 5})
    there = compare(measured(("a", FIVE), ("b", two)))
    back = compare(measured(("b", two), ("a", FIVE)))
    assert there.differences == back.differences


def test_one_method_has_no_pairs() -> None:
    found = compare(measured(("a", FIVE)))
    assert (found.differences, found.places[0].rank_interval) == ((), (1, 1))


def test_json_holds_every_digit_and_says_what_is_quoted() -> None:
    from benchmark.report.paper import paper_table

    items = measured(("a", FIVE), ("b", raised(dict.fromkeys(FIVE, 5))))
    found: Comparison = compare(items)
    document = comparison_json(items, [found], [paper_table("4")])
    assert document["schema"] == "refvps-comparison/2"
    assert document["differences"][0]["mean"] == pytest.approx(0.05, abs=1e-15)
    assert document["differences"][0]["test"] == {"p": 2 / 32, "patterns": 32, "exact": True}
    assert [m["rank_interval"] for m in document["places"]] == [(2, 2), (1, 1)]
    assert document["groups"][0]["scores"]["b"]["mean"] == pytest.approx(0.35)
    assert document["quoted"][0]["source"] == "quoted from the paper, table 4"


def test_a_rule_without_a_paired_test_is_refused() -> None:
    unknown = RulePart(name="by-weather", order="?")
    found = [
        dataclasses.replace(item, record=item.record.model_copy(update={"rule": unknown}))
        for item in measured(("a", FIVE), ("b", FIVE))
    ]
    with pytest.raises(ConfigError, match=r"a\.json: .* rule 'by-weather' cannot be compared"):
        compare(found)


def with_f(label: str, scores: dict[str, tuple[int, int]]) -> Measured:
    """The record of a method with J and F in hundredths of one clip a video."""
    rows = [row(f"{video}-0", "0", [j], video=video, f=[f]) for video, (j, f) in scores.items()]
    return Measured(Path(f"{label}.json"), label, record_of(rows, method=label))


def test_every_metric_is_compared_by_itself() -> None:
    """J falls by 5 points and F rises by 15, so J&F rises by 5."""
    one = with_f("a", {f"v{k}": (10 * k, 20) for k in range(1, 7)})
    two = with_f("b", {f"v{k}": (10 * k - 5, 35) for k in range(1, 7)})
    found = {metric: compare([one, two], metric) for metric in Metric}
    (j,), (f,), (both,) = (found[metric].differences for metric in Metric)
    assert (j.first, j.mean) == ("a", pytest.approx(0.05))
    assert (f.first, f.mean) == ("b", pytest.approx(0.15))
    assert (both.first, both.mean) == ("b", pytest.approx(0.05))
    assert both.interval == pytest.approx((0.05, 0.05))
    assert sentences(found[Metric.J_AND_F]) == (
        "b scores 5.0 points above a in J&F (95 % interval [5.0, 5.0], p = 0.031, 6 videos).",
    )
    place = found[Metric.J_AND_F].places[1]
    assert place.score.mean == pytest.approx((two.record.summary.j.mean + 0.35) / 2)
    assert place.score.interval is not None
    assert found[Metric.F].groups[0].scores[1].mean == pytest.approx(0.35)
    assert found[Metric.J_AND_F].concepts[0].scores[1].mean == pytest.approx(place.score.mean)


CATEGORIES = {"cap": [0, 1, 4], "dog": [0, 2, 3, 4, 5], "sky": [1], "car": [2, 5, 5]}
"""The videos that show a category; a video may have two clips of one."""


def by_category(label: str, seed: int) -> Measured:
    rows = [
        row(
            f"v{video}-{place}",
            category,
            [(31 * seed + 17 * video + 7 * place + len(category) * 13 * seed) % 101],
            video=f"v{video}",
            concept=category,
        )
        for category, videos in CATEGORIES.items()
        for place, video in enumerate(videos)
    ]
    return Measured(Path(f"{label}.json"), label, record_of(rows, rule=RULE.name))


def macro_mean(found: Measured, weights: dict[str, int]) -> float:
    """The mean over categories of the mean over clips, a video counted as often as weighed."""
    categories = []
    for category in CATEGORIES:
        rows = [item for item in found.record.rows if item.concept == category]
        weight = sum(weights[item.video] for item in rows)
        if weight:
            categories.append(sum(weights[item.video] * item.j for item in rows) / weight)
    return sum(categories) / len(categories)


def macro_difference(one: Measured, other: Measured, signs: dict[str, int]) -> float:
    """The same mean of paired differences, those of a video with its sign."""
    categories = []
    for category in CATEGORIES:
        pairs = [
            (ours.video, ours.j - theirs.j)
            for ours, theirs in zip(one.record.rows, other.record.rows, strict=True)
            if ours.concept == category
        ]
        categories.append(sum(signs[video] * value for video, value in pairs) / len(pairs))
    return sum(categories) / len(categories)


def test_by_category_all_methods_meet_the_same_resamples() -> None:
    """Against resampling written out: videos are drawn, every category is averaged anew."""
    one, two = by_category("a", 3), by_category("b", 8)
    videos = sorted({item.video for item in one.record.rows})
    drawn = np.stack(
        [draws(SEED, place * RESAMPLES, RESAMPLES, len(videos)) for place in range(len(videos))]
    )
    resampled = []
    for picked in drawn.T[:400]:
        weights = {video: int(np.sum(picked == place)) for place, video in enumerate(videos)}
        resampled.append([macro_mean(item, weights) for item in (one, two)])
    for place, item in enumerate((one, two)):
        found = per_category.resampled_scores(item.record.rows)[:400]
        assert found == pytest.approx([pair[place] for pair in resampled])
    (difference,) = compare([one, two]).differences
    sign = 1 if difference.first == "a" else -1
    whole = [per_category.resampled_scores(item.record.rows) for item in (one, two)]
    low, high = np.percentile(sign * (whole[0] - whole[1]), [2.5, 97.5])
    assert difference.interval == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize("seed", range(5, 12))
def test_by_category_all_differences_of_a_video_flip_together(seed: int) -> None:
    """Against flipping written out: the mean over categories is computed from every pattern."""
    one, two = by_category("a", 3), by_category("b", seed)
    videos = sorted({item.video for item in one.record.rows})
    observed = abs(macro_difference(one, two, dict.fromkeys(videos, 1)))
    patterns = [
        abs(macro_difference(one, two, dict(zip(videos, signs, strict=True))))
        for signs in itertools.product((1, -1), repeat=len(videos))
    ]
    p = sum(value >= observed - 1e-12 for value in patterns) / len(patterns)
    (difference,) = compare([one, two]).differences
    assert (difference.test.p, difference.test.patterns) == (p, 64)
    assert difference.mean == pytest.approx(observed)
    assert difference.videos == 6


def test_by_category_the_difference_is_that_of_the_summaries() -> None:
    items = [by_category("a", 3), by_category("b", 8), by_category("c", 9)]
    found = compare(items)
    means = {item.label: item.record.summary.j.mean for item in items}
    assert len(found.differences) == 3
    for difference in found.differences:
        gap = means[difference.first] - means[difference.second]
        assert difference.mean == pytest.approx(gap)
        assert difference.adjusted_p >= difference.test.p
    assert [place.rank for place in found.places] == list(
        ranks([item.record.summary.j.mean for item in items])
    )
    assert "every category averaged anew" in found.resampled


def test_parts_of_videos_add_up_to_the_mean() -> None:
    for rule, item in (
        (per_category, by_category("a", 3)),
        (per_expression, measured(("a", FIVE))[0]),
    ):
        parts = rule.parts_by_video(item.record.rows)
        assert list(parts) == sorted(parts)
        assert sum(parts.values()) == pytest.approx(item.record.summary.j.mean)


def test_what_differs_by_rounding_alone_does_not_differ() -> None:
    """Three clips or one, a third each: their sums differ in the last digit."""
    rows = [
        [row(f"c{k}", "1", [score], video="v", concept=str(k)) for k, score in enumerate(scores)]
        for scores in ([10, 20, 30, 3], [30, 10, 20, 3])
    ]
    items = [
        Measured(Path(label), label, record_of(found, rule=RULE.name))
        for label, found in zip("ab", rows, strict=True)
    ]
    (difference,) = compare(items).differences
    assert (difference.mean, difference.test.p) == (0, 1)
