"""The report of agreement as a page of the annotators' server: the same file that stands alone."""

from typing import Any

from annotator.agreement.console import REPORTS, report_id
from annotator.agreement.from_project import ProjectPairs
from annotator.jobs import LABELS, JobState, Kind
from annotator.project import Project
from benchmark.agreement.console import PAGE, report_files, write_files
from refvps.errors import RefvpsError
from refvps.mask_png import read_file
from refvps.pages import PageHost, PageLink

ROLES = frozenset({"reviewer", "admin"})
PREFIX = "/agreement"

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Looser than the server's own, tightened by the page itself: it names its one style and script."""


def load(host: PageHost) -> PageLink:
    """Add the page; see ``PageFactory``."""
    from fastapi import Request
    from fastapi.responses import HTMLResponse, PlainTextResponse, Response

    def show(request: Request) -> Response:
        visitor = host.visitor(request)
        if not visitor.roles & ROLES:
            return PlainTextResponse("only reviewers see how people agree\n", 403)
        project: Project = host.app.state.services.project
        if (what := works_still(project, visitor.name)) is not None:
            return PlainTextResponse(f"{what}: this page shows those of others\n", 403)
        try:
            text = report_page(project)
        except RefvpsError:
            return PlainTextResponse("no clip was labelled by two people yet\n", 404)
        return HTMLResponse(text, headers={"content-security-policy": POLICY})

    host.app.add_api_route(f"{PREFIX}/", show, methods=["GET"], response_model=None)
    return PageLink("Agreement", f"{PREFIX.removeprefix('/')}/", ROLES)


def works_still(project: Project, name: str) -> str | None:
    """Return what somebody has to make without seeing that of others; None for nothing."""
    own = [job for job in project.jobs() if job.user == name]
    if any(job.kind in LABELS and job.state.writable for job in own):
        return "you still label clips yourself; hand them in first"
    final = (JobState.ACCEPTED, JobState.FROZEN)
    if any(job.kind is Kind.EXPRESSION and job.state not in final for job in own):
        return "you write expressions whose review is not over"
    return None


def report_page(project: Project) -> str:
    """Return the page of a project as it is now; what did not change is measured once.

    Raises:
        DataError: nothing can be compared.
    """
    source = ProjectPairs(project)
    folder = project.root / REPORTS / report_id(source)
    if source.pairs() and (folder / PAGE).is_file():
        return read_file(folder / PAGE).decode()
    files: dict[str, Any] = report_files(source)[1]
    write_files(files, folder)
    return str(files[PAGE])
