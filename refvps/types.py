"""The nouns of the project: clip, expression, query, mask track, prediction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError
from refvps.frame_paths import FramePaths
from refvps.packed import BoolArray, PackedMask, Size, UInt8Array, WordArray

__all__ = [
    "BoolArray",
    "Clip",
    "Expression",
    "FloatArray",
    "MaskTrack",
    "PackedMask",
    "Prediction",
    "Query",
    "Size",
    "UInt8Array",
    "WordArray",
]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clip:
    """A trimmed video of a data set, as a folder of frames.

    Attributes:
        clip_id: unique in its data set; safe as a file name.
        frame_paths: the frames in order, at least one; ``refvps.frame_paths`` holds many in little
            memory, and a tuple of paths serves as well.
        fps: frames a second, exact.
        video: the video it was cut from; clips of one video are not independent samples.
        concept: the process shown, or None where the data set has no concepts.
        groups: the taxonomy groups of the concept, in the release's order.
    """

    clip_id: str
    frame_paths: Sequence[Path]
    fps: Fraction
    video: str
    concept: str | None = None
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that there are frames and that their ids are unique."""
        if not self.frame_paths:
            raise ShapeError(f"clip {self.clip_id} has no frames")
        require_unique(self.frame_ids, f"frame id of clip {self.clip_id}")

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """The identity of every frame, its file stem: the only key that frames are joined by."""
        if isinstance(self.frame_paths, FramePaths):
            return self.frame_paths.frame_ids
        return tuple(path.stem for path in self.frame_paths)


@dataclass(frozen=True, slots=True)
class Expression:
    """A sentence that refers to one target in a clip.

    Attributes:
        expression_id: unique in its clip; safe as a file name.
        text: the referring expression.
        target_id: what it refers to; the label of its pixels in the truth.
        annotator: who wrote it, or None where unknown.
    """

    expression_id: str
    text: str
    target_id: str
    annotator: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """All that a method may see: a clip and an expression, never the truth."""

    clip: Clip
    expression: Expression

    @property
    def query_id(self) -> str:
        """``CLIP/EXPRESSION``."""
        return f"{self.clip.clip_id}/{self.expression.expression_id}"


@dataclass(frozen=True, slots=True)
class MaskTrack:
    """The truth of one target: its masks over the annotated frames of a clip.

    A frame id that is absent was *not annotated*; a mask with no pixel was *annotated as empty*;
    a void pixel is ignored. The three are never mixed.

    Attributes:
        frame_ids: annotated frames in order, unique.
        masks: the target's pixels, one mask a frame.
        voids: the ignored pixels, one a frame; None where a frame ignores nothing. Void pixels
            are never set in ``masks``.
    """

    frame_ids: tuple[str, ...]
    masks: tuple[PackedMask, ...]
    voids: tuple[PackedMask | None, ...]

    def __post_init__(self) -> None:
        """Check lengths, sizes and that void and target do not overlap."""
        require_unique(self.frame_ids, "annotated frame id")
        if not len(self.frame_ids) == len(self.masks) == len(self.voids):
            raise ShapeError(
                f"a mask track needs one mask and one void a frame; got {len(self.frame_ids)} "
                f"frame ids, {len(self.masks)} masks, {len(self.voids)} voids"
            )
        require_one_size(self.frame_ids, [*self.masks, *(v for v in self.voids if v is not None)])
        for frame_id, mask, void in self.frames():
            if void is not None and np.any(mask.words & void.by(mask.order).words):
                raise ShapeError(f"frame {frame_id}: a pixel is both target and void")

    def frames(self) -> Iterator[tuple[str, PackedMask, PackedMask | None]]:
        """Yield (frame id, mask, void) in order."""
        return zip(self.frame_ids, self.masks, self.voids, strict=True)

    def dense(self) -> tuple[BoolArray, BoolArray]:
        """Return masks and voids as bool ``[T, H, W]`` each, built on request."""
        masks = np.stack([mask.dense() for mask in self.masks])
        voids = np.zeros_like(masks)
        for index, void in enumerate(self.voids):
            if void is not None:
                voids[index] = void.dense()
        return masks, voids


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a method answers to a query: one mask for each frame it ran on.

    Attributes:
        query: the query answered.
        frame_ids: the frames predicted, in order, unique, all of the query's clip.
        masks: one mask a frame, at the size of the clip's frames; all of one size.
        facts: what the method says of how it came to this answer, as JSON can hold it.
    """

    query: Query
    frame_ids: tuple[str, ...]
    masks: tuple[PackedMask, ...]
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check lengths, sizes and that every frame belongs to the clip."""
        name = self.query.query_id
        require_unique(self.frame_ids, f"predicted frame id of {name}")
        if not self.masks or len(self.frame_ids) != len(self.masks):
            raise ShapeError(
                f"a prediction needs one mask a frame and at least one; {name} has "
                f"{len(self.frame_ids)} frame ids and {len(self.masks)} masks"
            )
        unknown = set(self.frame_ids) - set(self.query.clip.frame_ids)
        if unknown:
            raise ShapeError(f"{name} predicts frame {min(unknown)}, which its clip does not have")
        require_one_size(self.frame_ids, self.masks)

    def dense(self) -> BoolArray:
        """Return the masks as bool ``[N, H, W]``, built on request."""
        return np.stack([mask.dense() for mask in self.masks])


def require_unique(ids: Sequence[str], what: str) -> None:
    """Raise ``ShapeError`` naming the first id that occurs twice."""
    if len(set(ids)) != len(ids):
        seen: set[str] = set()
        for item in ids:
            if item in seen:
                raise ShapeError(f"duplicate {what}: {item}")
            seen.add(item)


def require_one_size(frame_ids: Sequence[str], masks: Sequence[PackedMask]) -> None:
    """Raise ``ShapeError`` if the masks are not all of one size."""
    sizes = {mask.size for mask in masks}
    if len(sizes) > 1:
        listed = " and ".join(sorted(str(size) for size in sizes))
        raise ShapeError(
            f"masks of frames {frame_ids[0]} to {frame_ids[-1]} differ in size: {listed}"
        )
