import numpy as np
import pytest

from rem.training.keys import numbers
from rem.training.pseudo_video import Shake, draw_shake, pseudo_video, shake_image, shake_mask

STILL = np.zeros((4, 2))


def shake(**changes: object) -> Shake:
    given = {
        "brightness": None,
        "hue_saturation": None,
        "corners": STILL,
        "translation": 0.0,
        "rotation": 0.0,
        "blur": None,
    }
    return Shake(**{**given, **changes})


def picture() -> tuple[np.ndarray, np.ndarray]:
    """Grey, with a white square that is the target."""
    mask = np.zeros((80, 120), bool)
    mask[30:50, 40:70] = True
    image = np.full((80, 120, 3), 90, np.uint8)
    image[mask] = 250
    return image, mask


def test_the_image_itself_is_one_of_the_frames() -> None:
    image, mask = picture()
    frames, masks = pseudo_video(image, mask, 5, numbers(1, "test"))
    same = [k for k in range(5) if np.array_equal(frames[k], image)]
    assert len(frames) == len(masks) == 5
    assert same
    assert np.array_equal(masks[same[0]], mask)
    assert len(same) < 5


def test_its_place_is_random() -> None:
    image, mask = picture()
    places = set()
    for seed in range(12):
        frames, _ = pseudo_video(image, mask, 3, numbers(seed, "test"))
        places.add(next(k for k in range(3) if np.array_equal(frames[k], image)))
    assert places == {0, 1, 2}


def test_the_same_key_draws_the_same_video() -> None:
    image, mask = picture()
    once, again = (pseudo_video(image, mask, 4, numbers(3, "a", 7)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once[0], again[0], strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(once[1], again[1], strict=True))


def test_the_mask_moves_with_the_image() -> None:
    image, mask = picture()
    for seed in range(20):
        drawn = draw_shake(numbers(seed, "pair"))
        drawn = shake(corners=drawn.corners, translation=drawn.translation, rotation=drawn.rotation)
        moved, shown = shake_mask(mask, drawn), shake_image(image, drawn)[..., 0] > 170
        union = (moved | shown).sum()
        assert (moved & shown).sum() / union > 0.9


def test_nothing_drawn_changes_nothing() -> None:
    image, mask = picture()
    assert np.array_equal(shake_image(image, shake()), image)
    assert np.array_equal(shake_mask(mask, shake()), mask)


def test_translation_is_of_the_size_along_both_axes_and_leaves_black() -> None:
    image, mask = picture()
    moved = shake(translation=0.1)
    assert np.array_equal(shake_mask(mask, moved)[8:, 12:], mask[:-8, :-12])
    assert not shake_image(image, moved)[:8].any()
    assert not shake_mask(mask, moved)[:8].any()


def test_brightness_is_clipped() -> None:
    image, _ = picture()
    assert set(np.unique(shake_image(image, shake(brightness=40)))) == {130, 255}


def test_corners_are_stretched_to_the_whole_image() -> None:
    """A tenth taken off each side: what lay on the new edge lies on the edge of the frame."""
    image, _ = picture()
    image[:, :12] = 0
    image[:, 108:] = 0
    corners = np.full((4, 2), 0.1)
    assert (shake_image(image, shake(corners=corners))[:, 2:-2] > 0).all()


def test_blur_keeps_what_is_even() -> None:
    even = np.full((40, 40, 3), 120, np.uint8)
    inside = shake_image(even, shake(blur=(9, 30.0)))[8:-8, 8:-8]
    assert np.abs(inside.astype(int) - 120).max() <= 1


def test_draws_are_within_the_official_ranges() -> None:
    drawn = [draw_shake(numbers(seed, "ranges")) for seed in range(400)]
    assert all(d.brightness is not None or d.hue_saturation is not None for d in drawn)
    assert any(d.brightness is None for d in drawn)
    assert any(d.hue_saturation is None for d in drawn)
    assert max(abs(d.translation) for d in drawn) <= 0.1
    assert 15 < max(abs(d.rotation) for d in drawn) <= 20
    assert all(((d.corners >= 0) & (d.corners < 0.5)).all() for d in drawn)
    assert np.mean([d.blur is not None for d in drawn]) == pytest.approx(0.25, abs=0.07)
    assert {d.blur[0] for d in drawn if d.blur} == {9, 11}
