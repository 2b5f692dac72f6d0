"""Colour ramps, light, blur, blending and film grain on float32 pictures in [0, 1]."""

from itertools import pairwise

import numpy as np

from refvps.demo.randomness import Field, index_grid, scroll
from refvps.types import UInt8Array

Colour = tuple[float, float, float]


def clamp(values: Field, low: float = 0.0, high: float = 1.0) -> Field:
    """Return the values limited to [low, high]."""
    return np.clip(values, low, high)


def smoothstep(low: float | Field, high: float | Field, values: Field) -> Field:
    """Return the cubic that rises from 0 at ``low`` to 1 at ``high`` (low may exceed high)."""
    part = clamp((values - low) / (high - low))
    return part * part * (3 - 2 * part)


def ease(low: float, high: float, at: float) -> float:
    """``smoothstep`` of one number."""
    part = min(max((at - low) / (high - low), 0.0), 1.0)
    return part * part * (3 - 2 * part)


def sway(turns: float) -> float:
    """Return a sine-like wave in [-1, 1] of period 1, by parabolas: no library function."""
    part = turns - turns // 1 - 0.5
    arch = -8 * part * (1 - 2 * abs(part))
    return arch * (0.775 + 0.225 * abs(arch))


def fade(depth: Field) -> Field:
    """Return 1 - 1 / (1 + depth / 8)^8, near to 1 - exp(-depth), for depth >= 0."""
    base = 1 + depth / 8
    base = base * base
    base = base * base
    return 1 - 1 / (base * base)


def ramp(values: Field, stops: tuple[tuple[float, Colour], ...]) -> Field:
    """Return a piecewise linear colour gradient, float32 ``[*shape, 3]``."""
    channels = []
    for channel in range(3):
        total = np.full(values.shape, stops[0][1][channel], np.float32)
        for (low, before), (high, after) in pairwise(stops):
            change = after[channel] - before[channel]
            if change:
                total = total + change * clamp((values - low) / (high - low))
        channels.append(total)
    return np.stack(channels, axis=-1)


def flat(colour: Colour) -> Field:
    """Return one colour as float32 ``[3]``."""
    return np.asarray(colour, np.float32)


def over(picture: Field, colour: Field, alpha: Field) -> None:
    """Blend a colour ``[3]`` or ``[H, W, 3]`` over the picture ``[H, W, 3]``, in place."""
    rows = np.flatnonzero(alpha.any(axis=1))
    if not rows.size:
        return
    band = slice(int(rows[0]), int(rows[-1]) + 1)
    # One channel at a time: broadcasting over a last axis of three is several times slower.
    for channel in range(3):
        seen = picture[band, :, channel]
        tint = colour[channel] if colour.ndim == 1 else colour[band, :, channel]
        seen += alpha[band] * (tint - seen)


def lighten(picture: Field, colour: Colour, amount: Field) -> None:
    """Add coloured light ``[H, W]`` (may be negative) to the picture, in place."""
    for channel in range(3):
        picture[..., channel] += colour[channel] * amount


def filter_through(picture: Field, colour: Colour, depth: Field) -> None:
    """Tint the picture as a dye of some optical depth ``[H, W]`` does, in place."""
    for channel in range(3):
        picture[..., channel] *= 1 - (1 - colour[channel]) * depth


def blur(values: Field, octaves: int) -> Field:
    """Return an array smoothed by [1 2 1] / 4 at strides 1, 2, 4, …; edges repeat.

    The array is ``[N]`` or ``[H, W]``; the reach grows as 2^octaves pixels.
    """
    for octave in range(octaves):
        values = _blur_rows(values, 1 << octave)
        if values.ndim > 1:
            values = _blur_rows(values.swapaxes(0, 1), 1 << octave).swapaxes(0, 1)
    return np.ascontiguousarray(values)


def _blur_rows(values: Field, stride: int) -> Field:
    stride = min(stride, values.shape[0] - 1)
    first = np.broadcast_to(values[:1], (stride, *values.shape[1:]))
    last = np.broadcast_to(values[-1:], (stride, *values.shape[1:]))
    wide = np.concatenate([first, values, last])
    return wide[: -2 * stride] * 0.25 + values * 0.5 + wide[2 * stride :] * 0.25


def shifted(values: Field, rows: int, columns: int) -> Field:
    """Return the array moved down and right by whole pixels; edges repeat."""
    height, width = values.shape[:2]
    row = np.clip(np.arange(height, dtype=np.int32) - rows, 0, height - 1)
    column = np.clip(np.arange(width, dtype=np.int32) - columns, 0, width - 1)
    return values[row][:, column]


def slopes(height: Field) -> tuple[Field, Field]:
    """Return the differences down and right of a height field ``[H, W]``; 0 at the far edge."""
    down, right = np.zeros_like(height), np.zeros_like(height)
    down[:-1] = height[1:] - height[:-1]
    right[:, :-1] = height[:, 1:] - height[:, :-1]
    return down, right


def lit(height: Field, relief: float, light: Colour = (-0.5, -0.6, 0.63)) -> tuple[Field, Field]:
    """Light a height field.

    Args:
        height: float32 ``[H, W]``.
        relief: how many pixels high a height of 1 stands.
        light: unit vector towards the light as (right, down, out of the picture).

    Returns:
        Diffuse and specular light in [0, 1], float32 ``[H, W]`` each.
    """
    down, right = slopes(height * relief)
    length = np.sqrt(1 + down * down + right * right)
    facing = (light[2] - right * light[0] - down * light[1]) / length
    mirror = clamp(2 * facing / length - light[2])
    shine = mirror * mirror
    shine = shine * shine
    shine = shine * shine
    return clamp(facing), shine * shine


def enlarged(values: Field, shape: tuple[int, int]) -> Field:
    """Return a half-size array ``[h, w, ...]`` at ``shape``, bilinear."""
    return _double_rows(_double_rows(values)[: shape[0]].swapaxes(0, 1))[: shape[1]].swapaxes(0, 1)


def _double_rows(values: Field) -> Field:
    doubled = np.empty((2 * values.shape[0], *values.shape[1:]), np.float32)
    before = np.concatenate([values[:1], values[:-1]])
    after = np.concatenate([values[1:], values[-1:]])
    doubled[0::2] = values * 0.75 + before * 0.25
    doubled[1::2] = values * 0.75 + after * 0.25
    return doubled


def vignette(shape: tuple[int, int]) -> Field:
    """Return the fall of light towards the corners, float32 ``[H, W]``."""
    rows, columns = index_grid(*shape)
    down, right = rows / shape[0] - 0.5, columns / shape[1] - 0.5
    return 1.03 - 0.42 * (down * down + right * right)


def developed(picture: Field, shade: Field, grain: Field, frame: int) -> UInt8Array:
    """Return the finished frame, uint8 ``[H, W, 3]``: lens shade, soft highlights, grain."""
    finished = np.empty(picture.shape, np.uint8)
    speckle = scroll(grain, 71 * frame % 256, 113 * frame % 256, shade.shape) - 0.5
    speckle = 0.028 * speckle
    for channel in range(3):
        bright = np.maximum(picture[..., channel] * shade, 0)
        bright = np.where(bright > 0.75, 1 - 0.0625 / np.maximum(bright - 0.5, 0.25), bright)
        finished[..., channel] = (clamp(bright + speckle) * 255 + 0.5).astype(np.uint8)
    return finished
