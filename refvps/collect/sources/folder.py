"""Videos that are on this machine already."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from refvps.collect.config import checked
from refvps.collect.digests import file_digest
from refvps.collect.sources.source import LOCAL, Found, Page, SourceContext
from refvps.errors import DataError

SUFFIXES = {".mp4", ".mov", ".m4v", ".webm", ".mkv"}


class FolderOptions(BaseModel):
    """Options of ``folder``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: str
    concept_folders: bool = False
    """Whether the name of each file's folder is its concept."""


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """Every video file below a folder, known by its content."""

    root: Path
    concept_folders: bool

    @property
    def basis(self) -> str:
        """See ``Source.basis``."""
        return "files that the operator has"

    def page(self, cursor: str | None) -> Page:
        """See ``Source.page``; one file a page, since each is read to be known."""
        if not self.root.is_dir():
            raise DataError(self.root, "folder is missing")
        named = (p for p in self.root.rglob("*") if p.suffix.lower() in SUFFIXES)
        files = sorted(p for p in named if p.is_file())  # no pipe, which nobody may ever write to
        start = int(cursor or 0)
        found = tuple(self._found(path) for path in files[start : start + 1])
        return Page(found, str(start + 1) if start + 1 < len(files) else None)

    def _found(self, path: Path) -> Found:
        concept = path.parent.name if self.concept_folders else None
        try:
            name = file_digest(path)[:32]
        except OSError as error:
            raise DataError(path, f"cannot be read: {error.strerror or error}") from error
        return Found(LOCAL, name, path.resolve().as_uri(), concept, title=path.stem)


def load(options: Mapping[str, Any], context: SourceContext) -> LocalFolder:
    """Return the source ``folder``."""
    given = checked(FolderOptions, options, "source folder")
    return LocalFolder(context.base / given.path, given.concept_folders)
