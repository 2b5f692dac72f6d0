import dataclasses
from itertools import pairwise

import pytest

from benchmark.figure.selection import select_frames, select_queries
from refvps.drawing.even_places import even_places
from refvps.errors import ConfigError
from support.queries import clip, query

QUERIES = [query(name, key) for name in ("fire", "smoke") for key in ("b", "a")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(["fire"], ["fire/b"], id="first-expression-of-the-file"),
        pytest.param(["smoke/a", "fire"], ["smoke/a", "fire/b"], id="in-the-order-asked"),
        pytest.param(["fire", "fire/b", "fire/a"], ["fire/b", "fire/a"], id="once-each"),
        pytest.param(["fire/"], ["fire/b"], id="as-completed-by-a-shell"),
    ],
)
def test_queries_are_named_by_clip_and_expression(asked: list[str], found: list[str]) -> None:
    assert [item.query_id for item in select_queries(QUERIES, asked, "demo")] == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("smok", "data set 'demo' has no clip 'smok'; did you mean 'smoke'?"),
        ("", "data set 'demo' has no clip ''; it has fire, smoke"),
        ("fire/c", "clip 'fire' has no expression 'c'; it has b, a"),
        ("fire/a/b", "clip 'fire' has no expression 'a/b'; did you mean 'b' or 'a'?"),
    ],
)
def test_what_is_not_there_names_what_is_near(asked: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        select_queries(QUERIES, [asked], "demo")
    assert caught.value.message == said
    assert caught.value.details


@pytest.mark.parametrize("length", range(1, 30))
@pytest.mark.parametrize("count", range(1, 9))
def test_places_are_even_and_hold_both_ends(length: int, count: int) -> None:
    places = even_places(length, count)
    assert len(places) == min(length, count)
    assert sorted(set(places)) == list(places)
    if count > 1:
        assert (places[0], places[-1]) == (0, length - 1)
        steps = {after - before for before, after in pairwise(places)}
        assert max(steps, default=0) - min(steps, default=0) <= 1


def test_frames_are_counted_or_named() -> None:
    shown, annotated = clip(frames=9), ("00000", "00004", "00008")
    assert select_frames(shown, annotated, count=None, at=()) == annotated
    assert select_frames(shown, annotated, count=2, at=()) == ("00000", "00008")
    named = select_frames(shown, annotated, count=None, at=("00003", "00001", "00003"))
    assert named == ("00003", "00001")
    with pytest.raises(ConfigError, match="no frame '3'; its 9 frames are 00000 to 00008"):
        select_frames(shown, annotated, count=None, at=("3",))
    long = dataclasses.replace(shown, frame_paths=clip(frames=40).frame_paths)
    assert len(select_frames(long, long.frame_ids, count=None, at=())) == 5
