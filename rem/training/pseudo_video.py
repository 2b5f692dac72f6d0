"""A still image as a short video: shaken copies of it, in random order.

Source: ``refexp2seq.py`` and ``image_to_seq_augmenter.py`` of the official code, which call the
library imgaug; what its operators draw is written out here. Differences: every draw is keyed, where
the official code seeds from the clock; hue and saturation are shifted in OpenCV's 8-bit HSV.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from refvps.types import BoolArray, UInt8Array

BRIGHTNESS = 40
HUE_SATURATION = 5
PERSPECTIVE = 0.08
TRANSLATION = 0.1
ROTATION = 20.0
BLUR_SHARE = 0.25
BLUR_KERNELS = (9, 11)


@dataclass(frozen=True, slots=True)
class Shake:
    """One drawn change of an image.

    Attributes:
        brightness: added to every value, or None.
        hue_saturation: added to hue and saturation, of 255, or None.
        corners: float64 ``[4, 2]``, how far each corner moves inwards, in fractions of the size.
        translation: of the size, along x and y alike.
        rotation: degrees.
        blur: kernel size and angle in degrees, or None.
    """

    brightness: int | None
    hue_saturation: int | None
    corners: np.ndarray
    translation: float
    rotation: float
    blur: tuple[int, float] | None


def draw_shake(random: np.random.Generator) -> Shake:
    """Draw a change: some photometric part, always a geometric one, sometimes blur."""
    chosen = int(random.integers(1, 4))  # a non-empty subset of two
    brightness = int(random.integers(-BRIGHTNESS, BRIGHTNESS + 1))
    hue = int(random.integers(-HUE_SATURATION, HUE_SATURATION + 1))
    # imgaug takes the jitter modulo one half: no corner passes the middle.
    corners = np.mod(np.abs(random.normal(0.0, PERSPECTIVE, (4, 2))), 0.5)
    translation = float(random.uniform(-TRANSLATION, TRANSLATION))
    rotation = float(random.uniform(-ROTATION, ROTATION))
    blurred = random.random() < BLUR_SHARE
    blur = (int(random.choice(BLUR_KERNELS)), float(random.uniform(0.0, 360.0)))
    return Shake(
        brightness if chosen & 1 else None,
        hue if chosen & 2 else None,
        corners,
        translation,
        rotation,
        blur if blurred else None,
    )


def shake_image(image: UInt8Array, shake: Shake) -> UInt8Array:
    """Return the changed image, uint8 ``[H, W, 3]``; what comes from outside is black."""
    changed: np.ndarray = image
    if shake.brightness is not None:
        changed = np.clip(changed.astype(np.int16) + shake.brightness, 0, 255).astype(np.uint8)
    if shake.hue_saturation is not None:
        changed = _shift_hue_saturation(changed, shake.hue_saturation)
    changed = _warp(changed, shake, cv2.INTER_LINEAR)
    if shake.blur is not None:
        changed = cv2.filter2D(changed, -1, _motion_kernel(*shake.blur))
    return np.asarray(changed, np.uint8)


def shake_mask(mask: BoolArray, shake: Shake) -> BoolArray:
    """Return the mask moved as the image is, bool ``[H, W]``; empty outside."""
    warped = _warp(mask.astype(np.uint8), shake, cv2.INTER_NEAREST)
    moved: BoolArray = warped.astype(np.bool_)
    return moved


def pseudo_video(
    image: UInt8Array, mask: BoolArray, count: int, random: np.random.Generator
) -> tuple[list[UInt8Array], list[BoolArray]]:
    """Return ``count`` frames and masks: the image itself and shaken copies, shuffled.

    Args:
        image: uint8 ``[H, W, 3]``.
        mask: bool ``[H, W]``.
        count: at least 1.
        random: all draws come from it.
    """
    frames, masks = [image], [mask]
    for _ in range(count - 1):
        shake = draw_shake(random)
        frames.append(shake_image(image, shake))
        masks.append(shake_mask(mask, shake))
    order = random.permutation(count)
    return [frames[place] for place in order], [masks[place] for place in order]


def _shift_hue_saturation(image: UInt8Array, shift: int) -> np.ndarray:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.int16)
    # OpenCV's hue has 180 steps; the shift is of 255.
    hsv[..., 0] = (hsv[..., 0] + round(shift * 180 / 255)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] + shift, 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def _warp(image: np.ndarray, shake: Shake, interpolation: int) -> np.ndarray:
    height, width = image.shape[:2]
    matrix = _affine(shake, width, height) @ _perspective(shake, width, height)
    return cv2.warpPerspective(
        image, matrix, (width, height), flags=interpolation, borderMode=cv2.BORDER_CONSTANT
    )


def _perspective(shake: Shake, width: int, height: int) -> np.ndarray:
    """Return what stretches the quadrilateral of moved corners onto the whole image."""
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * shake.corners
    whole = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    scale = np.array([width - 1, height - 1], np.float64)
    moved = ((whole + inwards) * scale).astype(np.float32)
    return cv2.getPerspectiveTransform(moved, (whole * scale).astype(np.float32))


def _affine(shake: Shake, width: int, height: int) -> np.ndarray:
    """Return the rotation about the middle, then the translation."""
    middle = ((width - 1) / 2, (height - 1) / 2)
    matrix = np.eye(3)
    # Angles go clockwise in imgaug, counterclockwise in OpenCV.
    matrix[:2] = cv2.getRotationMatrix2D(middle, -shake.rotation, 1.0)
    matrix[:2, 2] += np.round(shake.translation * np.array([width, height]))
    return matrix


def _motion_kernel(size: int, angle: float) -> np.ndarray:
    """Return a line through the middle of a square kernel, turned, that sums to 1."""
    kernel = np.zeros((size, size), np.float32)
    kernel[:, size // 2] = 1.0
    turn = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), -angle, 1.0)
    turned: np.ndarray = cv2.warpAffine(kernel, turn, (size, size), flags=cv2.INTER_LINEAR)
    normalised: np.ndarray = turned / turned.sum()
    return normalised
