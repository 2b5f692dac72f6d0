"""Which part becomes a clip: exact, with context, within one shot."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refvps.collect.cut import (
    Change,
    FramePlan,
    Part,
    annotated_frames,
    part_around,
    plan,
    shots_of,
)
from refvps.collect.timeline import Timeline, timeline_of
from refvps.errors import ConfigError, ShapeError
from refvps.video.times import Span

HALF = Fraction(1, 2)
THIRTY = timeline_of(range(300), Fraction(1, 30), 1)


def test_context_is_given_where_the_shot_has_it() -> None:
    part = part_around(THIRTY, (), Span(Fraction(2), Fraction(3)))
    assert part.span == Span(Fraction(3, 2), Fraction(7, 2))
    assert part.notes == ()
    part = part_around(THIRTY, (), Span(Fraction(1, 10), Fraction(99, 10)))
    assert part.span == Span(Fraction(0), Fraction(10))
    assert part.notes == (
        "context before the event is 0.1 s of 0.5 s",
        "context after the event is 0.1 s of 0.5 s",
    )


def test_context_ends_two_frames_from_a_cut() -> None:
    part = part_around(
        THIRTY, [Change(59, 60), Change(104, 110)], Span(Fraction(5, 2), Fraction(3))
    )
    assert part.span == Span(Fraction(62, 30), Fraction(103, 30))


@pytest.mark.parametrize(
    "event", [Span(Fraction(1), Fraction(3)), Span(Fraction(2), Fraction(3)), Span(Fraction(9))]
)
def test_an_event_across_or_at_a_cut_or_without_an_end_is_refused(event: Span) -> None:
    with pytest.raises(ConfigError):
        part_around(THIRTY, [Change(59, 60)], event)


def test_the_start_is_the_own_time_of_a_frame() -> None:
    timeline = timeline_of([0, 10, 25, 31, 60], Fraction(1, 10), 10)
    part = part_around(timeline, (), Span(Fraction(33, 10), Fraction(4)))
    assert part.span.start == Fraction(25, 10)


def test_shots_leave_changes_and_their_margins_out() -> None:
    found = shots_of(THIRTY, [Change(9, 10), Change(100, 110), Change(297, 298)])
    assert found == (
        Span(Fraction(0), Fraction(8, 30)),
        Span(Fraction(12, 30), Fraction(99, 30)),
        Span(Fraction(112, 30), Fraction(296, 30)),
    )


steps = st.lists(st.integers(1, 12), min_size=20, max_size=60)


@given(steps=steps, data=st.data())
def test_no_plan_spans_a_change_and_all_frames_lie_within_it(
    steps: list[int], data: st.DataObject
) -> None:
    timeline = Timeline(np.cumsum([7, *steps]).astype(np.int64), Fraction(1, 100), 3)
    cut = data.draw(st.integers(0, len(timeline) - 2))
    changes = [Change(cut, cut + 1)]
    for shot in shots_of(timeline, changes):
        made = plan(timeline, shot, changes)
        assert not (made.indices[0] <= cut and made.indices[-1] > cut)
        assert timeline.time(made.indices[0]) == shot.start
        assert timeline.time(made.indices[-1]) < shot.end
        for place, index in enumerate(made.indices):
            assert index == timeline.at(shot.start + Fraction(place, 24))


@given(steps=steps, data=st.data())
def test_what_part_around_gives_can_always_be_planned(
    steps: list[int], data: st.DataObject
) -> None:
    timeline = Timeline(np.cumsum([0, *steps]).astype(np.int64), Fraction(1, 100), 3)
    cuts = data.draw(st.lists(st.integers(0, len(timeline) - 2), max_size=3, unique=True))
    changes = [Change(cut, cut + 1) for cut in cuts]
    first = data.draw(st.fractions(0, timeline.end * 3 / 4, max_denominator=1000))
    event = Span(first, first + data.draw(st.fractions(Fraction(1, 100), 1, max_denominator=100)))
    try:
        part = part_around(timeline, changes, event)
    except ConfigError:
        return
    assert len(plan(timeline, part.span, changes).indices) >= 1
    assert part.span.start <= event.start
    assert event.end <= part.span.end


def test_annotated_frames_are_counted_by_arithmetic() -> None:
    whole = Span(Fraction(0), Fraction(2))
    assert annotated_frames(Part(whole, Span(Fraction(0), Fraction(2)))) == 12
    assert annotated_frames(Part(whole, Span(HALF, Fraction(1)))) == 4
    assert annotated_frames(Part(whole, Span(Fraction(51, 100), Fraction(52, 100)))) == 0


def test_plans_and_parts_are_checked() -> None:
    with pytest.raises(ShapeError, match="order of time"):
        FramePlan((3, 2))
    with pytest.raises(ShapeError, match="later"):
        Change(5, 5)
    with pytest.raises(ShapeError, match="is not within the clip"):
        Part(Span(Fraction(1), Fraction(2)), Span(HALF, Fraction(2)))
    with pytest.raises(ShapeError, match="need an end"):
        Part(Span(Fraction(1)), Span(Fraction(1)))
    with pytest.raises(ConfigError, match="is not within the video of 10 s"):
        plan(THIRTY, Span(Fraction(9), Fraction(11)))
