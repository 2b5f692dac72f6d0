"""A release without some of its clips: in its place, sealed anew, with a new version."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from refvps import atomic
from refvps.atomic import TEMPORARY_PREFIX
from refvps.errors import DataError, RefvpsError
from refvps.json_lines import read_json_lines
from refvps.mask_png import read_file
from refvps.release.changes import changelog
from refvps.release.digest import dataset_digest, format_checksums, parse_checksums
from refvps.release.documents import CHANGELOG, CROISSANT, DATASHEET, README, Beside, documents
from refvps.release.reader import Release, open_release
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    COVERAGE,
    FRAME_SUMS,
    FRAMES,
    HEADER,
    META_EXPRESSIONS,
    PROVENANCE,
    REMOVED,
    header_document,
)
from refvps.release.version import bumped, parse_version
from refvps.release.writer import format_provenance, json_bytes
from refvps.strict_json import read_json
from refvps.tombstones import Tombstone, document, merged, read_tombstones

WRITTEN_ANEW = {
    HEADER,
    CHECKSUMS,
    META_EXPRESSIONS,
    PROVENANCE,
    REMOVED,
    COVERAGE,
    FRAME_SUMS,
    README,
    DATASHEET,
    CHANGELOG,
    CROISSANT,
}


def without_clips(root: Path, gone: Collection[str], stones: Sequence[Tombstone]) -> Release:
    """Take clips out of a release and raise its version; return the release that is left.

    It takes the old one's place in one step, so that whoever looks sees one of the two, and names
    the old one's digest: predictions and caches that still go by it can be brought up to date.

    Args:
        root: the release.
        gone: ids of clips.
        stones: their tombstones.

    Raises:
        DataError: the release is damaged, has no ``release.json``, or would be empty.
    """
    release = open_release(root)
    if not (root / HEADER).is_file():
        raise DataError(
            root, "has no release.json, so no version to raise; delete its files by hand"
        )
    if not release.videos.keys() - set(gone):
        raise DataError(root, "would hold no clip any more; delete the folder")
    with atomic.new_folder(root, replace=True) as folder:
        sums = _kept(release, folder, set(gone))
        _Anew(release, folder, set(gone), sums).write(stones)
    return open_release(root)


def restore(root: Path) -> None:
    """Put a release back of which a kill between two renames left only unfinished names.

    Of what lies beside, the newest version that opens takes the name: the old release, or the new
    one, which was whole by then.
    """
    found = []
    for path in root.resolve().parent.glob(f"{TEMPORARY_PREFIX}*"):
        with contextlib.suppress(RefvpsError):
            if (path / HEADER).is_file():
                release = open_release(path)
                found.append((release.name, parse_version(release.version), path))
    if len({name for name, _, _ in found}) == 1:
        max(found)[2].rename(root)


def _kept(release: Release, folder: Path, gone: set[str]) -> dict[str, str]:
    """Link what stays as it is; return its checksums, frames that were fetched again left out."""
    sums = {}
    for path in sorted(release.root.rglob("*")):
        name = path.relative_to(release.root).as_posix()
        if not path.is_file() or name in WRITTEN_ANEW or _belongs(name, gone):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
        except OSError:  # another disk, or one without links
            shutil.copyfile(path, target)
        if name in release.checksums and not _is_local(release, name):
            sums[name] = release.checksums[name]
        elif not _is_local(release, name):
            sums[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return sums


class _Anew:
    """Writes the files that name clips, and the seal."""

    def __init__(
        self, release: Release, folder: Path, gone: set[str], sums: dict[str, str]
    ) -> None:
        self._release, self._folder, self._gone, self._sums = release, folder, gone, sums

    def write(self, stones: Sequence[Tombstone]) -> None:
        root, gone = self._release.root, self._gone
        version = bumped(self._release.version, "minor")
        before = (*self._release.header.rest_of, self._release.digest)
        header = self._release.header.model_copy(
            update={"version": version, "digest": None, "rest_of": before}
        )
        meta = read_json(root / META_EXPRESSIONS)
        meta["videos"] = {c: entry for c, entry in meta["videos"].items() if c not in gone}
        lines = [
            line for line in read_json_lines(root / PROVENANCE) if line.get("clip_id") not in gone
        ]
        self._put(META_EXPRESSIONS, json_bytes(meta))
        self._put(PROVENANCE, format_provenance(lines))
        kept = merged(read_tombstones(root / REMOVED), stones)
        told = read_file(root / CHANGELOG).decode() if (root / CHANGELOG).is_file() else ""
        count = f"{len(gone)} clip{'' if len(gone) == 1 else 's'} removed on request"
        beside = Beside(changelog((version, (count,)), told), [document(s) for s in kept])
        make = partial(documents, header, beside)
        for name, content in make(self._sums, lines).items():
            if name in (CHANGELOG, REMOVED) or (root / name).is_file():
                self._put(name, content)
        self._write_local()
        digest = dataset_digest(self._sums, header)
        sealed = header.model_copy(update={"digest": digest})
        (self._folder / HEADER).write_bytes(json_bytes(header_document(sealed)))
        (self._folder / CHECKSUMS).write_bytes(format_checksums(self._sums))

    def _write_local(self) -> None:
        """Write what is known of frames that were fetched again, without the clips."""
        root = self._release.root
        if not (root / COVERAGE).is_file():
            return
        sums = parse_checksums(root / FRAME_SUMS)
        kept = {name: s for name, s in sums.items() if not _belongs(name, self._gone)}
        coverage = read_json(root / COVERAGE)
        clips = {c: each for c, each in coverage["clips"].items() if c not in self._gone}
        covered = len({name.split("/")[1] for name in kept})
        total = len(self._release.videos) - len(self._gone)
        more = {"covered": covered, "clips_in_release": total, "clips": clips}
        (self._folder / COVERAGE).write_bytes(json_bytes({**coverage, **more}))
        (self._folder / FRAME_SUMS).write_bytes(format_checksums(kept))

    def _put(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._sums[name] = hashlib.sha256(content).hexdigest()


def _belongs(name: str, clips: Collection[str]) -> bool:
    parts = name.split("/")
    return len(parts) > 2 and parts[0] in (FRAMES, ANNOTATIONS) and parts[1] in clips


def _is_local(release: Release, name: str) -> bool:
    return release.header.kind != "full" and name.startswith(f"{FRAMES}/")
