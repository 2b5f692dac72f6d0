"""A collection opened for work: one run at a time, after a kill nothing left half-done."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from refvps.atomic import TEMPORARY_PREFIX
from refvps.collect import attempts
from refvps.collect.folder import LOCK, file_name
from refvps.collect.removal import finish_removals
from refvps.collect.store.records import Candidate, Fetched, Media
from refvps.collect.store.store import FILE_NAME, Store
from refvps.collect.store.troubles import of_the_system, says_read_only
from refvps.errors import CollectError, DataError

BY_MEDIA = ("media", "pts", "previews", "curves")


def open_store(folder: Path) -> Store:
    """Open the store of a collection that is there.

    Raises:
        DataError: there is none.
    """
    if not (folder / FILE_NAME).is_file():
        raise DataError(folder, "holds no collection; `refvps collect run` makes one")
    return Store(folder)


def open_to_read(folder: Path) -> Store:
    """Open the store of a collection that is there; on a disk that is read-only as well.

    Raises:
        DataError: there is none.
        CollectError: it cannot be read without being written.
    """
    try:
        return open_store(folder)
    except CollectError as error:
        if not says_read_only(error):
            raise
        return Store(folder, read_only=True)


@contextmanager
def working_or_reading(folder: Path) -> Iterator[Store]:
    """Open a collection as ``working`` does, and where nothing can be written, to read it.

    Raises:
        CollectError: see ``working`` and ``open_to_read``.
    """
    with ExitStack() as stack:
        try:
            store = stack.enter_context(working(folder))
        except CollectError as error:
            if not says_read_only(error):
                raise
            store = stack.enter_context(open_to_read(folder))
        yield store


@contextmanager
def working(folder: Path) -> Iterator[Store]:
    """Open a collection, new or not, for the one process that changes its files.

    What a killed run left is cleared first: attempts that never ended, removals that were not
    finished, files that no row names.

    Raises:
        CollectError: another run is at work in the folder, the disk is full, or the folder is
            read-only.
    """
    with of_the_system(folder), _locked(folder), Store(folder) as store:
        attempts.mark_interrupted(store)
        finish_removals(store)
        sweep(store)
        yield store


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CollectError(f"{folder}: another run is at work here; wait for it") from None
        yield


def sweep(store: Store) -> int:
    """Delete files that no row names: what was written and never recorded; return how many."""
    media = {found.media_id for found in store.all(Media)}
    fetched = {file_name(found.candidate_id) for found in store.all(Fetched)}
    candidates = {file_name(found.candidate_id) for found in store.all(Candidate)}
    stray = list(store.folder.rglob(f"{TEMPORARY_PREFIX}*"))
    for name in BY_MEDIA:
        files = (store.folder / name).glob("*/*")
        stray += [path for path in files if path.stem not in media]
    for path in (store.folder / "private").glob("*.json"):
        owner = path.name.removesuffix(".json").removesuffix(".video")
        known = fetched if path.name.endswith(".video.json") else candidates
        stray += [path] if owner not in known else []
    downloads = (store.folder / "downloads").glob("*")
    stray += [path for path in downloads if path.name not in candidates - fetched]
    for path in stray:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(stray)
