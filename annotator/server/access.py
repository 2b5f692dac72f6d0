"""Who may see or change what: a job is the only way to any pixel."""

from fastapi import Request

from annotator.clip import ProjectClip
from annotator.ids import is_id
from annotator.jobs import Job, Kind
from annotator.reviews import may_review
from annotator.server.application import Services, services_of, visitor_of
from annotator.server.bodies import RequestError
from refvps.pages import Visitor

LEASE_HEADER = "x-lease"
_TRUSTED = frozenset({"reviewer", "admin"})


def own_job(request: Request, job_id: str) -> Job:
    """Return a job of the visitor's own.

    Raises:
        RequestError: 404; whether somebody else has such a job is not told.
    """
    job = services_of(request).project.job(job_id) if is_id(job_id) else None
    if job is None or job.user != visitor_of(request).name:
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
    services, visitor = services_of(request), visitor_of(request)
    job = services.project.job(job_id) if is_id(job_id) else None
    if job is not None and (
        job.user == visitor.name
        or may_review(services.project, visitor, job)
        or _may_judge(services, visitor, job)
    ):
        return job
    raise RequestError(404, "you have no such job")


def visible_clip(request: Request, clip_id: str) -> ProjectClip:
    """Return a clip that the visitor has a job on, or may review.

    Raises:
        RequestError: 404.
    """
    services, visitor = services_of(request), visitor_of(request)
    allowed = any(
        job.clip == clip_id and (job.user == visitor.name or visitor.roles & _TRUSTED)
        for job in services.project.jobs()
    )
    if not allowed or not is_id(clip_id):
        raise RequestError(404, "you have no job on such a clip")
    return services.project.clip(clip_id)


def require_role(request: Request, role: str) -> Visitor:
    """Return the visitor, who has a role.

    Raises:
        RequestError: 403.
    """
    visitor = visitor_of(request)
    if role not in visitor.roles and "admin" not in visitor.roles:
        raise RequestError(403, f"only a {role} may do this")
    return visitor


def _may_judge(services: Services, visitor: Visitor, job: Job) -> bool:
    """Return whether the visitor adjudicates between labellings of which this is one."""
    return job in services.project.handed_in(job.clip) and any(
        (other.clip, other.user, other.kind) == (job.clip, visitor.name, Kind.ADJUDICATE)
        for other in services.project.jobs()
    )
