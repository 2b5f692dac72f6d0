"""A project to try things with: some clips of the demo release, two annotators, a reviewer."""

import secrets
from pathlib import Path

from annotator.clip import ClipFacts, write_clip
from annotator.ids import as_id
from annotator.jobs import Kind
from annotator.project import CLIPS, Project, create_project
from refvps.atomic import new_folder
from refvps.demo.build import demo_root
from refvps.mask_png import read_file
from refvps.release.reader import Release, open_release

CLIPS_SHOWN = 6
PEOPLE = (("ann", "annotator"), ("ben", "annotator"), ("rita", "reviewer"))


def demo_project(cache: Path) -> Project:
    """Return the demo project below a cache, made whole or not at all if it is not there.

    Raises:
        DataError: the cache cannot be written.
    """
    root = cache / "annotate-demo"
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
        project.assign(Kind.MASK, clip_id, "ann")
        project.assign(Kind.RELABEL, clip_id, "ben")
