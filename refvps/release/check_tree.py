"""Checks of a release's folders: nothing that leaves it, nothing that is no part of it."""

from collections.abc import Collection, Iterator
from pathlib import Path

from refvps.atomic import TEMPORARY_PREFIX
from refvps.release.finding import Finding, error
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    FRAMES,
    HEADER,
    LOCAL,
    META_EXPRESSIONS,
    PROVENANCE,
    REMOVED,
)

CLIP_FOLDERS = (FRAMES, ANNOTATIONS)
TOP_LEVEL = {HEADER, CHECKSUMS, PROVENANCE, META_EXPRESSIONS.partition("/")[0], *CLIP_FOLDERS}
DOCUMENTS = {
    "README.md",
    "LICENSE",
    "LICENSE.txt",
    "CHANGELOG.md",
    "CITATION.cff",
    "DATASHEET.md",
    REMOVED,
    *LOCAL,
    "croissant.json",
}
"""What a published data set carries besides its data."""


def check_tree(root: Path, clip_ids: Collection[str] | None) -> Iterator[Finding]:
    """Yield links that lead astray, unfinished files, and folders of no clip.

    Args:
        root: the release.
        clip_ids: every clip that is listed; None if the list cannot be read.
    """
    yield from _check_links(root)
    for name in sorted(path.name for path in root.iterdir()):
        if name not in TOP_LEVEL | DOCUMENTS and not name.startswith(TEMPORARY_PREFIX):
            yield error(name, "unlisted", "is no part of the release format")
    for kind in CLIP_FOLDERS if clip_ids is not None else ():
        folder = root / kind
        stored = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        for name in sorted(stored - set(clip_ids or ())):
            if not name.startswith(TEMPORARY_PREFIX):
                message = f"is no clip of {META_EXPRESSIONS}"
                yield error(f"{kind}/{name}", "clip-unlisted", message)


def _check_links(root: Path) -> Iterator[Finding]:
    inside = root.resolve()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() and not path.exists():
            yield error(name, "link-broken", f"link leads nowhere: {path.readlink()}")
        elif path.is_symlink() and not path.resolve().is_relative_to(inside):
            yield error(name, "link-outside", f"link leaves the release: {path.readlink()}")
        if path.name.startswith(TEMPORARY_PREFIX):
            yield error(name, "unfinished", "is what a write that was cut short left; remove it")
