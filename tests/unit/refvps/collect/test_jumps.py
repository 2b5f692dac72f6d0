"""Jumps within one take are proposed; a camera that moves, lamps and cuts are not."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from refvps.collect.jumps import jumps, losses
from refvps.collect.probe import probe
from refvps.collect.proposals import may_jump
from refvps.collect.shots import boundaries
from refvps.collect.sketch import sketch
from support.moving_pictures import drifting, flashed, jumping, texture, write_pictures


def found_in(path: Path) -> tuple[int, ...]:
    probed = probe(path)
    seen = sketch(probed)
    return jumps(seen.thumbs, probed.timeline, boundaries(seen, probed.timeline))


def test_a_jump_that_hardly_changes_content_is_found_at_its_frame(tmp_path: Path) -> None:
    assert found_in(write_pictures(tmp_path / "a.mp4", jumping(60, 31, 90))) == (31,)


def test_what_moves_or_is_a_cut_or_a_lamp_is_none(tmp_path: Path) -> None:
    lamp = [flashed(each, 1.3, 50) if k >= 30 else each for k, each in enumerate(drifting(5, 60))]
    for name, pictures in {
        "still": drifting(5, 60, 0),
        "slow": drifting(5, 60),
        "fast": drifting(5, 40, 2.0),
        "cut": [*drifting(1, 30), *drifting(2, 30)],
        "lamp": lamp,
        "every picture twice": [each for each in drifting(5, 30, 2.0) for _ in range(2)],
    }.items():
        assert found_in(write_pictures(tmp_path / f"{name}.mp4", pictures)) == (), name


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_short_videos_have_losses_of_nothing(count: int) -> None:
    thumbs = np.stack([texture(1)[:72, :128, 0]] * count)
    assert losses(thumbs).tolist() == [0.0] * count


def test_some_places_are_named_in_words() -> None:
    assert may_jump([]) is None
    found = may_jump([Fraction(n, 3) for n in range(1, 7)])
    assert found.reason == "shot-changes"
    assert found.text.endswith("at 0.3, 0.7, 1.0, 1.3 s and 2 more")
