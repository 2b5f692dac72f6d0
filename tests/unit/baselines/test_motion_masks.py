import numpy as np
import pytest

from baselines.motion_masks import MotionOptions, motion_masks

OPTIONS = MotionOptions()


def texture(height: int, width: int, seed: int) -> np.ndarray:
    """A smooth random picture, uint8 [H, W, 3], that optical flow can follow."""
    coarse = np.random.default_rng(seed).integers(40, 215, (height // 6 + 2, width // 6 + 2))
    fine = np.kron(coarse, np.ones((6, 6)))[:height, :width]
    smooth = (fine + np.roll(fine, 2, 0) + np.roll(fine, 2, 1) + np.roll(fine, (2, 2), (0, 1))) / 4
    return np.repeat(smooth[..., None], 3, axis=2).astype(np.uint8)


def scene(*, step: int, pan: int = 0, frames: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """A textured square that moves over a background that may pan; and where the square is."""
    background, square = texture(120, 400, 1), texture(40, 40, 2)
    video = np.empty((frames, 120, 160, 3), np.uint8)
    truth = np.zeros((frames, 120, 160), bool)
    for t in range(frames):
        video[t] = background[:, pan * t : pan * t + 160]
        left = 30 + step * t
        video[t, 40:80, left : left + 40] = square
        truth[t, 40:80, left : left + 40] = True
    return video, truth


def j(pred: np.ndarray, truth: np.ndarray) -> float:
    return (pred & truth).sum() / (pred | truth).sum()


@pytest.mark.parametrize("pan", [0, 2])
def test_finds_what_moves_also_under_a_moving_camera(pan: int) -> None:
    video, truth = scene(step=4, pan=pan)
    found = list(motion_masks(video, OPTIONS))
    assert len(found) == len(video)
    assert np.mean([j(*pair) for pair in zip(found, truth, strict=True)]) > 0.5


def test_nothing_moves_in_a_still_video() -> None:
    video, _ = scene(step=0)
    assert not any(mask.any() for mask in motion_masks(video, OPTIONS))


def test_a_pan_alone_is_no_motion() -> None:
    background = texture(120, 400, 1)
    video = [background[:, 2 * t : 2 * t + 160] for t in range(4)]
    assert np.mean([mask.mean() for mask in motion_masks(video, OPTIONS)]) < 0.15


def test_one_frame_shows_no_motion() -> None:
    (mask,) = motion_masks(texture(31, 47, 1)[None], OPTIONS)
    assert mask.shape == (31, 47)
    assert not mask.any()


def test_no_frames_give_no_masks() -> None:
    assert list(motion_masks([], OPTIONS)) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (480, 20)])
def test_odd_sizes_keep_their_size(size: tuple[int, int]) -> None:
    video = np.random.default_rng(0).integers(0, 256, (3, *size, 3), dtype=np.uint8)
    assert {mask.shape for mask in motion_masks(video, OPTIONS)} == {size}


def test_the_parameters_are_those_written_down() -> None:
    """The method is fixed; docs/design/0006 lists its numbers."""
    assert MotionOptions() == MotionOptions(
        work_side=320,
        pyramid_scale=0.5,
        pyramid_levels=4,
        flow_window=15,
        flow_iterations=3,
        polynomial_neighbourhood=5,
        polynomial_sigma=1.2,
        least_motion=0.0015,
        opening_radius=0.006,
        closing_radius=0.02,
    )
