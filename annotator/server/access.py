"""Who may see or change what: a job is the only way to any pixel."""

from fastapi import Request

from annotator.clip import ProjectClip
from annotator.ids import is_id
from annotator.jobs import Job, Kind
from annotator.project import Project
from annotator.reviews import may_review
from annotator.server.application import services_of, visitor_of
from annotator.server.bodies import RequestError
from refvps.pages import Visitor

LEASE_HEADER = "x-lease"
_TRUSTED = frozenset({"reviewer", "admin"})


def own_job(request: Request, job_id: str) -> Job:
    """Return a job of the visitor's own.

    Raises:
        RequestError: 404; whether somebody else has such a job is not told.
    """
    return find_own(services_of(request).project, visitor_of(request), job_id)


def find_own(project: Project, visitor: Visitor, job_id: str) -> Job:
    """Return a job of somebody's own; see ``own_job``."""
    job = project.job(job_id) if is_id(job_id) else None
    if job is None or job.user != visitor.name:
        raise RequestError(404, "you have no such job")
    return job


def leased_job(request: Request, job_id: str) -> Job:
    """Return a job of the visitor's own that this tab holds, and hold it for longer.

    Raises:
        RequestError: 404 for no such job.
        LeaseError: another tab holds it.
    """
    job = own_job(request, job_id)
    token = request.headers.get(LEASE_HEADER, "")
    services_of(request).leases.renew(job.job_id, job.user, token)
    return job


def readable_job(request: Request, job_id: str) -> Job:
    """Return a job that the visitor may look at: an own one, or a reviewer's to judge.

    Whoever labels a clip sees nobody else's labels of it, whatever roles they have.

    Raises:
        RequestError: 404.
    """
    return find_readable(services_of(request).project, visitor_of(request), job_id)


def find_readable(project: Project, visitor: Visitor, job_id: str) -> Job:
    """Return a job that somebody may look at; see ``readable_job``."""
    job = project.job(job_id) if is_id(job_id) else None
    if job is not None and (
        job.user == visitor.name
        or may_review(project, visitor, job)
        or _may_judge(project, visitor, job)
    ):
        return job
    raise RequestError(404, "you have no such job")


def visible_clip(request: Request, clip_id: str) -> ProjectClip:
    """Return a clip that the visitor has a job on, or may review.

    Raises:
        RequestError: 404.
    """
    return find_clip(services_of(request).project, visitor_of(request), clip_id)


def find_clip(project: Project, visitor: Visitor, clip_id: str) -> ProjectClip:
    """Return a clip that somebody may see; see ``visible_clip``."""
    if visitor.roles & _TRUSTED:
        if clip_id in project.clip_ids:
            return project.clip(clip_id)
    elif any((job.clip, job.user) == (clip_id, visitor.name) for job in project.jobs()):
        return project.clip(clip_id)
    raise RequestError(404, "you have no job on such a clip")


def require_role(request: Request, role: str) -> Visitor:
    """Return the visitor, who has a role.

    Raises:
        RequestError: 403.
    """
    visitor = visitor_of(request)
    if role not in visitor.roles and "admin" not in visitor.roles:
        raise RequestError(403, f"only a {role} may do this")
    return visitor


def _may_judge(project: Project, visitor: Visitor, job: Job) -> bool:
    """Return whether the visitor adjudicates between labellings of which this is one."""
    return job in project.handed_in(job.clip) and any(
        (other.clip, other.user, other.kind) == (job.clip, visitor.name, Kind.ADJUDICATE)
        for other in project.jobs()
    )
