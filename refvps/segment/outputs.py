"""The folder a segmentation is written to, and the files in it."""

import os
from pathlib import Path

from refvps.errors import DataError

OVERLAY = "overlay.mp4"
SHEET = "sheet.png"
PLOT = "area.png"
TABLE = "area.csv"
MASKS = "masks"
TRACKS = "rle"
RECORD = "segment.json"
FILES = (OVERLAY, SHEET, PLOT, TABLE, MASKS, TRACKS, RECORD)


def require_free(folder: Path, *, force: bool) -> None:
    """Check that a folder can be made, or replaced if ``force`` asks for it.

    A folder that holds anything but a segmentation is never replaced.

    Raises:
        DataError: it is there already, is a file, or cannot be made.
    """
    if folder.exists() and not folder.is_dir():
        raise DataError(folder, "is a file; name a folder with --to")
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if names and not force:
        raise DataError(folder, "exists already; --force replaces it, --to names another")
    strangers = sorted(names - set(FILES))
    if names and (strangers or RECORD not in names):
        found = f"such as {strangers[0]}" if strangers else f"and no {RECORD}"
        raise DataError(
            folder, f"holds other files than a segmentation, {found}; name another with --to"
        )
    parent = next(above for above in folder.absolute().parents if above.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise DataError(parent, f"cannot be written to, so {folder.name} has no place")
