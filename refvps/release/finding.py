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
    return Finding("error", _on_one_line(path), code, _on_one_line(message))


def warning(path: str, code: str, message: str) -> Finding:
    """Return a finding that may be meant."""
    return Finding("warning", _on_one_line(path), code, _on_one_line(message))


def _on_one_line(text: str) -> str:
    """Escape line breaks, control characters and undecodable bytes: names may hold any of them."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
