"""A release becomes a project: to go on annotating, or to mend what was published."""

import logging
import secrets
from pathlib import Path

from annotator.clip import ClipFacts, write_clip
from annotator.formats.clips_in import import_masks, require_frames_not_removed
from annotator.ids import as_id
from annotator.jobs import JobState, Kind
from annotator.planes import split
from annotator.project import CLIPS, Project
from annotator.store.work import Change
from refvps.errors import DataError
from refvps.json_lines import read_json_lines
from refvps.mask_png import read_file, read_labels
from refvps.release.reader import Release, open_release
from refvps.release.schema import ANNOTATIONS, PROVENANCE, REMOVED
from refvps.tombstones import is_buried, merged, read_tombstones, write_tombstones

log = logging.getLogger(__name__)

OWNER = "release"
"""Whose masks they are in a project: nobody's who is there."""


def import_release(project: Project, root: Path) -> int:
    """Bring a release into a project; return how many clips.

    Frames are kept byte for byte. Masks become an accepted job of the user ``release``, who is
    made with a password that nobody knows; expressions go to users of their annotators' names.
    Clips that were removed from the project do not come back.

    Raises:
        DataError: a clip has several targets, no frames here, or a name that is taken.
    """
    release = open_release(root)
    stones = read_tombstones(project.root / REMOVED)
    removed = merged(stones, read_tombstones(root / REMOVED))
    if removed != stones:
        write_tombstones(project.root / REMOVED, removed)
    sources = _provenance(release)
    _require_user(project, OWNER)
    count = 0
    for original in release.clip_ids:
        clip_id = as_id(original)
        if is_buried(removed, "clip", clip_id):
            log.warning("a clip that was removed is not brought back")
            continue
        if clip_id != original:
            log.warning("clip %s is called %s in the project", original, clip_id)
        _require_one_target(release, original)
        _import_clip(project, release, original, sources.get(original, {}))
        require_frames_not_removed(project, clip_id)
        _import_masks(project, release, original)
        _import_expressions(project, release, original)
        count += 1
    return count


def _import_clip(project: Project, release: Release, original: str, source: dict[str, str]) -> None:
    clip = release.clip(original)
    if not clip.frame_paths[0].is_file():
        raise DataError(
            clip.frame_paths[0], "the release has no pixels here; run `refvps release hydrate`"
        )
    facts = ClipFacts(
        video=clip.video,
        concept=clip.concept,
        groups=clip.groups,
        source=source.get("source", f"release {release.name} {release.version}"),
        licence=source.get("licence", release.header.licence),
    )
    frames = (read_file(path) for path in clip.frame_paths)
    stride = release.header.annotation_stride
    write_clip(project.root / CLIPS / as_id(original), frames, facts, stride)


def _import_masks(project: Project, release: Release, original: str) -> None:
    job = project.assign(Kind.MASK, as_id(original), OWNER)
    folder = release.root / ANNOTATIONS / original
    masks = {}
    for frame_id in release.annotated(original).frame_ids:
        path = folder / f"{frame_id}.png"
        release.require_frame(path)
        masks[int(frame_id)] = split(read_labels(path).labels)
    import_masks(project.work(job), masks, f"release {release.name} {release.version}", OWNER)
    for state in (JobState.SUBMITTED, JobState.ACCEPTED):
        project.move(job.job_id, state)


def _import_expressions(project: Project, release: Release, original: str) -> None:
    texts: dict[str, list[str]] = {}
    for entry in release.videos[original].expressions.values():
        texts.setdefault(as_id(entry.annotator or "unknown"), []).append(entry.exp)
    for person, written in texts.items():
        _require_user(project, person)
        job = project.assign(Kind.EXPRESSION, as_id(original), person)
        facts = {"user": person, "job": job.job_id, "what": "import"}
        project.work(job).commit(Change(expressions=tuple(written), facts=facts))
        project.move(job.job_id, JobState.SUBMITTED)


def _require_user(project: Project, name: str) -> None:
    if name not in project.users.names:
        project.users.put(name, secrets.token_urlsafe(24), ["annotator"])


def _require_one_target(release: Release, original: str) -> None:
    targets = {entry.obj_id for entry in release.videos[original].expressions.values()}
    if targets != {"1"}:
        raise DataError(
            release.root,
            f"clip {original} has targets {', '.join(sorted(targets))}; a project has one a clip, "
            "labelled 1",
        )


def _provenance(release: Release) -> dict[str, dict[str, str]]:
    lines = read_json_lines(release.root / PROVENANCE)
    return {str(line.get("clip_id")): line for line in lines}
