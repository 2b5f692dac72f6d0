"""Checks a release and lists every finding."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from refvps.atomic import TEMPORARY_PREFIX
from refvps.errors import DataError
from refvps.executor import Executor, WorkUnit
from refvps.mask_png import read_file
from refvps.release.check_files import ClipFiles, check_clip_files
from refvps.release.check_metadata import (
    check_entry,
    check_provenance,
    read_header,
    read_listing,
)
from refvps.release.check_tree import check_tree
from refvps.release.digest import dataset_digest, parse_checksums
from refvps.release.finding import Finding, error
from refvps.release.schema import (
    CHECKSUMS,
    FRAME_SUMS,
    FRAMES,
    FULL,
    HEADER,
    IDS_ONLY,
    LOCAL,
    ReleaseHeader,
    VideoEntry,
)


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


def validate_release(
    root: Path, executor: Executor, on_clip: Callable[[int, int], None] = _silent
) -> tuple[Finding, ...]:
    """Return every finding of a release, errors first, sorted by path.

    Args:
        root: the release.
        executor: reads clips, one a work unit.
        on_clip: called with how many clips are done, and of how many.

    Raises:
        DataError: the folder itself is missing.
    """
    if not root.is_dir():
        raise DataError(root, "folder is missing; expected a release")
    header, findings = read_header(root)
    listing = read_listing(root)
    findings += listing.findings
    findings += check_tree(root, listing.clip_ids)
    findings += check_provenance(root, listing.clip_ids)
    for clip_id, entry in listing.entries.items():
        findings += check_entry(clip_id, entry, header)
    checksums: dict[str, str] = {}
    units = [
        WorkUnit(clip_id, (clip_id, _on_grid_of(header, entry)))
        for clip_id, entry in listing.entries.items()
    ]
    with_frames = header is None or header.kind == FULL
    make = partial(_checker, root, with_frames)
    for done, outcome in enumerate(executor.run(make, units), start=1):
        findings += outcome.value.findings
        checksums.update(outcome.value.checksums)
        on_clip(done, len(units))
    findings += _check_sums(root, header, checksums)
    return tuple(sorted(set(findings)))


def _on_grid_of(header: ReleaseHeader | None, entry: VideoEntry) -> VideoEntry:
    """Return the entry with the header's grid: a wrong stride is one finding, not one a mask."""
    if header is None:
        return entry
    return entry.model_copy(update={"annotation_stride": header.annotation_stride})


def _checker(root: Path, with_frames: bool) -> Callable[[tuple[str, VideoEntry]], ClipFiles]:
    return partial(_check_one, root, with_frames)


def _check_one(root: Path, with_frames: bool, clip: tuple[str, VideoEntry]) -> ClipFiles:
    return check_clip_files(root, *clip, with_frames=with_frames)


def _check_frame_sums(root: Path, stored: set[str], hashed: Mapping[str, str]) -> Iterator[Finding]:
    """Compare frames that were fetched again with what ``hydrate`` wrote down."""
    if not stored:
        return
    try:
        listed = parse_checksums(root / FRAME_SUMS)
    except DataError as problem:
        yield error(FRAME_SUMS, "checksums", problem.problem)
        return
    for name in sorted(stored & set(listed)):
        if hashed.get(name) != listed[name]:
            yield error(name, "checksum-mismatch", f"file differs from {FRAME_SUMS}")
    for name in sorted(stored - set(listed)):
        yield error(name, "checksum-unlisted", f"file is not listed in {FRAME_SUMS}")


def _check_sums(
    root: Path, header: ReleaseHeader | None, hashed: Mapping[str, str]
) -> Iterator[Finding]:
    """Compare every file with ``checksums.sha256``, and the digest with both."""
    try:
        listed = parse_checksums(root / CHECKSUMS)
    except DataError as problem:
        yield error(CHECKSUMS, "checksums", problem.problem)
        return
    stored = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(TEMPORARY_PREFIX)
    } - {HEADER, CHECKSUMS, *LOCAL}
    if header is not None and header.kind == IDS_ONLY:
        frames = {name for name in stored if name.startswith(f"{FRAMES}/")}
        yield from _check_frame_sums(root, frames, hashed)
        stored -= frames
    for name in sorted(set(listed) - stored):
        yield error(name, "checksum-file-missing", f"file is listed in {CHECKSUMS} but missing")
    for name in sorted(stored - set(listed)):
        yield error(name, "checksum-unlisted", f"file is not listed in {CHECKSUMS}")
    yield from _check_content(root, sorted(stored & set(listed)), listed, hashed)
    if header is not None and header.digest != dataset_digest(listed, header):
        message = f"digest is {header.digest}; {CHECKSUMS} and the header give another"
        yield error(HEADER, "digest-mismatch", message)


def _check_content(
    root: Path, names: Sequence[str], listed: Mapping[str, str], hashed: Mapping[str, str]
) -> Iterator[Finding]:
    for name in names:
        try:
            digest = hashed.get(name) or hashlib.sha256(read_file(root / name)).hexdigest()
        except DataError as problem:
            yield error(name, "unreadable", problem.problem)
            continue
        if digest != listed[name]:
            yield error(name, "checksum-mismatch", f"file differs from {CHECKSUMS}")
