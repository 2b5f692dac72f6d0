"""What a check of a release found."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong, or odd, in a release.

    Attributes:
        severity: an error breaks the format; a warning may be meant.
        path: the file or folder below the release, ``/`` between folders.
        code: a short name of the kind of finding, stable between versions.
        message: what was expected and what was found.
    """

    severity: Severity
    path: str
    code: str
    message: str

    def __str__(self) -> str:
        """Return the finding on one line."""
        return f"{self.severity}: {self.path}: {self.message} [{self.code}]"


def error(path: str, code: str, message: str) -> Finding:
    """Return a finding that breaks the format."""
    return Finding("error", path, code, message)


def warning(path: str, code: str, message: str) -> Finding:
    """Return a finding that may be meant."""
    return Finding("warning", path, code, message)
