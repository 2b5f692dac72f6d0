import pytest

from benchmark.report.examples import choose_examples
from support.rows import row


def kinds(scores: dict[str, int]) -> list[tuple[str, str]]:
    found = choose_examples([row(clip, "0", [score]) for clip, score in scores.items()])
    return [(example.kind, example.row.clip) for example in found]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param({"a": 10}, [("best", "a")], id="one"),
        pytest.param({"a": 10, "b": 20}, [("best", "b"), ("worst", "a")], id="two"),
        pytest.param(
            {"a": 10, "b": 30, "c": 20},
            [("best", "b"), ("median", "c"), ("worst", "a")],
            id="three",
        ),
        pytest.param(
            {"d": 20, "c": 20, "b": 20, "a": 20},
            [("best", "a"), ("median", "c"), ("worst", "d")],
            id="ties-go-by-id",
        ),
        pytest.param(
            {"a": 10, "b": 20, "c": 30, "d": 40},
            [("best", "d"), ("median", "b"), ("worst", "a")],
            id="of-two-middle-ones-the-lower",
        ),
    ],
)
def test_clips(scores: dict[str, int], expected: list[tuple[str, str]]) -> None:
    assert kinds(scores) == expected


def test_the_expression_nearest_to_the_clip_is_shown() -> None:
    rows = [row("c", e, [score]) for e, score in (("0", 0), ("1", 55), ("2", 45), ("3", 100))]
    (example,) = choose_examples(rows)
    assert example.j == pytest.approx(0.5)
    assert example.row.expression == "1", "1 and 2 are as near; the first id is taken"


def test_frames_with_the_target_are_shown_spread_over_time() -> None:
    one = row("c", "0", [10] * 12)
    targets = (0, 0, *(100,) * 8, 0, 0)
    frames = one.frames.model_copy(update={"target": targets})
    (example,) = choose_examples([one.model_copy(update={"frames": frames})])
    assert example.frame_ids == ("00012", "00020", "00028", "00036")


def test_a_target_that_is_never_there_shows_any_frames() -> None:
    one = row("c", "0", [10, 20])
    frames = one.frames.model_copy(update={"target": (0, 0)})
    (example,) = choose_examples([one.model_copy(update={"frames": frames})])
    assert example.frame_ids == ("00000", "00004")
