import pytest

from benchmark.report.curves import ClipCurve, clip_curves, mean_curve
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
