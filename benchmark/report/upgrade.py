"""Reads what older versions wrote: each schema of a record is brought to the next, one step."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from refvps.errors import DataError

FAMILY = "refvps-record"
NEWEST = 3
"""The schema that this version writes."""

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _with_contours(document: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 holds F; in one of schema 1 it was not computed. What is malformed stays so."""
    rows, summary = document.get("rows"), document.get("summary")
    if not isinstance(rows, list) or not isinstance(summary, dict):
        return document
    named = {
        part: [{**item, "f": None} if isinstance(item, dict) else item for item in summary[part]]
        for part in ("groups", "concepts")
        if isinstance(summary.get(part), list)
    }
    return {
        **document,
        "summary": {**summary, **named, "f": None, "j_and_f": None},
        "rows": [
            {**row, "f": None, "contours": None} if isinstance(row, dict) else row for row in rows
        ],
    }


def _with_targets(document: dict[str, Any]) -> dict[str, Any]:
    """Schema 3 holds other targets and partial annotation; no rule before knew of either."""
    rows, summary = document.get("rows"), document.get("summary")
    if not isinstance(rows, list) or not isinstance(summary, dict):
        return document
    more: dict[str, Any] = {"exhaustive": None, "matched": None, "others": []}
    return {
        **document,
        "summary": {**summary, "exhaustive": None, "sets": None},
        "rows": [{**row, **more} if isinstance(row, dict) else row for row in rows],
    }


STEPS: dict[int, Step] = {1: _with_contours, 2: _with_targets}
"""How a record of schema N becomes one of N + 1, without its digest."""

_SCHEMA = re.compile(rf"{FAMILY}/([1-9][0-9]{{0,5}})")


def upgrade(
    path: Path, document: dict[str, Any], *, newest: int = NEWEST, steps: dict[int, Step] = STEPS
) -> dict[str, Any]:
    """Return a record's JSON in the newest schema.

    Args:
        path: names the record in errors.
        document: the JSON as it was written, without its digest; not changed.
        newest: the schema to arrive at.
        steps: by schema number, what makes the next one of it.

    Raises:
        DataError: it is no record, or a newer version wrote it.
    """
    stated = document.get("schema")
    found = _SCHEMA.fullmatch(stated) if isinstance(stated, str) else None
    if found is None:
        raise DataError(path, "not a record of refvps-eval: it names no schema refvps-record/N")
    number = int(found[1])
    if number > newest:
        raise DataError(
            path,
            f"was written by a newer refvps ({stated}; this one reads up to {FAMILY}/{newest}): "
            "pip install --upgrade refvps",
        )
    for step in range(number, newest):
        document = {**steps[step](document), "schema": f"{FAMILY}/{step + 1}"}
    return document
