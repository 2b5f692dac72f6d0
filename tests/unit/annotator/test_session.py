import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.history import History
from annotator.keyframe import Click, Keyframe, Marks, SessionError, State
from annotator.session import (
    BLANK,
    Accepted,
    Cleared,
    Flagged,
    Imported,
    Locked,
    MarkedAbsent,
    Painted,
    Prompted,
    Propagated,
    Restored,
    apply,
    barriers,
    conditioning,
    keyframe_of,
)

CLICKED = Marks((Click(3.5, 4.5, True),))
PLANES = st.sampled_from([None, "aa", "bb", "cc"])
ACTIONS = st.one_of(
    st.builds(Prompted, st.just(CLICKED), PLANES, st.just("fake"), st.floats(0, 1)),
    st.builds(Painted, PLANES, PLANES),
    st.builds(Propagated, PLANES, st.just("fake"), st.floats(0, 1)),
    st.builds(Imported, PLANES, PLANES, st.just("davis")),
    st.builds(Locked, st.booleans()),
    st.builds(MarkedAbsent, st.booleans()),
    st.builds(Accepted, st.booleans()),
    st.just(Cleared()),
    st.builds(
        Restored,
        st.sampled_from([BLANK, Keyframe(State.EDITED, "aa"), Keyframe(State.AUTO, "bb")]),
    ),
    st.builds(Flagged, st.sampled_from(["onset", "problem"]), st.booleans()),
)


def after(*actions, start: Keyframe = BLANK) -> Keyframe:
    for action in actions:
        start = apply(start, action)
    return start


@pytest.mark.parametrize(
    ("actions", "state", "target"),
    [
        pytest.param([Propagated("aa", "fake", 0.5)], State.AUTO, "aa", id="auto"),
        pytest.param([Prompted(CLICKED, "aa", "fake", 1)], State.PROMPTED, "aa", id="prompted"),
        pytest.param([Painted("aa", None)], State.EDITED, "aa", id="edited"),
        pytest.param([Painted(None, "bb")], State.EMPTY, None, id="ignore-alone-labels-nothing"),
        pytest.param(
            [Painted("aa", None), Painted(None, None)], State.EDITED, None, id="erased-is-edited"
        ),
        pytest.param(
            [Painted("aa", None), Propagated("bb", "fake", 1)], State.EDITED, "aa", id="hand-wins"
        ),
        pytest.param(
            [Painted("aa", None), Prompted(CLICKED, "bb", "fake", 1)],
            State.EDITED,
            "bb",
            id="refined-edit",
        ),
        pytest.param(
            [Prompted(CLICKED, "aa", "fake", 1), Propagated("bb", "fake", 1)],
            State.PROMPTED,
            "aa",
            id="clicks-win",
        ),
        pytest.param([MarkedAbsent(True)], State.ABSENT, None, id="absent"),
        pytest.param(
            [MarkedAbsent(True), Propagated("aa", "f", 1)], State.ABSENT, None, id="absent-stays"
        ),
        pytest.param(
            [Painted("aa", None), Locked(True), Locked(False)], State.EDITED, "aa", id="unlocked"
        ),
        pytest.param(
            [Painted("aa", None), Propagated("bb", "fake", 1), Accepted(True)],
            State.EDITED,
            "bb",
            id="accepted",
        ),
        pytest.param([Painted("aa", "bb"), Cleared()], State.EMPTY, None, id="cleared"),
    ],
)
def test_actions_lead_to_states(actions, state, target) -> None:
    found = after(*actions)
    assert (found.state, found.target) == (state, target)


@given(st.lists(ACTIONS, max_size=12), ACTIONS)
def test_no_model_changes_what_a_person_decided_and_nothing_changes_a_lock(actions, last) -> None:
    keyframe = BLANK
    for action in actions:
        try:
            keyframe = apply(keyframe, action)
        except SessionError:
            continue
    if keyframe.state.finished:
        carried = apply(keyframe, Propagated("zz", "fake", 0.1))
        assert replace(carried, beside=keyframe.beside) == keyframe
        assert carried.beside == ("zz" if keyframe.target != "zz" else None)
    if keyframe.state is State.LOCKED and not isinstance(last, Locked | Propagated | Flagged):
        with pytest.raises(SessionError, match="locked"):
            apply(keyframe, last)
    if not isinstance(last, Painted | Imported | Restored):
        with contextlib.suppress(SessionError):
            assert apply(keyframe, last).ignore == keyframe.ignore


@given(st.lists(st.tuples(st.integers(0, 3), ACTIONS), max_size=20))
def test_undoing_everything_restores_the_beginning_and_redoing_the_end(events) -> None:
    keyframes: dict[int, Keyframe] = {}
    history = History()
    for k, action in events:
        try:
            new = {k: apply(keyframe_of(keyframes, k), action)}
        except SessionError:
            continue
        history = history.having(keyframes, new)
        keyframes |= new
    end, steps = dict(keyframes), len(history.done)
    for _ in range(steps):
        history, restored = history.undo(keyframes, next(iter(history.done[-1].after)))
        keyframes |= restored
    assert all(keyframe == BLANK for keyframe in keyframes.values())
    for _ in range(steps):
        history, restored = history.redo(keyframes, next(iter(history.undone[-1].after)))
        keyframes |= restored
    assert keyframes == end


def test_a_propagation_is_one_step_and_spares_what_was_edited_since() -> None:
    keyframes: dict[int, Keyframe] = {}
    history = History()
    for k in range(3):
        new = {k: apply(BLANK, Propagated("aa", "fake", 1))}
        history = history.having(keyframes, new, "run")
        keyframes |= new
    new = {1: apply(keyframes[1], Painted("bb", None))}
    history = history.having(keyframes, new)
    keyframes |= new
    history, restored = history.undo(keyframes, 0)
    assert restored == {0: BLANK, 2: BLANK}


def test_what_a_person_does_during_a_propagation_is_a_step_of_its_own() -> None:
    keyframes: dict[int, Keyframe] = {}
    history = History()
    for k, action, run in (
        (0, Propagated("aa", "fake", 1), "run"),
        (5, Painted("bb", None), ""),
        (1, Propagated("aa", "fake", 1), "run"),
    ):
        new = {k: apply(BLANK, action)}
        history = history.having(keyframes, new, run)
        keyframes |= new
    history, restored = history.undo(keyframes, 5)
    assert restored == {5: BLANK}
    assert history.undo(keyframes, 0)[1] == {0: BLANK, 1: BLANK}


def test_steps_whose_planes_are_gone_are_forgotten() -> None:
    one, two = apply(BLANK, Painted("aa", None)), apply(BLANK, Painted("bb", None))
    history = History().having({}, {0: one}).having({}, {1: two})
    assert [step.after for step in history.without({"aa"}).done] == [{1: two}]


def test_undo_is_per_keyframe() -> None:
    one, two = apply(BLANK, Painted("aa", None)), apply(BLANK, Painted("bb", None))
    history = History().having({}, {0: one}).having({0: one}, {1: two})
    _, restored = history.undo({0: one, 1: two}, 0)
    assert restored == {0: BLANK}
    with pytest.raises(SessionError, match="nothing to undo on keyframe 2"):
        history.undo({}, 2)


def test_propagation_goes_by_clicks_and_edits_and_stops_at_what_is_finished() -> None:
    keyframes = {
        0: apply(BLANK, Prompted(CLICKED, "aa", "fake", 1)),
        1: apply(BLANK, Propagated("aa", "fake", 1)),
        2: apply(BLANK, Painted("aa", None)),
    }
    assert conditioning(keyframes) == {0, 2}
    assert barriers(keyframes) == {2}
