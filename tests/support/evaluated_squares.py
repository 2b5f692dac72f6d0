"""A folder with a release of moving squares and the records of two methods on it."""

from pathlib import Path

from e2e.commands import evaluated
from support.releases import squares

FULL = "preds/full-frame/squares/record.json"
MOTION = "preds/motion/squares/record.json"


def evaluate_squares(folder: Path) -> Path:
    """Make a release of six videos in ``data``, evaluate two methods on it, return the folder."""
    squares(folder / "data", clips=6)
    for method in ("full-frame", "motion"):
        evaluated(
            *("--method", method, "--root", "data", "--pred", "preds", "--workers", "1"),
            cwd=folder,
        )
    return folder
