import numpy as np
import pytest

from benchmark.metrics.bootstrap import SEED
from benchmark.metrics.splitmix import draws
from benchmark.rules.by_name import rule_of
from benchmark.rules.per_category import resampled_means, scores_by_category, summarise
from refvps.errors import ConfigError, DataError
from support.rows import row

ROWS = [
    row("a", "1", [100, 0], video="v", concept="cap"),  # 50
    row("b", "1", [30], video="w", concept="cap"),  # 30
    row("a", "2", [10], video="v", concept="dog"),  # 10
]


def test_clips_then_categories_whatever_their_number() -> None:
    summary = summarise(ROWS)
    assert summary.j.mean == pytest.approx((0.4 + 0.1) / 2)
    assert summary.j_flat_expressions == pytest.approx((0.5 + 0.3 + 0.1) / 3)
    assert {item.name: item.j.mean for item in summary.concepts} == {"cap": 0.4, "dog": 0.1}
    assert (summary.j.clips, summary.j.videos, summary.j.expressions) == (2, 2, 3)


def test_categories_without_a_drawn_video_are_left_out_of_the_resample() -> None:
    found = resampled_means(scores_by_category(ROWS), ["v", "w"], resamples=200)
    picked = np.stack([draws(SEED, draw * 200, 200, 2) for draw in range(2)])
    for means, videos in zip(found, picked.T, strict=True):
        cap = np.mean([(0.5, 0.3)[video] for video in videos])
        expected = (cap + 0.1) / 2 if 0 in videos else cap
        assert means == pytest.approx(expected)
    interval = summarise(ROWS).j.interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.25, 0.3))  # both; either alone


def test_the_order_of_rows_does_not_matter_to_a_digit() -> None:
    rows = [row(f"c{k}", str(k), [k % 7, k], concept=f"k{k % 3}") for k in range(20)]
    assert summarise(rows) == summarise(rows[::-1])


def test_one_video_has_no_interval() -> None:
    assert summarise([row("a", "1", [10], concept="cap")]).j.interval is None


def test_a_row_without_category_is_named() -> None:
    with pytest.raises(DataError, match="a/1: has no category"):
        summarise([row("a", "1", [10], concept=None)])


def test_categories_that_are_annotated_exhaustively_stand_beside() -> None:
    rows = [
        found.model_copy(update={"exhaustive": said})
        for found, said in zip(ROWS, (True, False, True), strict=True)
    ]
    found = summarise(rows).exhaustive
    assert found is not None
    assert found.j.mean == pytest.approx((0.5 + 0.1) / 2)
    assert (found.j.clips, found.j.expressions, found.categories, found.f) == (1, 2, 2, None)
    assert summarise(rows).j == summarise(ROWS).j
    assert summarise(ROWS).exhaustive is None


class Unknown:
    name = "x"
    rule = "by-weather"


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ConfigError, match="data set x is averaged by the rule 'by-weather'"):
        rule_of(Unknown())
