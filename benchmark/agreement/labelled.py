"""What is compared: two people's labels of the keyframes of a clip, wherever they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchmark.metrics.label_agreement import Labels
from refvps.errors import ShapeError
from refvps.types import UInt8Array


@dataclass(frozen=True, slots=True)
class Labelling:
    """Whose labels these are, and exactly which ones.

    Attributes:
        annotator: a person, or what stands for one.
        revision: names the labels so that they can be found again: a revision, a digest.
        digest: SHA-256 over the labels; the same labels always have the same.
    """

    annotator: str
    revision: str
    digest: str


@dataclass(frozen=True, slots=True)
class PairKey:
    """Two people's labels of one clip, by name.

    Attributes:
        clip: the clip's id; with a target's id where a clip has several.
        first: whose labels stand first: the first annotator's.
        second: the other's.
        video: the video it was cut from.
        concept: the process shown; None where that is not known.
        groups: the concept's groups.
    """

    clip: str
    first: Labelling
    second: Labelling
    video: str
    concept: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def people(self) -> str:
        """Both names."""
        return f"{self.first.annotator} / {self.second.annotator}"


@dataclass(frozen=True, slots=True)
class LabelPair:
    """Two people's labels of the same keyframes.

    Attributes:
        key: which.
        frame_ids: the keyframes that both labelled, in order.
        first: one person's labels, one a keyframe.
        second: the other's.
        only_first: keyframes that only the first labelled; they are not compared.
        only_second: likewise of the second.
    """

    key: PairKey
    frame_ids: tuple[str, ...]
    first: tuple[Labels, ...]
    second: tuple[Labels, ...]
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that there is one label of each a keyframe."""
        if not self.frame_ids or not len(self.frame_ids) == len(self.first) == len(self.second):
            raise ShapeError(
                f"{self.key.clip}: expected labels of both on the same keyframes, at least one; "
                f"got {len(self.frame_ids)} keyframes, {len(self.first)} and {len(self.second)}"
            )


@dataclass(frozen=True, slots=True)
class ExpressionNote:
    """How a clip's expressions by several people go together.

    Attributes:
        clip: its id.
        texts: what was written, with who wrote it.
        distinctness: 1 minus the mean overlap of words between texts of different people, a
            fraction; None where only one person wrote.
        problems: what is wrong, one line each: the same text twice, one that gives a card away.
    """

    clip: str
    texts: tuple[tuple[str, str], ...]
    distinctness: float | None
    problems: tuple[str, ...] = ()


class PairSource(Protocol):
    """Where labels come from: a project, or two folders of masks."""

    @property
    def title(self) -> str:
        """What is compared, in a few words."""
        ...

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """What a reader must know of where the labels come from: a term and its text each."""
        ...

    @property
    def concepts(self) -> Mapping[str, int]:
        """How many clips there are of each concept, compared or not."""
        ...

    def pairs(self) -> Sequence[PairKey]:
        """Return what can be compared, by clip and people."""
        ...

    def load(self, key: PairKey) -> LabelPair:
        """Return the labels of a pair.

        Raises:
            DataError: a file is missing, damaged or of another size.
        """
        ...

    def frame(self, key: PairKey, frame_id: str) -> UInt8Array | None:
        """Return a frame, RGB uint8 ``[H, W, 3]``; None where there are no pictures."""
        ...

    def expressions(self) -> Sequence[ExpressionNote]:
        """Return how the expressions of each clip go together; none where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of a clip from elsewhere; see ``PairKey``."""

    video: str
    concept: str | None = None
    groups: tuple[str, ...] = field(default=())
