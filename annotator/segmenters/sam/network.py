"""What SAM 2's network is asked and answers, the same for both implementations.

A network keeps nothing between questions: what it remembers of a clip is passed in and handed
back. This is the cure of most of what goes wrong with the stateful predictors: a correction is
never demoted to a guess, an answer never depends on clicks that were taken back, and nothing grows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from refvps.types import BoolArray

Float32Array = NDArray[np.float32]

POINTERS = 16
"""Frames whose pointers to the target are attended to."""

BOX_CORNERS = (2, 3)
"""Labels of a box's first and second corner; points have 1 and 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What the encoder makes of one frame.

    Attributes:
        maps: three tensors, finest first, as the network wants them back.
        nbytes: the memory they take.
    """

    maps: Any
    nbytes: int


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Points and a box, in pixels of the network's square.

    Attributes:
        points: float32 ``[N, 2]``, the corners of a box first.
        labels: int32 ``[N]``: 1 inside, 0 outside, 2 and 3 corners of a box.
    """

    points: Float32Array
    labels: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What a network remembers of a clip, by keyframe.

    Attributes:
        given: of frames that a person decided; never empty when it is used.
        tracked: of frames that were carried over.
    """

    given: Mapping[int, Any]
    tracked: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One frame to answer.

    Attributes:
        k: the keyframe.
        count: keyframes of the clip.
        marks: points and box, or None.
        prior: float32 ``[side / 4, side / 4]``, logits that marks refine, or None.
        mask: bool ``[H, W]``, the answer itself, to be remembered, or None.
        memory: what to go by where there are neither marks nor a mask; None with them.
        backward: whether travel is toward earlier frames.
        remember: whether the answer is to be remembered.
    """

    k: int
    count: int
    marks: Marks | None = None
    prior: Float32Array | None = None
    mask: BoolArray | None = None
    memory: Memory | None = None
    backward: bool = False
    remember: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the network found.

    Attributes:
        logits: float32 ``[side / 4, side / 4]``.
        score: the network's own estimate of J, in [0, 1]; of a target that it finds absent, how
            sure it is of that.
        entry: what ``Memory`` takes, or None.
    """

    logits: Float32Array
    score: float
    entry: Any


class Network(Protocol):
    """SAM 2 with weights, without state. One thread uses it."""

    @property
    def side(self) -> int:
        """Side of the square it sees, in pixels."""
        ...

    @property
    def memories(self) -> int:
        """Frames it remembers in full."""
        ...

    def encode(self, pixels: Float32Array) -> Features:
        """Return features of a frame.

        Args:
            pixels: float32 ``[3, side, side]``, normalised.
        """
        ...

    def answer(self, features: Features, question: Question) -> Answer:
        """Return the target in a frame; the same question always has the same answer."""
        ...

    def forgotten(self, entry: Any) -> Any:
        """Return of a memory only the pointer, which is all that a frame further off adds."""
        ...


def score_of(quality: float, presence: float) -> float:
    """Return ``Answer.score`` from the network's estimate of J and its logit of presence."""
    if presence <= 0:
        quality = 1 / (1 + np.exp(presence))
    return float(min(1.0, max(0.0, quality)))
