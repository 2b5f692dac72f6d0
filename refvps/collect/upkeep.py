"""Upkeep: which posts are still there, whether files are what they were, and getting them again."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from refvps.collect import folder as places
from refvps.collect.attempts import later
from refvps.collect.digests import file_digest
from refvps.collect.fetch.client import Fetcher
from refvps.collect.fetch.failures import DAY
from refvps.collect.fetch.job import Job
from refvps.collect.store.record import Record
from refvps.collect.store.records import Candidate, Fetched, Media
from refvps.collect.store.store import Store

DEAD = frozenset({"gone", "private"})
"""What a post is when its author took it back. A block looks different and never counts."""


@dataclass(frozen=True, slots=True)
class Liveness(Record):
    """What a post is: "alive", "gone", "private", or a class of failure that says neither."""

    TABLE: ClassVar[str] = "liveness"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id",)

    candidate_id: str
    state: str
    since: str
    checked_at: str


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a stored file is: "whole", "missing" or "changed"; or "fetched" or "different" again."""

    media_id: str
    candidate_id: str
    state: str
    text: str = ""


def check_liveness(store: Store, fetcher: Fetcher) -> Iterator[Liveness]:
    """Look whether each fetched post is still there; what it is, and since when, is stored."""
    for fetched in store.all(Fetched):
        candidate = store.get(Candidate, candidate_id=fetched.candidate_id)
        if candidate is None or candidate.url.startswith("file:"):
            continue
        state = fetcher.do(Job("look", candidate.url)).error_class or "alive"
        before = store.get(Liveness, candidate_id=candidate.candidate_id)
        same = before is not None and before.state == state
        since = before.since if same and before else store.now()
        found = Liveness(candidate.candidate_id, state, since, store.now())
        with store.transaction():
            store.put(found)
            if not same:
                store.log("liveness", state, candidate.candidate_id)
        yield found


def proposed_removals(store: Store, grace_days: int) -> tuple[Liveness, ...]:
    """Return the posts that have been gone or private for longer than a grace period."""
    return tuple(
        found
        for found in store.all(Liveness)
        if found.state in DEAD and later(found.since, grace_days * DAY) <= store.now()
    )


def check_files(store: Store) -> Iterator[FileCheck]:
    """Read every stored file and compare its digest."""
    for media in store.all(Media):
        path = places.media_path(store.folder, media)
        owner = store.get(Fetched, media_id=media.media_id)
        name = owner.candidate_id if owner else ""
        if not path.is_file():
            yield FileCheck(media.media_id, name, "missing")
        elif file_digest(path) != media.media_id:
            yield FileCheck(media.media_id, name, "changed", f"{path}: digest differs")
        else:
            yield FileCheck(media.media_id, name, "whole")


def fetch_again(store: Store, fetcher: Fetcher, check: FileCheck) -> FileCheck:
    """Download a missing or changed file again; only the same bytes take its place."""
    candidate = store.get(Candidate, candidate_id=check.candidate_id)
    media = store.get(Media, media_id=check.media_id)
    if candidate is None or media is None or candidate.url.startswith("file:"):
        return FileCheck(check.media_id, check.candidate_id, check.state, "cannot be fetched again")
    target = places.download_folder(store.folder, candidate.candidate_id)
    target.mkdir(parents=True, exist_ok=True)
    try:
        answer = fetcher.do(Job("download", candidate.url, str(target)))
        if answer.error_class:
            text = f"{answer.error_class}: {answer.message}"
            return FileCheck(media.media_id, candidate.candidate_id, check.state, text)
        return _compared(store, media, candidate, Path(answer.path))
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _compared(store: Store, media: Media, candidate: Candidate, path: Path) -> FileCheck:
    from refvps import atomic

    found = file_digest(path)
    if found != media.media_id:
        text = f"the platform now gives other bytes: {path.stat().st_size}, expected {media.bytes}"
        return FileCheck(media.media_id, candidate.candidate_id, "different", text)
    with atomic.new_file(places.media_path(store.folder, media)) as temporary:
        path.replace(temporary)
    return FileCheck(media.media_id, candidate.candidate_id, "fetched")
