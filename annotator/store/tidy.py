"""Removes planes that nothing needs any more, of one person's work on one clip.

What is needed: the planes of the latest revision, and those of the last revisions of every
keyframe, so that undo goes on. The log names what is removed before it is, so that ``verify``
misses nothing else, and a crash in between leaves planes too many and never one too few.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.keyframe import Digest
from annotator.store.head import stamped_of
from annotator.store.work import SAVE, TIDY, Work
from refvps import atomic

KEPT_REVISIONS = 20
"""Of every keyframe."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was removed, or would be.

    Attributes:
        planes: how many.
        size: bytes of them.
        kept: planes that stay.
    """

    planes: int = 0
    size: int = 0
    kept: int = 0

    def __add__(self, other: "Tidied") -> "Tidied":
        """Return both together."""
        return Tidied(self.planes + other.planes, self.size + other.size, self.kept + other.kept)


def tidy_work(work: Work, revisions: int = KEPT_REVISIONS, *, remove: bool = True) -> Tidied:
    """Remove the planes that nothing needs; the caller sees to it that nobody else writes.

    Args:
        work: whose.
        revisions: of every keyframe, whose planes are kept.
        remove: False only counts.

    Raises:
        DataError: the log cannot be read or written; nothing is removed.
    """
    needed = work.head.digests() | _recent(work.events(), revisions)
    found = sorted(work.objects.paths())
    surplus = [path for path in found if path.stem not in needed]
    size = sum(path.stat().st_size for path in surplus)
    if remove and surplus:
        work.log([{"ev": TIDY, "digests": [path.stem for path in surplus]}])
        for path in surplus:
            path.unlink()
    return Tidied(len(surplus), size, len(found) - len(surplus))


def remove_leftovers(root: Path) -> int:
    """Remove what killed processes did not finish; return how many files and folders."""
    import shutil

    left = sorted(root.rglob(f"{atomic.TEMPORARY_PREFIX}*"))
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def _recent(events: Iterable[Mapping[str, Any]], revisions: int) -> set[Digest]:
    last: dict[str, deque[frozenset[Digest]]] = defaultdict(lambda: deque(maxlen=revisions))
    for event in events:
        if event.get("ev") == SAVE:
            for at, value in event["frames"].items():
                last[at].append(stamped_of(value).keyframe.digests)
    return {digest for kept in last.values() for each in kept for digest in each}
