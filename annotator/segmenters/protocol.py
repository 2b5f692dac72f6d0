"""What a segmenter must offer: masks from prompts, and masks carried from frame to frame.

A session is a cache and nothing more. Every answer is a function of the frames and of what is
passed in, whatever was asked before; so it can be dropped at any time, and undoing is asking again.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from refvps.errors import RefvpsError, ShapeError
from refvps.types import BoolArray, FloatArray, Size, UInt8Array

LOGIT_SIDE = 256
"""Side of the square that ``Prediction.logits`` covers the frame with."""

LogitArray = NDArray[np.float16]


class PromptError(RefvpsError, ValueError):
    """What a segmenter was asked cannot be answered."""


class FrameSource(Protocol):
    """The keyframes of a clip, decoded when they are asked for."""

    def __len__(self) -> int:
        """Return how many keyframes there are."""
        ...

    @property
    def size(self) -> Size:
        """Height and width of every one."""
        ...

    def frame(self, k: int) -> UInt8Array:
        """Return keyframe ``k`` as uint8 ``[H, W, 3]``, RGB."""
        ...


def _no_points() -> FloatArray:
    return np.zeros((0, 2))


def _no_labels() -> BoolArray:
    return np.zeros(0, dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Prompts:
    """All that a person says about the target in one frame; the whole list, every time.

    Attributes:
        points: float64 ``[N, 2]``, x and y in pixels; the centre of the first pixel is (0.5, 0.5).
        labels: bool ``[N]``, True where the target is, False where it is not.
        box: float64 ``[4]``, left, top, right and bottom edge in pixels, or None.
        mask: bool ``[H, W]``, what is there already and is to be refined, or None. Alone it is the
            answer itself.

    Raises:
        ShapeError: an array of another shape.
        PromptError: a coordinate that is no number, or a box without area.
    """

    points: FloatArray = field(default_factory=_no_points)
    labels: BoolArray = field(default_factory=_no_labels)
    box: FloatArray | None = None
    mask: BoolArray | None = None

    def __post_init__(self) -> None:
        """Check the arrays and hold them in their one type."""
        points = np.asarray(self.points, dtype=np.float64)
        labels = np.asarray(self.labels, dtype=bool)
        if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
            raise ShapeError(
                f"points are [N, 2] with one label each; got {points.shape} and {labels.shape}"
            )
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "labels", labels)
        if self.box is not None:
            object.__setattr__(self, "box", _checked_box(self.box))
        if not np.isfinite(points).all():
            raise PromptError("a point has a coordinate that is no number")
        if self.mask is not None:
            mask = np.asarray(self.mask)
            if mask.ndim != 2 or mask.dtype != np.bool_:
                raise ShapeError(f"a mask is bool [H, W]; got {mask.dtype} {mask.shape}")
            object.__setattr__(self, "mask", mask)

    @property
    def has_marks(self) -> bool:
        """Whether there is anything to decide: a point or a box."""
        return len(self.points) > 0 or self.box is not None

    @property
    def empty(self) -> bool:
        """Whether nothing is said at all."""
        return not self.has_marks and self.mask is None


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a segmenter answers for one frame.

    Attributes:
        mask: bool ``[H, W]``, the target.
        score: how sure the segmenter is, a fraction in [0, 1]: its estimate of the mask's J.
        logits: float16 ``[256, 256]`` over the whole frame, above 0 inside; finite.
    """

    mask: BoolArray
    score: float
    logits: LogitArray

    def __post_init__(self) -> None:
        """Check shapes, types and range."""
        if self.mask.ndim != 2 or self.mask.dtype != np.bool_:
            raise ShapeError(f"a mask is bool [H, W]; got {self.mask.dtype} {self.mask.shape}")
        expected = (LOGIT_SIDE, LOGIT_SIDE)
        if self.logits.shape != expected or self.logits.dtype != np.float16:
            raise ShapeError(
                f"logits are float16 {expected}; got {self.logits.dtype} {self.logits.shape}"
            )
        if not 0 <= self.score <= 1:
            raise ShapeError(f"a score is a fraction in [0, 1]; got {self.score}")


Conditioning = Mapping[int, Prompts | BoolArray]
"""What is known for certain, by keyframe: prompts, or the mask itself, bool ``[H, W]``."""


class SegmenterSession(Protocol):
    """A segmenter with one clip open. Used by one thread at a time, the one that owns the model."""

    def embed(self, k: int) -> None:
        """Compute what ``predict`` needs of keyframe ``k`` and keep it while there is room."""
        ...

    def predict(self, k: int, prompts: Prompts) -> Prediction:
        """Return the target in keyframe ``k``; the same prompts always give the same bytes.

        Raises:
            PromptError: no such keyframe, empty prompts, or prompts that leave the image.
        """
        ...

    def propagate(
        self, start: int, stop: int, conditioning: Conditioning, keep: Set[int]
    ) -> Iterator[tuple[int, Prediction]]:
        """Carry the target from the conditioning frames over a range, one frame a step.

        Args:
            start: the first keyframe to answer.
            stop: the one to stop before; below ``start`` to travel backward.
            conditioning: at least one frame, anywhere in the clip; nothing changes their masks.
            keep: frames that are finished: they are passed over and never yielded.

        Yields:
            Keyframes in the order of travel with their predictions. A conditioning frame that is
            not kept is yielded with what ``predict`` gives for it, or with its own mask. Closing
            the iterator ends the work.

        Raises:
            PromptError: nothing to go by, or frames outside the clip.
        """
        ...

    def close(self) -> None:
        """Give back what is held; nothing is lost but time."""
        ...


class Segmenter(Protocol):
    """A model, or a method without one, ready to open clips."""

    @property
    def name(self) -> str:
        """Its name, as it is chosen by."""
        ...

    def provenance(self) -> dict[str, Any]:
        """Return what made a mask, as JSON takes it: name, weights' digest, options, versions."""
        ...

    def open(self, frames: FrameSource) -> SegmenterSession:
        """Return a session over the keyframes of one clip."""
        ...


def _checked_box(given: FloatArray) -> FloatArray:
    box = np.asarray(given, dtype=np.float64)
    if box.shape != (4,):
        raise ShapeError(f"a box is left, top, right, bottom; got shape {box.shape}")
    if not (np.isfinite(box).all() and box[0] < box[2] and box[1] < box[3]):
        raise PromptError(f"a box has its right beyond its left and its bottom below; got {box}")
    return box
