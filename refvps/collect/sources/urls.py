"""A list of addresses: text, CSV with a header, or JSON lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, found_at
from refvps.collect.text_files import lines, objects, rows
from refvps.errors import CollectError, DataError

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
        if self.path.suffix == ".csv":
            return rows(self.path)
        if self.path.suffix == ".jsonl":
            return objects(self.path)
        return ((n, {"url": line}) for n, line in lines(self.path) if not line.startswith("#"))


def load(options: Mapping[str, Any], context: SourceContext) -> UrlList:
    """Return the source ``urls``."""
    return UrlList(context.base / checked(UrlOptions, options, "source urls").file)


def _found(row: Mapping[str, Any], path: Path, line: int) -> Found:
    url, query = str(row.get("url") or "").strip(), str(row.get("query") or "")
    try:
        return found_at(url, concept=row.get("concept") or None, query=query)
    except CollectError as error:
        raise DataError(path, f"line {line}: {error.message}") from None
