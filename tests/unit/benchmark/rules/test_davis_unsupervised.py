from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.rules import davis_direct, davis_unsupervised
from benchmark.rules.davis_matching import find_matches, matched_rows, with_nothing, with_target
from benchmark.rules.per_expression import f_of, j_of
from support.set_rows import matched, set_row

# Of 100 pixels each, 50 shared are J 1/3 and F 0.5; 100 are 1 and 1; 0 are 0 and 0.
HALF = 1 / 3
NOT_THERE = -1


def two_clips() -> list:
    kept = [("1", {"1": [100, 100], "2": [0, 0]}), ("2", {"1": [0, 0], "2": [50, 50]})]
    swapped = [("1", {"1": [0, 50], "2": [100, 100]}), ("2", {"1": [100, 50], "2": [0, 0]})]
    rows = []
    for name, found in (("a", kept), ("b", swapped)):
        rows += [set_row("dogs", name, target, shared) for target, shared in found]
        # Target 2 of the second clip has no expression, and is there on half of its frames.
        rows.append(set_row("judo", name, "1", {"1": [50, 50], "2": [0, NOT_THERE]}))
    return matched(rows)


def test_targets_of_all_clips_weigh_the_same_and_then_the_sets() -> None:
    summary = davis_unsupervised.summarise(two_clips())
    # dogs a: 1 with 1, 2 with 2; dogs b: swapped; judo: target 2 is left to an empty prediction.
    first = (1 + HALF + HALF + 0.5) / 4
    second = ((1 + HALF) / 2 + 1 + HALF + 0.5) / 4
    assert summary.j.mean == pytest.approx((first + second) / 2)
    assert summary.f is not None
    assert summary.f.mean == pytest.approx(
        ((1 + 0.5 + 0.5 + 0.5) / 4 + (0.75 + 1 + 0.5 + 0.5) / 4) / 2
    )
    assert summary.j_and_f == pytest.approx((summary.j.mean + summary.f.mean) / 2)
    assert summary.j_flat_expressions == pytest.approx(summary.j.mean)
    assert (summary.j.clips, summary.j.videos, summary.j.expressions) == (2, 2, 6)
    assert summary.sets is not None
    assert [item.name for item in summary.sets.sets] == ["a", "b"]
    assert [item.j.mean for item in summary.sets.sets] == pytest.approx([first, second])
    assert (summary.sets.targets, summary.sets.unasked, summary.sets.elsewhere) == (4, 1, 2)
    assert (summary.frames.annotated, summary.frames.empty) == (8, 1)


def test_own_referents_stand_beside_and_are_what_the_direct_rule_averages() -> None:
    rows = two_clips()
    summary = davis_unsupervised.summarise(rows)
    alone = davis_direct.summarise(
        [row.model_copy(update={"others": (), "matched": None}) for row in rows]
    )
    assert summary.sets is not None
    assert summary.sets.own is not None
    own = ((1 + HALF + HALF) / 3 + (HALF / 2 + 0 + HALF) / 3) / 2
    assert summary.sets.own.j.mean == pytest.approx(own)
    assert (alone.j, alone.f, alone.j_and_f) == (
        summary.sets.own.j,
        summary.sets.own.f,
        summary.sets.own.j_and_f,
    )
    assert alone.sets is not None
    assert (alone.sets.targets, alone.sets.unasked, alone.sets.own) == (3, 0, None)


def test_what_each_video_adds_sums_to_the_mean_and_resamples_lie_around_it() -> None:
    rows = two_clips()
    for rule in (davis_unsupervised, davis_direct):
        for value in (j_of, f_of):
            score = rule.score_of(rows, value)
            parts = rule.parts_by_video(rows, value)
            assert list(parts) == ["dogs", "judo"]
            assert sum(parts.values()) == pytest.approx(score.mean)
            assert rule.resampled_scores(rows, value).mean() == pytest.approx(score.mean, abs=0.01)
    assert (
        davis_unsupervised.score_of(rows).interval == davis_unsupervised.summarise(rows).j.interval
    )


def test_one_video_has_no_interval() -> None:
    rows = [row for row in two_clips() if row.clip == "dogs"]
    assert davis_unsupervised.summarise(rows).j.interval is None


def test_an_empty_prediction_is_right_where_nothing_is() -> None:
    row = set_row("c", "a", "1", {"1": [50, 50, 50], "2": [0, NOT_THERE, NOT_THERE]})
    nothing = with_nothing(row, "2")
    assert (nothing.j, nothing.f) == pytest.approx((2 / 3, 2 / 3))
    assert nothing.frames.predicted == (0, 0, 0)
    assert nothing.text == ""


def test_matched_rows_are_one_of_a_kind_and_matched_once() -> None:
    found = matched_rows(two_clips())
    assert len({(row.clip, row.expression) for row in found}) == len(found) == 8
    assert matched_rows(found) == found
    assert matched_rows(found[3:5]) == found[3:5]
    assert [(row.target, row.j) for row in found[2:4]] == [("1", pytest.approx(2 / 3)), ("2", 1)]


def test_equal_predictions_keep_their_own_targets() -> None:
    same = {"1": [50], "2": [50], "3": [50]}
    for order in permutations("123"):
        rows = [set_row("c", "a", target, same) for target in order]
        assert find_matches(rows) == order


@given(st.integers(1, 4), st.data())
def test_no_other_way_to_match_has_a_greater_sum(targets: int, data: st.DataObject) -> None:
    names = "1234"[:targets]
    there = {name: data.draw(st.lists(st.booleans(), min_size=2, max_size=2)) for name in names}
    asked = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    rows = []
    for own in asked:
        shared = {
            name: [data.draw(st.integers(0, 100)) if seen else NOT_THERE for seen in there[name]]
            for name in names
        }
        rows.append(set_row("c", "a", own, shared))

    def worth(order: tuple) -> float:
        found = [
            with_target(rows[place], name) if place < len(rows) else with_nothing(rows[0], name)
            for place, name in enumerate(order)
        ]
        return sum((row.j + row.f) / 2 for row in found)

    chosen = matched_rows(matched(rows))
    assert len(chosen) == targets
    best = max(worth(order) for order in permutations(names))
    assert sum((row.j + row.f) / 2 for row in chosen) == pytest.approx(best)
