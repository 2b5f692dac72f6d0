"""Comparisons on numbers small enough to check by hand."""

import dataclasses
from pathlib import Path

import pytest

from benchmark.report.comparison import Comparison, compare
from benchmark.report.comparison_json import comparison_json
from benchmark.report.measured import Measured
from benchmark.report.sentences import sentences
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
        "b scores 5.0 points above a (95 % interval [5.0, 5.0], p = 0.062, 5 videos).",
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
        "a scores 10.0 points above b (p = 1.00, 1 video: too few for an interval).",
    )
    assert found.differences[0].interval is None
    assert found.places[0].rank_interval is None


def test_equal_methods() -> None:
    found = compare(measured(("a", FIVE), ("b", FIVE)))
    assert [place.rank for place in found.places] == [1, 1]
    assert [place.rank_interval for place in found.places] == [(1, 2), (1, 2)]
    assert found.differences[0].test.p == 1
    assert sentences(found)[0].startswith("a and b differ by 0.0 points (95 % interval [0.0, 0.0]")


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
    document = comparison_json(items, found, [paper_table("4")])
    assert document["schema"] == "refvps-comparison/1"
    assert document["differences"][0]["mean"] == pytest.approx(0.05, abs=1e-15)
    assert document["differences"][0]["test"] == {"p": 2 / 32, "patterns": 32, "exact": True}
    assert [m["rank_interval"] for m in document["methods"]] == [(2, 2), (1, 1)]
    assert document["groups"][0]["j"]["b"]["mean"] == pytest.approx(0.35)
    assert document["quoted"][0]["source"] == "quoted from the paper, table 4"


def test_a_rule_without_a_paired_test_is_refused() -> None:
    found = measured(("a", FIVE), ("b", FIVE))
    by_category = [
        dataclasses.replace(item, record=item.record.model_copy(update={"rule": RULE}))
        for item in found
    ]
    with pytest.raises(ConfigError, match=r"a\.json: .* rule 'per-category' cannot be compared"):
        compare(by_category)
