"""A release as a place that may hold traces of a clip."""

import shutil
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from refvps.atomic import TEMPORARY_PREFIX
from refvps.json_lines import read_json_lines
from refvps.release.reader import Release, open_release
from refvps.release.rewrite import restore, without_clips
from refvps.release.schema import ANNOTATIONS, FRAMES, HEADER, META_EXPRESSIONS, PROVENANCE
from refvps.takedown.place import Name, Removal, Traces, values
from refvps.tombstones import bury


class ReleasePlace:
    """See ``Place``."""

    rank = 30

    def restore(self, folder: Path) -> None:
        """Put a release back that was being exchanged for one without some clips."""
        restore(folder)

    def recognises(self, folder: Path) -> bool:
        """Return whether it holds a release."""
        return (folder / HEADER).is_file() and (folder / META_EXPRESSIONS).is_file()

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:
        """Return all clips of the same video or post, and the post."""
        release = open_release(folder)
        found: set[Name] = set()
        lines = _lines(folder)
        wanted = values(names, "clip") & release.videos.keys()
        videos = {release.videos[clip].video or clip for clip in wanted}
        for clip, entry in release.videos.items():
            line = lines.get(clip, {})
            own = _names(clip, line)
            if (entry.video or clip) in videos or own & names:
                found |= own
        return found

    def traces(self, folder: Path, names: Set[Name]) -> Traces:
        """Return ids, texts and files that no other clip has."""
        release = open_release(folder)
        gone = values(names, "clip") & release.videos.keys()
        mine, others = _texts(release, gone), _texts(release, release.videos.keys() - gone)
        sums: dict[bool, set[str]] = {True: set(), False: set()}
        for name, digest in release.checksums.items():
            parts = name.split("/")
            if parts[0] in (FRAMES, ANNOTATIONS) and len(parts) > 2:
                sums[parts[1] in gone].add(digest)
        lines = _lines(folder)
        ids = {name.value for clip in gone for name in _names(clip, lines.get(clip, {}))}
        urls = {str(lines[clip]["url"]) for clip in gone if lines.get(clip, {}).get("url")}
        return Traces(frozenset(ids | urls | (mine - others)), frozenset(sums[True] - sums[False]))

    def remove(self, folder: Path, removal: Removal) -> str:
        """Take the clips out, raise the version, keep tombstones."""
        release = open_release(folder)
        gone = removal.values("clip") & release.videos.keys()
        _sweep(folder, removal.values("clip"))
        if not gone:
            _renew(release, removal)
            return ""
        stones = [bury("clip", clip, removal.reason, removal.at) for clip in sorted(gone)]
        stones += [
            bury("candidate", each, removal.reason, removal.at)
            for each in sorted(removal.values("candidate"))
        ]
        now = without_clips(folder, gone, stones)
        _renew(now, removal)
        return f"{len(gone)} clips taken out, version {release.version} is now {now.version}"


def load() -> ReleasePlace:
    """Return the place."""
    return ReleasePlace()


def _renew(release: Release, removal: Removal) -> None:
    """Tell what follows from the release what it is now, also after an earlier removal."""
    for digest in release.header.rest_of:
        removal.renewed[digest] = (release.version, release.digest)


def _sweep(folder: Path, clips: Set[str]) -> None:
    """Delete what an earlier removal, killed half-way, left of these clips beside the release."""
    for path in folder.resolve().parent.glob(f"{TEMPORARY_PREFIX}*"):
        if any((path / kind / clip).exists() for kind in (FRAMES, ANNOTATIONS) for clip in clips):
            shutil.rmtree(path, ignore_errors=True)


def _names(clip: str, line: Mapping[str, Any]) -> set[Name]:
    found = {Name("clip", clip)}
    if line.get("platform") and line.get("video_id"):
        found.add(Name("candidate", f"{line['platform']}:{line['video_id']}"))
    if line.get("sha256_media"):
        found.add(Name("media", str(line["sha256_media"])))
    return found


def _texts(release: Release, clips: Set[str]) -> set[str]:
    return {entry.exp for clip in clips for entry in release.videos[clip].expressions.values()}


def _lines(folder: Path) -> dict[str, Mapping[str, Any]]:
    lines = read_json_lines(folder / PROVENANCE)
    return {str(line.get("clip_id")): line for line in lines}
