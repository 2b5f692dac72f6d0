"""Removal: who or what is never collected again, and how every trace of a candidate goes.

Only salted digests are kept of what was removed, so that the list itself names nobody.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from refvps import atomic
from refvps.collect import folder as places
from refvps.collect.fetch.posted import author_name
from refvps.collect.sources.source import found_at
from refvps.collect.store.record import Record
from refvps.collect.store.records import Candidate, Clip, Export, Fetched, Media
from refvps.collect.store.store import Store
from refvps.errors import CollectError
from refvps.tombstones import salted

Kind = Literal["candidate", "author", "media"]

_PLATFORM = re.compile(r"[a-z0-9]+")
_PROFILE = re.compile(r"https?://(?:www\.|m\.)?tiktok\.com/@([\w.-]+)/?(?:\?.*)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Removal(Record):
    """A tombstone: a salted digest, why, and when; ``done_at`` is empty while files may be left."""

    TABLE: ClassVar[str] = "removal"
    KEY: ClassVar[tuple[str, ...]] = ("removal_id",)

    removal_id: str
    kind: Kind
    selector: str
    reason: str
    requested_at: str
    done_at: str | None = None


def selector(store: Store, kind: Kind, value: str) -> str:
    """Return the salted digest of what is removed."""
    return salted(store.meta("salt"), kind, value)


def is_removed(store: Store, kind: Kind, value: str) -> bool:
    """Return whether a candidate, an author (``platform:id``) or a file is never to come back."""
    return store.get(Removal, selector=selector(store, kind, value)) is not None


def remove(store: Store, kind: Kind, value: str, reason: str) -> int:
    """Remove a candidate, all of an author, or a file, for good; return how many candidates went.

    What shows the same file goes too. Killed half-way, it is ended by ``finish_removals``, with
    which every run starts.

    Raises:
        CollectError: it is no name, or another process has the store open, so its log cannot be
            emptied yet.
    """
    value = require_name(kind, value)
    with store.transaction():
        named = [c for c in store.all(Candidate) if value in _names(store, kind, c)]
        gone = _with_same_file(store, named)
        removals = {(kind, value)} | _all_names(store, "candidate", gone)
        removals |= _all_names(store, "media", gone)
        if kind == "author":  # by every id, so that no list brings any other post of theirs
            removals |= _all_names(store, "author", named)
        for each_kind, each in sorted(removals):
            _bury(store, each_kind, each, reason)  # type: ignore[arg-type]
    finish_removals(store)
    return len(gone)


def finish_removals(store: Store) -> None:
    """Delete what is left of everything whose removal was requested.

    Raises:
        CollectError: see ``remove``.
    """
    if store.get(Removal, done_at=None) is None:
        return
    gone = [c for c in store.all(Candidate) if is_removed(store, "candidate", c.candidate_id)]
    media = {m.media_id for m in store.all(Media) if is_removed(store, "media", m.media_id)}
    for candidate in gone:
        _delete_files(_files_of(store, candidate))
    for media_id in media:
        _delete_files(_files_of_media(store, media_id))
    with store.transaction():
        _delete_rows(store, gone, media)
        version = int(store.meta("version")) + 1
        store.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(version),))
    store.wipe()
    with store.transaction():
        store.execute("UPDATE removal SET done_at = ? WHERE done_at IS NULL", (store.now(),))
    write_removed(store)


def write_removed(store: Store) -> None:
    """Write ``removed.jsonl``, by which copies of a data set follow."""
    lines = [
        {"kind": r.kind, "selector": r.selector, "reason": r.reason, "done_at": r.done_at}
        for r in store.all(Removal)
    ]
    text = json.dumps({"salt": store.meta("salt"), "version": store.meta("version")}) + "\n"
    text += "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    atomic.write_text(store.folder / places.REMOVED, text)


def _bury(store: Store, kind: Kind, value: str, reason: str) -> None:
    digest = selector(store, kind, value)
    if store.add(Removal(digest[:24], kind, digest, reason, store.now())):
        store.log("removal", f"{kind} removed", digest[:24], reason=reason)
    else:
        store.execute("UPDATE removal SET done_at = NULL WHERE selector = ?", (digest,))


def _with_same_file(store: Store, first: list[Candidate]) -> list[Candidate]:
    media = _media_of(store, first)
    return [c for c in store.all(Candidate) if c in first or _media_of(store, [c]) & media]


def _all_names(store: Store, kind: Kind, gone: Iterable[Candidate]) -> set[tuple[str, str]]:
    return {(kind, name) for each in gone for name in _names(store, kind, each)}


def _names(store: Store, kind: Kind, candidate: Candidate) -> set[str]:
    """Return what a candidate, its author or its file is called, by its list or its platform."""
    fetched = store.get(Fetched, candidate_id=candidate.candidate_id)
    if kind == "media":
        found = {fetched.media_id} if fetched else set()
    elif kind == "candidate":
        found = {candidate.candidate_id, fetched.post if fetched else ""}
    else:
        told = author_name(candidate.platform, candidate.author)
        found = {told, *(fetched.authors if fetched else ())}
    return found - {""}


def _media_of(store: Store, candidates: Iterable[Candidate]) -> set[str]:
    rows = (store.get(Fetched, candidate_id=c.candidate_id) for c in candidates)
    return {row.media_id for row in rows if row is not None}


def _files_of(store: Store, candidate: Candidate) -> list[Path]:
    name = candidate.candidate_id
    found = [
        places.private_path(store.folder, name),
        places.video_info_path(store.folder, name),
        places.download_folder(store.folder, name),
    ]
    for clip in store.all(Clip, candidate_id=name):
        found += [
            places.clip_folder(store.folder, clip.clip_id, export.profile)
            for export in store.all(Export, clip_id=clip.clip_id)
        ]
        found += (store.folder / "clips").glob(f"*/{clip.clip_id}")
    return found


def _files_of_media(store: Store, media_id: str) -> list[Path]:
    media = store.get(Media, media_id=media_id)
    made = (places.pts_path, places.preview_path, places.curve_path)
    found = [path(store.folder, media_id) for path in made]
    return found + ([places.media_path(store.folder, media)] if media else [])


def _delete_files(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # only where nothing else is in it


def _delete_rows(store: Store, gone: Iterable[Candidate], media: Iterable[str]) -> None:
    subjects = {c.candidate_id for c in gone} | set(media)
    clips = (clip.clip_id for c in gone for clip in store.all(Clip, candidate_id=c.candidate_id))
    for subject in subjects | set(clips):
        store.execute("INSERT INTO purging VALUES (?)", (subject,))
        for table in ("event", "decision", "attempt", "score"):
            store.execute(f"DELETE FROM {table} WHERE subject = ?", (subject,))  # noqa: S608 - ours
    for candidate in gone:
        store.delete(Candidate, candidate_id=candidate.candidate_id)
    for media_id in media:
        store.delete(Media, media_id=media_id)
    store.execute("DELETE FROM purging")


def require_name(kind: Kind, value: str) -> str:
    """Return what is removed by the name that tombstones are made of; addresses will do.

    Raises:
        CollectError: it names nothing: a tombstone of it would keep nothing away.

    >>> require_name("candidate", "https://www.tiktok.com/@who/video/7123?lang=en")
    'tiktok:7123'
    >>> require_name("author", "https://www.tiktok.com/@who")
    'tiktok:who'
    """
    text, profile = value.strip(), _PROFILE.fullmatch(value.strip())
    if kind == "media":
        if not _DIGEST.fullmatch(text):
            raise CollectError(f"{value!r}: expected a file's SHA-256, 64 hexadecimal digits")
        return text
    if kind == "author" and profile:
        return author_name("tiktok", profile[1])
    if kind == "candidate" and text.startswith(("http://", "https://")):
        found = found_at(text)
        return f"{found.platform}:{found.native_id}"
    platform, separator, name = text.partition(":")
    if not (_PLATFORM.fullmatch(platform) and separator and name) or name.startswith("//"):
        raise CollectError(f"{value!r}: expected PLATFORM:ID, such as tiktok:7123, or an address")
    return author_name(platform, name) if kind == "author" else text
