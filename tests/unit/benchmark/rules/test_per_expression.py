import pytest

from benchmark.rules.per_expression import summarise
from support.rows import row


def test_frames_then_expressions_then_clips() -> None:
    rows = [
        row("a", "0", [100, 0, 0, 0]),  # 25
        row("a", "1", [75]),
        row("b", "0", [20, 0]),  # 10
    ]
    summary = summarise(rows)
    assert summary.j.mean == pytest.approx((0.5 + 0.1) / 2)
    assert summary.j_flat_expressions == pytest.approx((0.25 + 0.75 + 0.1) / 3)
    assert summary.j_flat_frames == pytest.approx((1.0 + 0.75 + 0.2) / 7)
    assert (summary.j.clips, summary.j.videos, summary.j.expressions) == (2, 2, 3)


def test_order_of_rows_does_not_matter_to_a_digit() -> None:
    rows = [row(f"c{k}", "0", [k % 7, (3 * k) % 11, k]) for k in range(40)]
    assert summarise(rows) == summarise(rows[::-1])


def test_groups_overlap_and_concepts_do_not() -> None:
    rows = [
        row("a", "0", [10], concept="smoke", groups=("motion patterns", "pattern evolution")),
        row("b", "0", [30], concept="ink", groups=("pattern evolution",)),
    ]
    summary = summarise(rows)
    groups = {item.name: item.j.mean for item in summary.groups}
    assert groups == {"motion patterns": 0.1, "pattern evolution": pytest.approx(0.2)}
    assert {item.name: item.j.mean for item in summary.concepts} == {"ink": 0.3, "smoke": 0.1}


def test_a_data_set_without_concepts_has_no_tables_of_them() -> None:
    summary = summarise([row("a", "0", [10], concept=None, groups=())])
    assert summary.groups == summary.concepts == ()


def test_one_video_has_no_interval_and_two_have() -> None:
    one = [row("a", "0", [10], video="v"), row("b", "0", [30], video="v")]
    assert summarise(one).j.interval is None
    two = summarise([*one, row("c", "0", [50])]).j
    assert two.videos == 2
    assert two.interval.low <= two.mean <= two.interval.high


def test_annotated_frames_are_counted_once_a_target() -> None:
    rows = [row("a", "0", [10, 20]), row("a", "1", [10, 20]), row("b", "0", [5])]
    assert summarise(rows).frames.annotated == 3


def test_frames_by_what_they_hold() -> None:
    frames = row("a", "0", [0, 0, 5]).frames.model_copy(
        update={"target": (0, 0, 9), "void": (0, 7, 7), "predicted": (0, 3, 9)}
    )
    summary = summarise([row("a", "0", [0, 0, 5]).model_copy(update={"frames": frames})])
    found = summary.frames
    assert (found.annotated, found.with_target, found.empty) == (3, 1, 2)
    assert (found.with_void, found.void_only) == (2, 1)
    assert summary.empty_predictions == pytest.approx(1 / 3)
