"""Masks and expressions out of a project: a release, or a format of the field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.clip import ProjectClip
from annotator.expressions import repeated
from annotator.formats.mask_writers import Drawn, require_form, write_masks
from annotator.jobs import Job, JobState, Kind
from annotator.keyframe import State
from annotator.planes import Planes
from annotator.project import Project
from annotator.server.desk import plane
from annotator.session import barriers, keyframe_of
from refvps.atomic import new_folder
from refvps.errors import DataError
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression

READY = (JobState.SUBMITTED, JobState.IN_REVIEW, JobState.ACCEPTED, JobState.FROZEN)


class NotReadyError(DataError):
    """What was to be exported is not complete yet; the message names no path of the server."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which work is exported.

    Attributes:
        kind: masks of the first annotator, or of the second.
        user: of one person alone; None for everyone.
        unfinished: also what was not handed in; keyframes without a label are left out.
    """

    kind: Kind = Kind.MASK
    user: str | None = None
    unfinished: bool = False


def exported(project: Project, chosen: Chosen) -> dict[str, tuple[Job, dict[int, Planes]]]:
    """Return the job and the planes by frame index of every clip that is exported.

    Raises:
        NotReadyError: nothing is ready, a keyframe has no label, or two people's work would mix.
    """
    found: dict[str, tuple[Job, dict[int, Planes]]] = {}
    for job in project.jobs():
        if job.kind is not chosen.kind or chosen.user not in (None, job.user):
            continue
        if not (chosen.unfinished or job.state in READY):
            continue
        if job.clip in found:
            raise NotReadyError(job.clip, "two people labelled it; choose one with --user")
        masks = planes_of(project, job, unfinished=chosen.unfinished)
        if masks:
            found[job.clip] = (job, masks)
    if not found:
        none = "no job is handed in; --unfinished exports what there is"
        raise NotReadyError(project.name, "nothing is labelled" if chosen.unfinished else none)
    return found


def planes_of(project: Project, job: Job, *, unfinished: bool) -> dict[int, Planes]:
    """Return the planes of a job by frame index.

    Raises:
        NotReadyError: a keyframe has no label, unless ``unfinished`` leaves it out.
    """
    work, clip = project.work(job), project.clip(job.clip)
    keyframes = work.head.keyframes
    found = {}
    for k in range(clip.schedule.keyframes):
        keyframe = keyframe_of(keyframes, k)
        if keyframe.state is State.EMPTY:
            if unfinished:
                continue
            raise NotReadyError(job.clip, f"keyframe {k} has no label; label it or mark it absent")
        found[clip.schedule.index(k)] = Planes(
            plane(work, clip, keyframe.target), plane(work, clip, keyframe.ignore)
        )
    return found


def export_masks(project: Project, to: Path, form: str, chosen: Chosen) -> int:
    """Write masks in a format of the field to a new folder; return how many clips.

    Raises:
        ConfigError: no such form.
        DataError: the folder is there already, or cannot be written.
        NotReadyError: nothing can be exported.
    """
    require_form(form)
    if to.exists():
        raise DataError(to, "is there already; export to a new folder")
    found = exported(project, chosen)
    with new_folder(to) as folder:
        for clip_id, (job, masks) in found.items():
            schedule = project.clip(clip_id).schedule
            finished = barriers(project.work(job).head.keyframes)
            decided = frozenset(schedule.index(k) for k in finished)
            write_masks(form, folder, Drawn(clip_id, masks, schedule.frames, decided))
    return len(found)


def export_release(project: Project, to: Path, version: str, chosen: Chosen) -> int:
    """Write a release to a new folder; return how many clips.

    Raises:
        DataError: the folder is there already, or cannot be written.
        NotReadyError: nothing can be exported, or a clip has no expression, or two that say the
            same, whoever wrote them.
    """
    found = exported(project, chosen)
    expressions = {clip_id: _expressions(project, clip_id) for clip_id in found}
    _require_expressions(expressions)
    concepts: dict[str, tuple[str, ...]] = {}
    drafts = []
    for clip_id, (job, masks) in found.items():
        clip = project.clip(clip_id)
        concept = clip.facts.concept or "unnamed"
        concepts[concept] = clip.facts.groups
        drafts.append(_draft(clip, concept, masks, expressions[clip_id], job))
    header = ReleaseHeader(
        name=to.name,
        version=version,
        licence="unknown",
        description=f"Exported from the annotation project {project.name}.",
        annotation_stride=project.clip(next(iter(found))).schedule.stride,
        concepts=concepts,
    )
    write_release(to, header, drafts)
    return len(found)


def _draft(
    clip: ProjectClip,
    concept: str,
    masks: Mapping[int, Planes],
    expressions: Sequence[Expression],
    job: Job,
) -> ClipDraft:
    return ClipDraft(
        clip_id=clip.clip_id,
        frames=[clip.frame_path(index) for index in range(clip.schedule.frames)],
        labels={index: planes.composed() for index, planes in masks.items()},
        expressions=tuple(expressions),
        video=clip.facts.video,
        concept=concept,
        groups=clip.facts.groups,
        provenance={
            "source": clip.facts.source,
            "licence": clip.facts.licence,
            "masks_by": job.user,
        },
    )


def _require_expressions(expressions: Mapping[str, Sequence[Expression]]) -> None:
    """Raise unless every clip has expressions, and each of them says something of its own."""
    problems = []
    for clip_id, found in expressions.items():
        if not found:
            problems.append((clip_id, "has no expression; a release needs at least one"))
        texts = [(each.annotator or "", each.text) for each in found]
        problems += [(clip_id, f"{line}; one of them has to change") for line in repeated(texts)]
    if problems:
        clip_id, first = problems[0]
        more = f" ({len(problems) - 1} more problems)" if problems[1:] else ""
        details = [": ".join(each) for each in problems]
        raise NotReadyError(clip_id, f"{first}{more}", details=details)


def _expressions(project: Project, clip_id: str) -> list[Expression]:
    """Return all expressions of a clip: those of each person, people in order of their names."""
    users = sorted({job.user for job in project.jobs() if job.clip == clip_id})
    found: list[Expression] = []
    for user in users:
        job = next(job for job in project.jobs() if (job.clip, job.user) == (clip_id, user))
        for text in project.work(job).head.expressions:
            found.append(Expression(str(len(found)), text, "1", user))
    return found
