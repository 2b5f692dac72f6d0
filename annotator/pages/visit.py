"""Who asks for what: every handler begins with a visit, and what it may see comes from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.clip import ProjectClip
from annotator.jobs import Job, Kind
from annotator.progress import Meter
from annotator.project import Project
from annotator.server.access import find_clip, find_own, find_readable
from annotator.server.application import Services
from annotator.server.bodies import RequestError
from refvps.pages import PageLink, Visitor

ADMIN = frozenset({"admin"})
JUDGES = frozenset({"reviewer", "admin"})
EVERYONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person.

    Attributes:
        services: what the server works with.
        meter: measures how far jobs are.
        visitor: who asks, with the roles of this moment.
        query: what the page's address says after "?".
        root: below which path browsers see the server, without a slash at its end.
    """

    services: Services
    meter: Meter
    visitor: Visitor
    query: Mapping[str, str]
    root: str

    @property
    def project(self) -> Project:
        """The project."""
        return self.services.project

    @property
    def links(self) -> list[PageLink]:
        """Pages of other packages that the visitor may open."""
        found = [page for page in self.services.pages if not page.home]
        return [page for page in found if not page.roles or page.roles & self.visitor.roles]

    def has(self, roles: frozenset[str]) -> bool:
        """Return whether the visitor has one of some roles; of none, everybody has one."""
        return not roles or bool(roles & self.visitor.roles)

    def require(self, roles: frozenset[str]) -> None:
        """Raise ``RequestError``, 403, unless the visitor has one of some roles."""
        if not self.has(roles):
            raise RequestError(403, f"only {' or '.join(sorted(roles))} may do this")

    def own_job(self, *kinds: Kind) -> Job:
        """Return the visitor's own job that the address names.

        Raises:
            RequestError: 404, also for a job of another kind.
        """
        job = find_own(self.project, self.visitor, self.query.get("job", ""))
        if kinds and job.kind not in kinds:
            raise RequestError(404, "you have no such job")
        return job

    def judged_job(self) -> Job:
        """Return somebody else's job that the address names and the visitor may judge.

        Raises:
            RequestError: 404 or 403.
        """
        self.require(JUDGES)
        job = find_readable(self.project, self.visitor, self.query.get("job", ""))
        if job.user == self.visitor.name:
            raise RequestError(403, "nobody reviews their own work")
        return job

    def clip(self) -> ProjectClip:
        """Return the clip that the address names.

        Raises:
            RequestError: 404.
        """
        return find_clip(self.project, self.visitor, self.query.get("clip", ""))

    def to(self, path: str) -> str:
        """Return the address of something below the server's root."""
        return f"{self.root}/{path}"
