"""A project to try things with: some clips of the demo release, and people for every role."""

import secrets
from pathlib import Path

import cv2
import numpy as np

from annotator.cards import TargetCard, put_card
from annotator.clip import ClipFacts, write_clip
from annotator.ids import as_id
from annotator.jobs import Kind
from annotator.project import CLIPS, Project, create_project
from refvps.atomic import new_folder
from refvps.demo.build import demo_root
from refvps.mask_png import read_file, read_labels
from refvps.release.reader import Release, open_release
from refvps.release.schema import ANNOTATIONS
from refvps.types import Clip

CLIPS_SHOWN = 6
PEOPLE = (("ann", "annotator"), ("ben", "annotator"), ("rita", "reviewer"), ("ada", "admin"))
FOLDER = "annotate-demo-2"
POINTS = 2


def demo_project(cache: Path) -> Project:
    """Return the demo project below a cache, made whole or not at all if it is not there.

    Raises:
        DataError: the cache cannot be written.
    """
    root = cache / FOLDER
    if not root.is_dir():
        release = open_release(demo_root(cache))
        with new_folder(root) as folder:
            _fill(create_project(folder, "demo"), release)
    return Project(root)


def _fill(project: Project, release: Release) -> None:
    for name, role in PEOPLE:
        project.users.put(name, secrets.token_urlsafe(16), [role])
    shown = release.clip_ids[:: max(1, len(release.clip_ids) // CLIPS_SHOWN)][:CLIPS_SHOWN]
    for original in shown:
        clip = release.clip(original)
        facts = ClipFacts(
            video=clip.video,
            concept=clip.concept,
            groups=clip.groups,
            source="demo release",
            licence=release.header.licence,
            card=str(clip.concept),
        )
        clip_id = as_id(original)
        frames = (read_file(path) for path in clip.frame_paths)
        stride = release.header.annotation_stride
        write_clip(project.root / CLIPS / clip_id, frames, facts, stride)
        put_card(project, project.clip(clip_id), _card(release.root, clip, stride), "ada")
        project.assign(Kind.MASK, clip_id, "ann")
        project.assign(Kind.RELABEL, clip_id, "ben")
        project.assign(Kind.EXPRESSION, clip_id, "ann")
        project.assign(Kind.EXPRESSION, clip_id, "ben")


def _card(root: Path, clip: Clip, stride: int) -> TargetCard:
    """Return a card that points into the target where it is largest."""
    labels = [
        read_labels(root / ANNOTATIONS / clip.clip_id / f"{name}.png").labels
        for name in clip.frame_ids[::stride]
    ]
    k = int(np.argmax([np.count_nonzero(each == 1) for each in labels]))
    # Two points, as far inside as there is room: one, and one far from it.
    depth = cv2.distanceTransform((labels[k] == 1).astype(np.uint8), cv2.DIST_L2, 3)
    height, width = depth.shape
    points = []
    for _ in range(POINTS):
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        points.append((round((float(x) + 0.5) / width, 4), round((float(y) + 0.5) / height, 4)))
        cv2.circle(depth, (int(x), int(y)), max(height, width) // 8, 0.0, -1)
    return TargetCard(str(clip.concept), keyframe=k, points=tuple(points))
