"""A list of addresses: text, CSV with a header, or JSON lines."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, found_at
from refvps.errors import DataError

PAGE = 100


class UrlOptions(BaseModel):
    """Options of ``urls``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: str


@dataclass(frozen=True, slots=True)
class UrlList:
    """Reads ``url``, ``concept`` and ``query`` of each line."""

    path: Path

    @property
    def basis(self) -> str:
        """See ``Source.basis``."""
        return "addresses that the operator chose"

    def page(self, cursor: str | None) -> Page:
        """See ``Source.page``."""
        start = int(cursor or 0)
        found = tuple(_found(row, self.path, line) for line, row in self._rows())
        last = start + PAGE
        return Page(found[start:last], str(last) if last < len(found) else None)

    def _rows(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        try:
            text = self.path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(self.path, f"cannot be read as UTF-8 text: {error}") from error
        lines = text.splitlines()
        if self.path.suffix == ".csv":
            for number, row in enumerate(csv.DictReader(lines), 2):
                yield number, row
            return
        for number, line in enumerate(lines, 1):
            stripped = line.strip()
            if stripped and not stripped.startswith("#"):
                yield number, self._row(number, stripped)

    def _row(self, number: int, line: str) -> Mapping[str, Any]:
        if self.path.suffix != ".jsonl":
            return {"url": line}
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(self.path, f"line {number}: not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(self.path, f"line {number}: expected an object; found {line[:40]}")
        return row


def load(options: Mapping[str, Any], context: SourceContext) -> UrlList:
    """Return the source ``urls``."""
    return UrlList(context.base / checked(UrlOptions, options, "source urls").file)


def _found(row: Mapping[str, Any], path: Path, line: int) -> Found:
    url = str(row.get("url") or "").strip()
    if not url.startswith(("http://", "https://")):
        raise DataError(path, f"line {line}: expected a url that starts with http; found {url!r}")
    return found_at(url, concept=row.get("concept") or None, query=str(row.get("query") or ""))
