"""Fetching: a candidate's address becomes a file known by its digest; one at a time."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from refvps import atomic
from refvps.collect import attempts
from refvps.collect import folder as places
from refvps.collect.attempts import Failure
from refvps.collect.digests import file_digest, value_digest
from refvps.collect.fetch.client import Fetcher
from refvps.collect.fetch.failures import CLASSES
from refvps.collect.fetch.job import Answer, FetchOptions, Job
from refvps.collect.fetch.posted import Posted, posted
from refvps.collect.removal import is_removed
from refvps.collect.results import StageRow, put_result
from refvps.collect.sources.source import LOCAL
from refvps.collect.store.records import Candidate, Fetched, Media
from refvps.collect.store.store import Store
from refvps.collect.store.troubles import FULL
from refvps.collect.text_files import write_private
from refvps.errors import CollectError

STAGE = "fetch"
VERSION = 1
EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class FetchStep:
    """What became of a candidate: "ok", "excluded", "failed", "waiting" for a stopped host."""

    candidate_id: str
    status: str
    reason: str = ""
    bytes: int = 0


class Fetching:
    """Fetches candidates, and stops asking a host that blocks."""

    def __init__(
        self,
        store: Store,
        options: FetchOptions,
        fetcher: Fetcher,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Fetch into a store's folder.

        Args:
            store: where candidates are.
            options: how to ask.
            fetcher: what asks.
            sleep: waits between tries.
        """
        self._store, self._options, self._fetcher, self._sleep = store, options, fetcher, sleep
        self._in_a_row: dict[str, int] = {}
        self._stopped: dict[str, str] = {}

    def run(self, candidates: tuple[Candidate, ...]) -> Iterator[FetchStep]:
        """Fetch candidates, yielding what became of each.

        Raises:
            CollectError: the disk is full; everything fetched is kept.
        """
        for candidate in candidates:
            host = _host(candidate)
            if host in self._stopped:
                yield FetchStep(candidate.candidate_id, "waiting", self._stopped[host])
                continue
            yield self._fetch(candidate, host)

    def _fetch(self, candidate: Candidate, host: str) -> FetchStep:
        for attempt in range(self._options.tries):
            if attempt:
                self._sleep(self._options.retry_wait * 2 ** (attempt - 1))
            answer = self._try(candidate)
            if not answer.error_class or answer.error_class == EXCLUDED:
                self._in_a_row[host] = 0
                return self._kept(candidate, answer)
            kind = CLASSES[answer.error_class]
            if not kind.again:
                break
        self._count(host, answer)
        if kind.reach == "run":
            raise CollectError(f"{answer.message}; {kind.advice}")
        failure = attempts.record_failure(self._store, candidate.candidate_id, STAGE, answer)
        if failure.final:
            row = StageRow(
                candidate.candidate_id, STAGE, VERSION, *_identity(candidate, self._options)
            )
            put_result(self._store, row, "failed", failure.error_class, {})
        return FetchStep(candidate.candidate_id, "failed", answer.error_class)

    def _try(self, candidate: Candidate) -> Answer:
        number = attempts.begin(self._store, candidate.candidate_id, STAGE)
        target = places.download_folder(self._store.folder, candidate.candidate_id)
        target.mkdir(parents=True, exist_ok=True)
        if candidate.url.startswith("file:"):
            answer = _copied(candidate, target)
        else:
            answer = self._fetcher.do(Job("download", candidate.url, str(target)))
        attempts.end(self._store, number, answer)
        return answer

    def _count(self, host: str, answer: Answer) -> None:
        kind = CLASSES[answer.error_class]
        self._in_a_row[host] = self._in_a_row.get(host, 0) + 1 if kind.counts else 0
        if kind.reach == "host":
            self._stopped[host] = kind.name
        elif self._in_a_row[host] >= self._options.breaker:
            self._stopped[host] = f"{self._in_a_row[host]} failures in a row: {kind.name}"

    def _kept(self, candidate: Candidate, answer: Answer) -> FetchStep:
        store, name = self._store, candidate.candidate_id
        row = StageRow(name, STAGE, VERSION, *_identity(candidate, self._options))
        downloads = places.download_folder(store.folder, name)
        reason = answer.message if answer.error_class else ""
        media = None if reason else _media(Path(answer.path))
        if media is not None and _is_buried(store, media, posted(answer.info)):
            reason = "removed"
        if media is None or reason:
            shutil.rmtree(downloads, ignore_errors=True)
            with store.transaction():
                store.delete(Failure, candidate_id=name, stage=STAGE)
                put_result(store, row, "excluded", reason, {})
            return FetchStep(name, "excluded", reason)
        _move(Path(answer.path), places.media_path(store.folder, media))
        if answer.info:
            write_private(places.video_info_path(store.folder, name), answer.info)
        with store.transaction():
            store.put(media, _fetched(candidate, media, answer, self._tool(candidate), store.now()))
            store.delete(Failure, candidate_id=name, stage=STAGE)
            put_result(store, row, "ok", "", {"bytes": media.bytes})
        shutil.rmtree(downloads, ignore_errors=True)
        return FetchStep(name, "ok", "", media.bytes)

    def _tool(self, candidate: Candidate) -> str:
        return "copy" if candidate.url.startswith("file:") else self._fetcher.tool()


def to_fetch(
    store: Store, options: FetchOptions, retry: frozenset[str] = frozenset()
) -> tuple[Candidate, ...]:
    """Return the candidates that are to be fetched now, in the order they were listed.

    Left out: what is there, what was excluded by the same options, and failures that are final
    or have to wait, unless their class is in ``retry``.
    """
    rows = store.execute("SELECT candidate_id FROM candidate ORDER BY source_run_id, place")
    found = []
    for (name,) in rows.fetchall():
        candidate = store.get(Candidate, candidate_id=name)
        if candidate is not None and _is_open(store, candidate, options, retry):
            found.append(candidate)
    return tuple(found)


def _is_open(
    store: Store, candidate: Candidate, options: FetchOptions, retry: frozenset[str]
) -> bool:
    name = candidate.candidate_id
    failure = store.get(Failure, candidate_id=name, stage=STAGE)
    if failure is not None:
        waits = failure.final or failure.not_before > store.now()
        return failure.error_class in retry or not waits
    result = store.get(StageRow, candidate_id=name, stage=STAGE)
    if result is None:
        return True
    return result.status == "excluded" and result.config_hash != _identity(candidate, options)[0]


def _identity(candidate: Candidate, options: FetchOptions) -> tuple[str, str]:
    chosen = (options.format, options.format_sort, options.least_seconds, options.most_seconds)
    return value_digest(chosen), value_digest(candidate.url)


def _host(candidate: Candidate) -> str:
    return candidate.platform if candidate.platform != "web" else urlsplit(candidate.url).netloc


def _is_buried(store: Store, media: Media, found: Posted) -> bool:
    """Return whether file, post or author were removed: an address alone may name none of them."""
    names = [("media", media.media_id), ("candidate", found.post)]
    names += [("author", author) for author in found.authors]
    return any(is_removed(store, kind, name) for kind, name in names if name)  # type: ignore[arg-type]


def _copied(candidate: Candidate, target: Path) -> Answer:
    if candidate.platform != LOCAL:
        return Answer("unsupported_url", "names a file of this machine; only a folder's videos may")
    source = Path(os.fsdecode(unquote_to_bytes(urlsplit(candidate.url).path)))
    try:
        copy = shutil.copyfile(source, target / f"media{source.suffix.lower()}")
    except FileNotFoundError:
        return Answer("gone", f"{source}: file is missing")
    except OSError as error:
        full = error.errno in FULL
        return Answer("disk" if full else "unknown", f"{source}: {error.strerror}")
    return Answer(path=str(copy))


def _media(path: Path) -> Media:
    return Media(file_digest(path), path.stat().st_size, path.suffix.lower())


def _move(path: Path, target: Path) -> None:
    with atomic.new_file(target) as temporary:
        path.replace(temporary)


def _fetched(candidate: Candidate, media: Media, answer: Answer, tool: str, now: str) -> Fetched:
    info, by = answer.info, posted(answer.info)
    return Fetched(
        candidate.candidate_id,
        media.media_id,
        str(info.get("format_id", "")),
        info.get("width"),
        info.get("height"),
        tool,
        now,
        by.post,
        by.authors,
    )
