"""Checks of a release's folders: nothing that leaves it, nothing that is no part of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from refvps.atomic import TEMPORARY_PREFIX
from refvps.release.finding import Finding, error
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    FRAMES,
    HEADER,
    META_EXPRESSIONS,
    PROVENANCE,
    VideoEntry,
)

CLIP_FOLDERS = (FRAMES, ANNOTATIONS)
TOP_LEVEL = {HEADER, CHECKSUMS, PROVENANCE, META_EXPRESSIONS.partition("/")[0], *CLIP_FOLDERS}


def check_tree(root: Path, videos: Mapping[str, VideoEntry]) -> Iterator[Finding]:
    """Yield links that leave the release, unfinished files, and folders of no clip."""
    yield from _check_links(root)
    for name in sorted(path.name for path in root.iterdir()):
        if name not in TOP_LEVEL and not name.startswith(TEMPORARY_PREFIX):
            yield error(name, "unlisted", "is no part of the release format")
    for kind in CLIP_FOLDERS:
        folder = root / kind
        stored = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        for name in sorted(stored - set(videos)):
            message = f"is no clip of {META_EXPRESSIONS} that could be read"
            yield error(f"{kind}/{name}", "clip-unlisted", message)


def _check_links(root: Path) -> Iterator[Finding]:
    inside = root.resolve()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            yield error(name, "link-outside", f"link leaves the release: {path.readlink()}")
        if path.name.startswith(TEMPORARY_PREFIX):
            yield error(name, "unfinished", "is what a write that was cut short left; remove it")
