"""What may hold traces of a clip: each kind of place knows how to find and remove them.

Places are plug-ins of the group ``refvps.places``, so that a collection and a project, which know
nothing of one another, are both cleared by one command.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["clip", "candidate", "media"]


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """What something is called: a clip, a candidate as ``platform:id``, a file by its digest."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Traces:
    """By what it would be recognised if something were left.

    Attributes:
        words: ids and texts that nothing else has, looked for in names and contents of files.
        files: SHA-256 of files that nothing else has, in hexadecimal.
    """

    words: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def __or__(self, other: "Traces") -> "Traces":
        """Return both together."""
        return Traces(self.words | other.words, self.files | other.files)


@dataclass(slots=True)
class Removal:
    """One taking out.

    Attributes:
        names: everything that goes.
        reason: why; kept with the tombstones.
        at: when, UTC.
        renewed: of data sets that changed: version and digest now, by the digest before.
    """

    names: frozenset[Name]
    reason: str
    at: str
    renewed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def values(self, kind: Kind) -> frozenset[str]:
        """Return the names of a kind."""
        return values(self.names, kind)


class Place(Protocol):
    """A kind of folder that may hold traces."""

    @property
    def rank(self) -> int:
        """When its turn comes: places that others follow from first."""
        ...

    def restore(self, folder: Path) -> None:
        """Put a folder back that a removal, killed at the wrong moment, left under another name.

        Asked for folders that are missing; nothing where there is nothing to put back.
        """
        ...

    def recognises(self, folder: Path) -> bool:
        """Return whether a folder is of this kind."""
        ...

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:
        """Return what else goes with these: clips of the same video, the post, its file."""
        ...

    def traces(self, folder: Path, names: Set[Name]) -> Traces:
        """Return by what the named would be recognised; asked before anything is removed."""
        ...

    def remove(self, folder: Path, removal: Removal) -> str:
        """Remove the named for good and keep tombstones; return what was done, in words.

        Done twice it does no harm. Empty where there was nothing.

        Raises:
            RefvpsError: somebody else has the folder open, or it is damaged.
        """
        ...


Factory = Callable[[], Place]


def values(names: Set[Name], kind: Kind) -> frozenset[str]:
    """Return the names of a kind."""
    return frozenset(name.value for name in names if name.kind == kind)
