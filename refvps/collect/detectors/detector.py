"""What a detector of changes is: shown every frame of a video in order, and asked at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from refvps.collect.cut import Change
from refvps.types import Size, UInt8Array


class Watch(Protocol):
    """A detector at work on one video."""

    def see(self, pixels: UInt8Array) -> None:
        """Look at the next frame.

        Args:
            pixels: RGB, uint8 ``[h, w, 3]``, of the size that the detector asked for.
        """
        ...

    def changes(self) -> tuple[Change, ...]:
        """Return what was seen, in order; asked once, after the last frame."""
        ...


class Detector(Protocol):
    """Sees changes of content; whether the shot goes on after one is not its to judge.

    It can be pickled and costs nothing to make: what is heavy is loaded when it watches. The same
    frames give the same changes.
    """

    @property
    def name(self) -> str:
        """What it is called in settings and in the store, such as "pyscenedetect"."""
        ...

    @property
    def version(self) -> str:
        """The version of the software that it is."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """All else that changes what it sees, JSON: other settings make the analysis run again.

        Raises:
            MissingExtraError: what it needs is not installed.
            DataError: a file that it needs is missing.
        """
        ...

    def size(self, frame: Size) -> Size:
        """Return how large it wants the frames of a video that are of size ``frame``."""
        ...

    def watch(self) -> Watch:
        """Return what looks at one video.

        Raises:
            MissingExtraError: what it needs is not installed.
            DataError: a file that it needs is missing or wrong.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """A change of content, and the name of the detector that saw it."""

    change: Change
    by: str
