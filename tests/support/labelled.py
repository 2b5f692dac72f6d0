"""Projects in which two people labelled every clip, with masks that tests can recompute."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from annotator.clip import ClipFacts, write_clip
from annotator.jobs import Job, JobState, Kind
from annotator.planes import split
from annotator.project import CLIPS, Project, create_project
from annotator.server.desk import put_plane
from annotator.session import MarkedAbsent, Painted, Propagated, apply, keyframe_of
from annotator.store.work import Change
from support.projects import PASSWORD, frames

PEOPLE = (("ann", "annotator"), ("ben", "annotator"), ("rita", "reviewer"), ("ada", "admin"))
CONCEPTS = (
    ("wax melting", ("temporal object changes",)),
    ("smoke rising", ("dynamic environmental changes", "motion patterns")),
    ("glass shattering", ("interaction sequences",)),
)
TEXTS = {
    "ann": ("the bright square that moves right", "an orange box sliding over the dark ground"),
    "ben": ("warm coloured block crossing the scene", "whatever wanders from left to right"),
}


def drawn(person: str, clip: int, k: int, size: tuple[int, int]) -> np.ndarray:
    """What a person labels: uint8 [H, W] of 0, 1, 255; Ben is off by some pixels, and ignores."""
    labels = np.zeros(size, np.uint8)
    scale = size[0] // 24
    shift = 1 + clip if person == "ben" else 0
    left = (2 + k + shift) * scale
    labels[6 * scale : 14 * scale, left : left + 8 * scale] = 1
    if clip == 1:
        labels[14 * scale : 16 * scale, left : left + 8 * scale] = 255
    if clip == 2 and k < (2 if person == "ann" else 3):
        labels[:] = 0
    return labels


def label(
    project: Project, job: Job, planes: dict[int, np.ndarray], *, model: bool = False
) -> None:
    """Store one person's labels; a keyframe without a pixel is marked absent."""
    work = project.work(job)
    after = {}
    for k, labels in planes.items():
        parts = split(labels)
        target, ignore = put_plane(work, parts.target), put_plane(work, parts.ignore)
        before = keyframe_of(work.head.keyframes, k)
        if model:
            after[k] = apply(before, Propagated(target, "fake", 0.5))
        elif target is None and ignore is None:
            after[k] = apply(before, MarkedAbsent(on=True))
        else:
            after[k] = apply(before, Painted(target, ignore))
    work.commit(Change(after, facts={"user": job.user, "job": job.job_id, "what": "painted"}))


@cache
def _template(count: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="refvps-labelled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    labelled_project(folder / "p", count=count)
    return folder / "p"


def copied_labelled(root: Path, *, count: int = 9) -> Project:
    """The labelled project of three clips, made once and copied."""
    shutil.copytree(_template(count), root)
    return Project(root)


def labelled_project(root: Path, *, clips: int = 3, count: int = 21, scale: int = 1) -> Project:
    """Ann labels every clip, Ben labels it again; both write two expressions; all handed in."""
    made = create_project(root, "squares")
    size = (24 * scale, 32 * scale)
    for name, role in PEOPLE:
        made.users.put(name, PASSWORD, [role])
    for number in range(clips):
        concept, groups = CONCEPTS[number % len(CONCEPTS)]
        facts = ClipFacts(f"video-{number}", concept, groups, "drawn by the tests", "CC0-1.0")
        clip_id = f"clip-{number}"
        shown = [frame + np.uint8(10 * number) for frame in frames(count, size)]
        write_clip(root / CLIPS / clip_id, shown, facts, 4)
        keyframes = made.clip(clip_id).schedule.keyframes
        for person, kind in (("ann", Kind.MASK), ("ben", Kind.RELABEL)):
            job = made.assign(kind, clip_id, person)
            planes = {k: drawn(person, number, k, size) for k in range(keyframes)}
            label(made, job, planes)
            texts = tuple(f"{text} {number}" for text in TEXTS[person])
            made.work(job).commit(Change(expressions=texts))
            made.move(job.job_id, JobState.SUBMITTED)
            words = made.assign(Kind.EXPRESSION, clip_id, person)
            made.move(words.job_id, JobState.SUBMITTED)
    return made
