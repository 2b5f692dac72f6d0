"""Between two labellings of a clip: where they differ, and whose is taken."""

from typing import Any

from annotator.jobs import Job
from annotator.keyframe import SessionError, State
from annotator.project import Project
from annotator.server.desk import plane
from annotator.session import keyframe_of
from benchmark.metrics.label_agreement import Labels, label_counts


def side_named(project: Project, job: Job, name: str) -> Job:
    """Return one of the labellings that an adjudication chooses between.

    Raises:
        SessionError: there is none of that name.
    """
    known = project.handed_in(job.clip)
    for side in known:
        if side.job_id == name:
            return side
    listed = ", ".join(side.job_id for side in known)
    raise SessionError(f"no side of this adjudication is called {name[:64]!r}; there are {listed}")


def differences(project: Project, job: Job) -> dict[str, Any]:
    """Return the sides of an adjudication and, of each keyframe, how much the first two agree.

    The IoU is the one that a report of agreement prints; null where nothing can be compared.
    """
    clip, sides = project.clip(job.clip), project.handed_in(job.clip)
    mine = project.work(job).head.keyframes
    keyframes = []
    for k in range(clip.schedule.keyframes):
        counts = None
        labels = [_labels(project, side, k) for side in sides[:2]]
        if len(labels) == 2 and labels[0] is not None and labels[1] is not None:
            counts = label_counts(labels[0], labels[1])
        decided = keyframe_of(mine, k)
        keyframes.append(
            {
                "k": k,
                "iou": None if counts is None else counts.iou(),
                "decided": decided.state is not State.EMPTY,
                "side": decided.source,
            }
        )
    return {
        "clip": job.clip,
        "sides": [
            {"job": side.job_id, "kind": side.kind.value, "rev": project.work(side).head.rev}
            for side in sides
        ],
        "keyframes": keyframes,
    }


def _labels(project: Project, side: Job, k: int) -> Labels | None:
    work, clip = project.work(side), project.clip(side.clip)
    keyframe = keyframe_of(work.head.keyframes, k)
    if keyframe.state is State.EMPTY:
        return None
    return Labels(plane(work, clip, keyframe.target), plane(work, clip, keyframe.ignore))
