"""What to write and where: formats by the suffix of a file, or a folder of several."""

from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError

FORMATS = ("csv", "markdown", "latex", "html")

SUFFIXES = {
    ".csv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".htm": "html",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write.

    Attributes:
        path: a file, or a folder.
        formats: one for a file; at least one for a folder.
        folder: which of the two ``path`` is.
    """

    path: Path
    formats: tuple[str, ...]
    folder: bool


def choose_target(path: Path, formats: tuple[str, ...]) -> Target:
    """Return where to write what.

    Args:
        path: a file whose suffix names its format, or a folder: one that exists, or a name
            without a suffix.
        formats: formats that the user named; for a folder all of them by default.

    Raises:
        ConfigError: the suffix says nothing and no format was named, or several go to one file.
    """
    if path.is_dir() or not path.suffix:
        return Target(path, formats or FORMATS, folder=True)
    if len(formats) > 1:
        raise ConfigError(f"{path}: one file takes one --format; name a folder for several")
    chosen = formats[0] if formats else SUFFIXES.get(path.suffix.lower())
    if chosen is None:
        known = ", ".join(SUFFIXES)
        raise ConfigError(
            f"{path}: the suffix {path.suffix!r} names no format; use one of {known}, "
            "a folder, or say --format"
        )
    return Target(path, (chosen,), folder=False)
