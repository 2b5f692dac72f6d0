"""Small records of a collection, and all that a collection holds."""

import hashlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from refvps.collect.store.records import Candidate, Concept, SourceRun

CLOCK = "2026-01-02T03:04:05Z"


def concept(concept_id: str = "melting") -> Concept:
    return Concept(concept_id, concept_id, ("temporal object changes",), "Something melts.")


def source_run(source_run_id: str = "run") -> SourceRun:
    return SourceRun(source_run_id, "list", "urls", "00", "test", CLOCK)


def candidate(native_id: str, concept_id: str = "melting", url: str = "") -> Candidate:
    return Candidate(
        candidate_id=f"test:{native_id}",
        platform="test",
        native_id=native_id,
        url=url or f"https://example.org/{native_id}",
        concept_id=concept_id,
        source_run_id="run",
        place=0,
        first_seen=CLOCK,
    )


CLOCKS = {
    "candidate": {"first_seen"},
    "event": {"at"},
    "failure": {"not_before", "first_failed"},
    "fetched": {"fetched_at"},
    "meta": {"value"},
    "source_run": {"started", "finished"},
    "stage_result": {"ended"},
}
"""Columns that hold the time of day, and the salt and the day in ``meta``."""

LOGS = {"attempt", "sqlite_sequence"}
"""Tables that say how often something was tried, and what their numbers have reached."""


def everything_stored(
    folder: Path, without: Mapping[str, set[str]] = MappingProxyType({})
) -> dict[str, list[tuple]]:
    """Every row of every table but the logs, without some columns."""
    connection = sqlite3.connect(folder / "collection.sqlite")
    connection.row_factory = sqlite3.Row
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    tables = {row[0] for row in connection.execute(sql)} - LOGS
    found = {
        table: [
            tuple(row[name] for name in row.keys() if name not in without.get(table, ()))  # noqa: SIM118 - a row is no dict
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]
        for table in sorted(tables - {"purging"})
    }
    connection.close()
    return found


def collection_files(folder: Path) -> dict[str, str]:
    """The digest of every file but the database, its log and the lock."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("collection.sqlite", "run.lock"))
    }
