"""A project for tests of the editor, in plain colours: what is clicked is known to the pixel."""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from annotator.clip import ClipFacts, write_clip
from annotator.jobs import Kind
from annotator.project import CLIPS, Project, create_project
from annotator.users import USERS
from support.projects import PASSWORD

FRAMES = 41
GROUND = (40, 60, 120)
DISC = (230, 90, 60)
BLOB = (240, 240, 80)

CLIP_SIZES = {"disc": (108, 192), "growing": (108, 192), "late": (108, 192), "tall": (160, 90)}
"""Height and width."""


def disc_mask(index: int, size: tuple[int, int]) -> np.ndarray:
    """Where the disc of clip "disc" is in a frame, bool ``[H, W]``."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    centre = size[1] * (0.25 + 0.5 * index / (FRAMES - 1))
    return (rows + 0.5 - size[0] / 2) ** 2 + (columns + 0.5 - centre) ** 2 <= (size[0] / 6) ** 2


def _blob_mask(index: int, size: tuple[int, int], start: int) -> np.ndarray:
    rows, columns = np.mgrid[: size[0], : size[1]]
    radius = 4 + 0.6 * max(0, index - start)
    away = np.hypot(rows + 0.5 - size[0] / 2, columns + 0.5 - size[1] / 2)
    return (away <= radius) & (index >= start)


def clip_frames(name: str, count: int = FRAMES) -> list[np.ndarray]:
    size = CLIP_SIZES[name]
    found = []
    for index in range(count):
        frame = np.full((*size, 3), GROUND, np.uint8)
        if name == "growing":
            frame[_blob_mask(index, size, 0)] = BLOB
        elif name == "late":
            frame[_blob_mask(index, size, 16)] = BLOB
        else:
            frame[disc_mask(index % FRAMES, size)] = DISC
        found.append(frame)
    return found


def editor_project(
    root: Path, people: int = 8, *, clips: Collection[str] = CLIP_SIZES, long: bool = False
) -> Project:
    """Make the project: every person has a mask job on every clip, named CLIP-mask-PERSON.

    People are p0, p1, …; "rita" reviews.
    """
    with _no_waiting_for_the_disk():
        return _made(root, people, clips, long=long)


@contextmanager
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Nobody needs a test's project to outlast a power cut, and hundreds of files are written."""
    sync = os.fsync
    os.fsync = lambda _descriptor: None
    try:
        yield
    finally:
        os.fsync = sync


def _made(root: Path, people: int, clips: Collection[str], *, long: bool) -> Project:
    made = create_project(root, "editor")
    for name in clips:
        facts = ClipFacts(
            name, f"{name} thing", ("motion patterns",), "drawn", "CC0", f"the {name}"
        )
        write_clip(root / CLIPS / name, clip_frames(name), facts, 4)
    if long:
        facts = ClipFacts("long", "long", (), "drawn", "CC0", "the disc")
        write_clip(root / CLIPS / "long", clip_frames("disc", 552), facts, 4)
    made.users.put("rita", PASSWORD, ["reviewer"])
    made.users.put("p0", PASSWORD, ["annotator"])
    # One password hashed once: hashing is slow on purpose.
    accounts = json.loads((root / USERS).read_text())
    accounts |= {f"p{number}": accounts["p0"] for number in range(people)}
    (root / USERS).write_text(json.dumps(accounts))
    made = Project(root)
    for name in made.clip_ids:
        for number in range(people):
            made.assign(Kind.MASK, name, f"p{number}")
    return made
