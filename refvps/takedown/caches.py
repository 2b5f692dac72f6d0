"""The user's cache folder: truth that was kept of data sets that have changed."""

import shutil
from collections.abc import Set
from pathlib import Path

from refvps.settings import read_settings
from refvps.takedown.place import Name, Removal, Traces

TRUTH = "truth"
"""Where decoded truth is kept, one folder a data set, named by the start of its digest."""

DIGITS = 32


class CachePlace:
    """See ``Place``; what is kept there can always be made again."""

    rank = 40

    def restore(self, folder: Path) -> None:
        """Do nothing: it is never moved."""

    def recognises(self, folder: Path) -> bool:
        """Return whether it is the user's cache folder."""
        return folder.resolve() == read_settings().cache_folder.resolve()

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:  # noqa: ARG002 - as the protocol
        """Return nothing: a cache names nobody."""
        return frozenset()

    def traces(self, folder: Path, names: Set[Name]) -> Traces:  # noqa: ARG002 - as the protocol
        """Return nothing."""
        return Traces()

    def remove(self, folder: Path, removal: Removal) -> str:
        """Delete the truth of the data sets as they were before."""
        gone = [folder / TRUTH / digest[:DIGITS] for digest in removal.renewed]
        gone = [path for path in gone if path.is_dir()]
        for path in gone:
            shutil.rmtree(path)
        return f"kept truth of {len(gone)} data sets deleted" if gone else ""


def load() -> CachePlace:
    """Return the place."""
    return CachePlace()
