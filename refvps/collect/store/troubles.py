"""What SQLite and the system cannot do, in one line each: a full disk, a read-only folder."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from refvps.errors import CollectError, DataError

NO_ROOM = "no room is left on the disk; make room and run the same command again; nothing is lost"
READ_ONLY = "cannot be written: the file or its folder is read-only"
LOCKED = "another process keeps it locked; close that one, or wait, and run the same command again"
DAMAGED = "is no collection store, or is damaged"

_BY_CODE = {
    sqlite3.SQLITE_FULL: NO_ROOM,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened: SQLite writes beside it, and the folder is missing or read-only"
    ),
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: "cannot be read or written",
}

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where there is no room for a file."""

_BY_ERRNO = {
    **dict.fromkeys(FULL, NO_ROOM),
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
}


def says_read_only(error: CollectError) -> bool:
    """Return whether an error says that nothing can be written there."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        return _BY_ERRNO.get(cause.errno or 0) == READ_ONLY
    code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
    return code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


@contextmanager
def of_the_store(path: Path) -> Iterator[None]:
    """Say in one line what SQLite could not do with a file; mistakes of ours pass through.

    Raises:
        CollectError: what, and what to do.
        DataError: the file is damaged.
    """
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the kind; the others say more of it.
        text = _BY_CODE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        if text is None:
            raise
        if text == DAMAGED:
            raise DataError(path, f"{DAMAGED}: {error}; restore it from a copy") from error
        said = "" if text in {NO_ROOM, READ_ONLY} else f" ({error})"
        raise CollectError(f"{path}: {text}{said}") from error


@contextmanager
def of_the_system(folder: Path) -> Iterator[None]:
    """Say in one line what the system does not allow in a folder; mistakes of ours pass through.

    Raises:
        CollectError: what, and what to do.
    """
    try:
        yield
    except OSError as error:
        text = _BY_ERRNO.get(error.errno or 0)
        if text is None:
            raise
        raise CollectError(f"{error.filename or folder}: {text}") from error
