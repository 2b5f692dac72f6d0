import pytest

from benchmark.report.curves import ClipCurve, clip_curves, extremes, mean_curve
from support.rows import row


def test_a_curve_is_the_mean_of_a_clips_expressions() -> None:
    (found,) = clip_curves([row("c", "0", [0, 50, 100]), row("c", "1", [100, 50, 0])])
    assert found == ClipCurve("c", (0.0, 0.5, 1.0), (0.5, 0.5, 0.5))


def test_time_follows_frame_numbers() -> None:
    one = row("c", "0", [10, 20, 30])
    frames = one.frames.model_copy(update={"ids": ("00000", "00004", "00016")})
    (found,) = clip_curves([one.model_copy(update={"frames": frames})])
    assert found.times == (0.0, 0.25, 1.0)


@pytest.mark.parametrize(
    "ids", [("b", "a", "c"), ("00008", "00004", "00000"), ("00000", "x", "00008")]
)
def test_other_frame_names_are_spread_evenly(ids: tuple[str, ...]) -> None:
    one = row("c", "0", [10, 20, 30])
    frames = one.frames.model_copy(update={"ids": ids})
    (found,) = clip_curves([one.model_copy(update={"frames": frames})])
    assert found.times == (0.0, 0.5, 1.0)


def test_the_mean_curve_is_linear_between_frames() -> None:
    rising = ClipCurve("a", (0.0, 1.0), (0.0, 1.0))
    peak = ClipCurve("b", (0.0, 0.5, 1.0), (0.0, 1.0, 0.0))
    assert mean_curve([rising, peak], steps=5) == pytest.approx((0, 0.375, 0.75, 0.625, 0.5))


def test_a_clip_of_one_frame_is_level() -> None:
    assert mean_curve([ClipCurve("a", (0.0,), (0.3,))], steps=3) == (0.3, 0.3, 0.3)


def test_the_extremes_are_best_first_and_ties_go_by_id() -> None:
    heights = {"a": 10, "b": 90, "c": 50, "d": 50, "e": 70, "f": 0, "g": 100}
    clips = [(ClipCurve(clip, (0.0,), (height / 100,)),) for clip, height in heights.items()]
    found = extremes(clips, 2)
    names = {kind: [curves[0].clip for curves in chosen] for kind, chosen in found.items()}
    assert names == {"best": ["g", "b"], "around the median": ["e", "c"], "worst": ["a", "f"]}


def test_the_extremes_of_several_methods_go_by_their_mean() -> None:
    pairs = {"a": (0.2, 0.9), "b": (0.5, 0.5), "c": (0.4, 0.3)}
    clips = [tuple(ClipCurve(k, (0.0,), (s,)) for s in scores) for k, scores in pairs.items()]
    assert [chosen[0][0].clip for chosen in extremes(clips, 1).values()] == ["a", "b", "c"]
