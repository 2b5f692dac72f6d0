"""What a data set says about itself: where to get it, its folder, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Guide:
    """How to come by a data set; a module-level ``GUIDE`` beside its ``load``.

    Attributes:
        source: where to get it.
        layout: what its folder must look like, one line an entry.
        options: what each option may be, by its name.
    """

    source: tuple[str, ...]
    layout: tuple[str, ...]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClipCheck:
    """What reading all of a clip found.

    Attributes:
        clip_id: the clip.
        counts: what was read, by name; sums over clips are printed.
        problems: what makes scores wrong or impossible, each naming its file.
        notes: what one may want to know.
    """

    clip_id: str
    counts: Mapping[str, int]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@runtime_checkable
class Checkable(Protocol):
    """A data set that can be read as a whole before hours are spent on it."""

    @property
    def clips(self) -> int:
        """How many clips it has."""
        ...

    def check(self) -> Iterator[ClipCheck]:
        """Read every file of every clip and yield what was found, clip by clip."""
        ...
