"""What scoring asks of stored masks, whoever wrote them and in whatever layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from refvps.protocols import Annotated
from refvps.runs import RunTrack
from refvps.types import PackedMask, Query


@dataclass(frozen=True, slots=True)
class PredictedMasks:
    """The masks of one query on the frames asked for.

    Attributes:
        masks: one a frame, in the order asked, in the form they were read in, all of one size.
        stored_frames: how many frames of the clip have a stored mask, asked for or not.
        encodings: how the files hold their values, such as "grey 0/255".
        digest: SHA-256 of the bytes read.
    """

    masks: RunTrack | tuple[PackedMask, ...]
    stored_frames: int
    encodings: frozenset[str]
    digest: str

    def packed(self) -> tuple[PackedMask, ...]:
        """Return the masks as bits, however they were read."""
        if isinstance(self.masks, RunTrack):
            return tuple(self.masks.packed(frame) for frame in range(len(self.masks)))
        return self.masks


class PredictionSource(Protocol):
    """A folder of predicted masks."""

    @property
    def folder(self) -> Path:
        """Where the masks lie."""
        ...

    @property
    def layout(self) -> str:
        """The layout's name, for people."""
        ...

    def has(self, query: Query) -> bool:
        """Return whether masks of this query are stored."""
        ...

    def read(self, query: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        """Return the query's masks on the given frames.

        Raises:
            DataError: a file or a frame is missing or cannot be read.
        """
        ...

    def check(self, query: Query, truth: Annotated) -> None:
        """Look for what would keep the query's masks from being scored; pixels are not decoded.

        Much cheaper than reading, so that all of a data set is looked at first. What seems odd is
        read, so that nothing that can be scored is refused.

        Raises:
            DataError: a file or frame is missing, damaged or of another size than the truth.
        """
        ...
