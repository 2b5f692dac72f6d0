"""Small projects of the annotator, and a client that knows its manners."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from annotator.clip import ClipFacts, write_clip
from annotator.jobs import Kind
from annotator.project import CLIPS, Project, create_project

SIZE = (24, 32)
FRAMES = 41
PASSWORD = "correct horse"


def frames(count: int = FRAMES, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """A bright square that moves right over a dark ground."""
    found = []
    for index in range(count):
        frame = np.full((*size, 3), 40, np.uint8)
        left = index * (size[1] - 10) // max(1, count)
        frame[6:14, left : left + 8] = (230, 120, 40)
        found.append(frame)
    return found


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="refvps-project-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    project(folder / "p")
    return folder / "p"


def copied_project(root: Path) -> Project:
    """The usual project, made once and copied."""
    shutil.copytree(_template(), root)
    return Project(root)


def project(root: Path, *, clips: int = 1, count: int = FRAMES) -> Project:
    """Ann labels, Ben relabels the same clips, Rita reviews, Ada is the administrator."""
    made = create_project(root, "squares")
    for number in range(clips):
        facts = ClipFacts(f"video-{number}", "moving square", ("motion patterns",), "drawn", "CC0")
        write_clip(root / CLIPS / f"clip-{number}", frames(count), facts, 4)
    for name, role in (
        ("ann", "annotator"),
        ("ben", "annotator"),
        ("rita", "reviewer"),
        ("ada", "admin"),
    ):
        made.users.put(name, PASSWORD, [role])
    for number in range(clips):
        made.assign(Kind.MASK, f"clip-{number}", "ann")
        made.assign(Kind.RELABEL, f"clip-{number}", "ben")
    return made
