"""The store itself: one SQLite file, opened, brought to this version, read and written."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from refvps.collect.store.as_it_is import COPY_IT, address_as_it_is
from refvps.collect.store.record import Record, columns, record_from
from refvps.collect.store.schema import MIGRATIONS
from refvps.collect.store.troubles import NO_ROOM, of_the_store
from refvps.errors import CollectError, DataError

FILE_NAME = "collection.sqlite"
BUSY_SECONDS = 60.0
APPLICATION_ID = 0x52565043  # "RVPC": tells this file from any other SQLite file

_IN_USE = (
    "the collection is open in another process, so traces cannot be wiped; close it (the triage "
    "page, say) and run the same command again"
)

R = TypeVar("R", bound=Record)


def utc_now() -> str:
    """Return the time of day, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """The rows of a collection, and the log of everything that changed.

    Readers are never kept waiting, and writers wait for one another: every change happens in
    ``transaction``, whole or not at all, also if the process is killed. What is to be done in
    long work is computed before a transaction, not in it.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], str] = utc_now, read_only: bool = False
    ) -> None:
        """Open the store of a collection's folder, made if it is not there.

        Args:
            folder: the folder of the collection.
            now: the clock.
            read_only: whether it lies where nothing can be written, beside it neither.

        Raises:
            DataError: the file is no collection store, is damaged, or was written by a newer
                version.
            CollectError: it is read-only, locked, or the disk is full; or read-only was said, and
                it cannot be read without being written.
        """
        self.folder = folder
        self.now = now
        self._depth = 0
        self._path = path = folder / FILE_NAME
        try:
            if not read_only:
                folder.mkdir(parents=True, exist_ok=True)
            # Lent from thread to thread by servers, one at a time; SQLite itself allows that.
            self._connection = sqlite3.connect(
                address_as_it_is(path) if read_only else path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                uri=read_only,
            )
        except (OSError, sqlite3.Error) as error:
            raise DataError(path, f"cannot be opened: {error}") from error
        self._connection.row_factory = sqlite3.Row
        try:
            with of_the_store(path):
                self._require_current(path) if read_only else self._prepare(path)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file; what was committed is kept."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the changes of the block one: all are kept when it ends well, else none.

        A block within a block belongs to the outer one.
        """
        if self._depth == 0:
            self.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._depth == 1 and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self._depth -= 1

    def put(self, *records: Record) -> None:
        """Insert records; where one of the same key is there, the new one takes its place."""
        with self.transaction():
            for record in records:
                self._insert(record, replace=True)

    def add(self, record: Record) -> bool:
        """Insert a record unless one of its key is there; return whether it was inserted."""
        with self.transaction():
            return self._insert(record, replace=False) > 0

    def replace(self, kind: type[R], records: Iterable[R], /, **where: Any) -> None:  # noqa: ANN401 - values of columns
        """Put records in the place of all those of a table that match, in one change."""
        with self.transaction():
            self.delete(kind, **where)
            self.put(*records)

    def delete(self, kind: type[Record], /, **where: Any) -> int:  # noqa: ANN401 - values of columns
        """Delete the rows that match and return how many; not those kept for ever."""
        condition, values = _condition(where)
        with self.transaction():
            return self.execute(f"DELETE FROM {kind.TABLE}{condition}", values).rowcount  # noqa: S608 - names are ours

    def get(self, kind: type[R], /, **key: Any) -> R | None:  # noqa: ANN401 - values of columns
        """Return the first record that matches, or None."""
        return next(iter(self.all(kind, **key)), None)

    def all(self, kind: type[R], /, **where: Any) -> tuple[R, ...]:  # noqa: ANN401 - values of columns
        """Return the records that match, in the order of their keys."""
        condition, values = _condition(where)
        order = ", ".join(kind.KEY)
        sql = f"SELECT * FROM {kind.TABLE}{condition} ORDER BY {order}"  # noqa: S608 - names are ours
        return tuple(record_from(kind, row) for row in self.execute(sql, values))

    def execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Run one statement; changes belong in ``transaction``.

        Raises:
            CollectError: the disk is full, the file read-only, locked or damaged.
        """
        with of_the_store(self._path):
            return self._connection.execute(sql, tuple(values))

    def log(self, actor: str, action: str, subject: str, **detail: Any) -> None:  # noqa: ANN401 - JSON
        """Append to the log of changes, in the transaction of the change itself."""
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        values = (self.now(), actor, action, subject, text)
        with self.transaction():
            self.execute(
                "INSERT INTO event (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
                values,
            )

    def wipe(self) -> None:
        """Rewrite the file and empty its log, so that nothing deleted is left in either.

        Raises:
            CollectError: another process reads or writes at this moment.
        """
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try:
            self._connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise CollectError(f"{self._path}: {NO_ROOM}") from error
            raise CollectError(_IN_USE) from error
        if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise CollectError(_IN_USE)

    def meta(self, key: str) -> str:
        """Return a fact about the whole collection: ``salt``, ``created`` or ``version``."""
        row = self.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row["value"])

    def _insert(self, record: Record, *, replace: bool) -> int:
        values = columns(record)
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        rest = [name for name in values if name not in record.KEY]
        update = ", ".join(f"{name} = excluded.{name}" for name in rest)
        then = f"DO UPDATE SET {update}" if replace and rest else "DO NOTHING"
        sql = (
            f"INSERT INTO {record.TABLE} ({names}) VALUES ({marks}) "  # noqa: S608 - names are ours
            f"ON CONFLICT ({', '.join(record.KEY)}) {then}"
        )
        return self.execute(sql, values.values()).rowcount

    def _prepare(self, path: Path) -> None:
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA synchronous = FULL")
        if self._version(path) == len(MIGRATIONS):
            return  # opening writes nothing, so that nobody waits for it
        with self.transaction():
            version = self._version(path)
            for script in MIGRATIONS[version:]:
                _run_script(self._connection, script)
            if version == 0:
                facts = {"salt": secrets.token_hex(16), "created": self.now(), "version": "1"}
                self._connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
                self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _require_current(self, path: Path) -> None:
        if self._version(path) != len(MIGRATIONS):
            raise CollectError(f"{path}: was written by an older refvps; {COPY_IT}")

    def _version(self, path: Path) -> int:
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        mark = int(self._connection.execute("PRAGMA application_id").fetchone()[0])
        used = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if used and mark != APPLICATION_ID:
            raise DataError(path, "is an SQLite file, but no collection store; name another folder")
        if version > len(MIGRATIONS):
            raise DataError(
                path,
                f"was written by a newer refvps: version {version}, expected at most "
                f"{len(MIGRATIONS)}; upgrade refvps",
            )
        return version


def _condition(where: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    if not where:
        return "", ()
    parts = " AND ".join(f"{name} IS ?" for name in where)
    return f" WHERE {parts}", tuple(where.values())


def _run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: ``executescript`` would commit the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
