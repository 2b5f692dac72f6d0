"""Pictures of where two people differ: per keyframe, summed over time, and the worst ones."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from benchmark.agreement.labelled import LabelPair, PairSource
from benchmark.agreement.measure import FrameResult, PairResult
from benchmark.metrics.label_agreement import Labels
from refvps.overlay import TARGET, VOID, Colour, overlay
from refvps.types import FloatArray, UInt8Array

WORST = 20
"""Keyframes on the contact sheet."""

BACKGROUND = Colour(28, 31, 38)
BOTH = Colour(196, 200, 208)
FIRST = TARGET
SECOND = Colour(64, 156, 255)
COLOURS = (BACKGROUND, BOTH, FIRST, SECOND, VOID)
"""Background, both, the first alone, the second alone, ignored by either."""

_SIDE, _STRIP_SIDE, _ACROSS = 400, 104, 12
_RAMP = np.array(
    [[28, 31, 38], [92, 24, 70], [190, 40, 60], [245, 140, 30], [255, 235, 150]], np.float64
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file and what it shows, in words."""

    content: bytes
    described: str

    @property
    def kind(self) -> str:
        """Its media type."""
        return "image/png" if self.content.startswith(b"\x89PNG") else "image/jpeg"


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the worst keyframes: what the first labelled, the second, and where they differ."""

    pair: PairResult
    frame: FrameResult
    first: Picture
    second: Picture
    difference: Picture


@dataclass(frozen=True, slots=True)
class ClipPictures:
    """A pair's difference on every keyframe, and summed over time."""

    pair: PairResult
    keyframes: Picture
    summed: Picture


def difference(first: Labels, second: Labels) -> UInt8Array:
    """Return where two labels differ, uint8 ``[H, W]``: places in ``COLOURS``.

    >>> import numpy as np; from refvps.packed import pack
    >>> one, two = (Labels(pack(np.array([row], bool))) for row in ([1, 1, 0], [1, 0, 1]))
    >>> difference(one, two).tolist()
    [[1, 2, 3]]
    """
    one, other = first.composed().dense(), second.composed().dense()
    found = np.zeros(one.shape, np.uint8)
    found[one & other] = 1
    found[one & ~other] = 2
    found[other & ~one] = 3
    for labels in (first, second):
        if labels.ignore is not None:
            found[labels.ignore.dense()] = 4
    return found


def difference_map(first: Labels, second: Labels, side: int) -> bytes:
    """Return where two labels differ as a PNG file in ``COLOURS``.

    Args:
        first: one person's labels.
        second: another's, of the same keyframe.
        side: how many pixels the longer side may have; a smaller map is repeated up to that.
    """
    return _indexed(_reduced(difference(first, second), side))


def summed_difference(pair: LabelPair) -> FloatArray:
    """Return on which share of its valid keyframes each pixel is labelled differently.

    Returns:
        float64 ``[H, W]`` in [0, 1]; 0 where a pixel is never valid.
    """
    differs, valid = np.zeros((2, *pair.first[0].target.size), np.int64)
    for first, second in zip(pair.first, pair.second, strict=True):
        seen = difference(first, second)
        differs += (seen == 2) | (seen == 3)
        valid += seen != 4
    share: FloatArray = differs / np.maximum(valid, 1)
    return share


def clip_pictures(pair: LabelPair, result: PairResult) -> ClipPictures:
    """Draw a pair's difference on every keyframe, in the order of time, and summed."""
    maps = [difference(*labels) for labels in zip(pair.first, pair.second, strict=True)]
    name = f"{result.key.clip}, {result.key.people}"
    return ClipPictures(
        result,
        Picture(_strip(maps), f"Difference on each of {len(maps)} keyframes of {name}"),
        Picture(_heat(summed_difference(pair)), f"Difference summed over time of {name}"),
    )


def worst(results: Sequence[PairResult], most: int = WORST) -> list[tuple[PairResult, FrameResult]]:
    """Return the keyframes with the lowest IoU, lowest first, of those below 1."""
    found = [
        (value, place, frame.frame_id, pair, frame)
        for place, pair in enumerate(results)
        for frame in pair.frames
        if (value := frame.counts.iou()) is not None and value < 1
    ]
    return [(pair, frame) for *_, pair, frame in sorted(found, key=lambda item: item[:3])[:most]]


def moment(source: PairSource, pair: LabelPair, result: PairResult, frame: FrameResult) -> Moment:
    """Draw one keyframe: both labels over the picture, where there is one, and their difference."""
    place = pair.frame_ids.index(frame.frame_id)
    first, second = pair.first[place], pair.second[place]
    shown = source.frame(result.key, frame.frame_id)
    if shown is None:
        height, width = first.target.size
        shown = np.full((height, width, 3), 96, np.uint8)
    of = f"of {result.key.clip} on frame {frame.frame_id}"
    return Moment(
        result,
        frame,
        Picture(_over(shown, first), f"Labels {of} by {result.key.first.annotator}"),
        Picture(_over(shown, second), f"Labels {of} by {result.key.second.annotator}"),
        Picture(difference_map(first, second, _SIDE), f"Difference {of}"),
    )


def _over(frame: UInt8Array, labels: Labels) -> bytes:
    void = None if labels.ignore is None else labels.ignore.dense()
    drawn = Image.fromarray(overlay(frame, labels.composed().dense(), void=void))
    drawn.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    drawn.save(buffer, format="JPEG", quality=84)
    return buffer.getvalue()


def _strip(maps: Sequence[UInt8Array]) -> bytes:
    small = [_reduced(each, _STRIP_SIDE) for each in maps]
    height, width = small[0].shape
    across = min(_ACROSS, len(small))
    rows = -(-len(small) // across)
    sheet = np.full((rows * (height + 3) - 3, across * (width + 3) - 3), 5, np.uint8)
    for place, each in enumerate(small):
        top, left = (place // across) * (height + 3), (place % across) * (width + 3)
        sheet[top : top + height, left : left + width] = each
    return _indexed(sheet)


def _reduced(found: UInt8Array, side: int) -> UInt8Array:
    """Return a map made smaller; where people differ wins, so that no difference is lost."""
    step = -(-max(found.shape) // side)
    if step <= 1:
        times = _up(found.shape, side)
        return np.repeat(np.repeat(found, times, 0), times, 1)
    height, width = (-(-length // step) * step for length in found.shape)
    padded = np.zeros((height, width), np.uint8)
    padded[: found.shape[0], : found.shape[1]] = found
    blocks = padded.reshape(height // step, step, width // step, step)
    counts = np.stack([(blocks == label).sum((1, 3)) for label in range(len(COLOURS))])
    weights = np.array([1, 1, 3, 3, 1])[:, None, None]
    reduced: UInt8Array = (counts * weights).argmax(0).astype(np.uint8)
    return reduced


def _up(shape: tuple[int, ...], side: int) -> int:
    return max(1, side // max(shape))


def _indexed(found: UInt8Array) -> bytes:
    image = Image.fromarray(found)
    image.putpalette(
        [channel for colour in (*COLOURS, Colour(255, 255, 255)) for channel in colour]
    )
    image.info["transparency"] = len(COLOURS)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True, transparency=len(COLOURS))
    return buffer.getvalue()


def _heat(share: FloatArray) -> bytes:
    # The root, so that what differs on few keyframes is seen at all.
    places = np.sqrt(share) * (len(_RAMP) - 1)
    low = np.minimum(places.astype(int), len(_RAMP) - 2)
    part = (places - low)[..., None]
    colours = (_RAMP[low] * (1 - part) + _RAMP[low + 1] * part).round().astype(np.uint8)
    image = Image.fromarray(colours)
    scale = _up(share.shape, _SIDE)
    if scale > 1:
        image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
