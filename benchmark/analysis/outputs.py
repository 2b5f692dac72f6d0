"""The files an analysis is written to: checked before any work, written when all are made."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmark.analysis.analysis import Analysis, json_text
from benchmark.report.latex import format_latex
from benchmark.report.markdown import format_markdown
from refvps import atomic
from refvps.errors import ConfigError, DataError

PICTURES = (".png", ".pdf", ".svg")

TEXTS: dict[str, Callable[[Analysis], str]] = {
    ".json": lambda found: json_text(found.values) + "\n",
    ".csv": lambda found: found.csv,
    ".md": lambda found: format_markdown(found.document),
    ".tex": lambda found: format_latex(found.document, standalone=False),
}


def check_targets(paths: Sequence[Path], *, pictures: bool) -> None:
    """Check that files can be written, before anything is computed.

    Args:
        paths: the files.
        pictures: whether there is anything to draw.

    Raises:
        ConfigError: a suffix that names no format, or a file named twice.
        DataError: a folder stands there, or its folder cannot be written to.
        MissingExtraError: a picture is wanted and matplotlib is not installed.
    """
    known = [*(PICTURES if pictures else ()), *TEXTS]
    for place, path in enumerate(paths):
        if path.suffix.lower() not in known:
            raise ConfigError(
                f"{path}: the suffix {path.suffix!r} names no format of this analysis; use one of "
                f"{', '.join(known)}"
            )
        if path in paths[:place]:
            raise ConfigError(f"{path}: is given twice in --to")
        _require_writable(path)
    if any(path.suffix.lower() in PICTURES for path in paths):
        from refvps.drawing.plots import require_matplotlib

        require_matplotlib()


def write_analysis(found: Analysis, paths: Sequence[Path]) -> None:
    """Write an analysis to files; all contents are made before the first is touched."""
    contents: dict[Path, bytes] = {}
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in TEXTS:
            contents[path] = TEXTS[suffix](found).encode()
        elif found.draw is not None:
            from refvps.drawing.plots import picture

            contents[path] = picture(found.draw, suffix[1:])
    for path, content in contents.items():
        atomic.write_bytes(path, content)


def _require_writable(path: Path) -> None:
    if path.is_dir():
        raise DataError(path, "is a folder; give the name of a file")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(folder, f"cannot be written to, so {path.name} has no place; change --to")
