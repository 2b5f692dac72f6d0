"""The first page after the login: one's own jobs, and the pages that are installed."""

from collections.abc import Sequence
from html import escape

from annotator.jobs import LABELLING, Job
from refvps.pages import PageLink, Visitor

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{project}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="login.css"></head>
<body><main><h1>{project}</h1><p>Logged in as {name}.</p>
<h2>Jobs</h2>{jobs}{pages}</main></body></html>
"""


def front_page(
    project: str, visitor: Visitor, jobs: Sequence[Job], links: Sequence[PageLink]
) -> str:
    """Return the page; everything on it is escaped text."""
    rows = "".join(
        f"<li>{_named(job)}: {escape(job.kind)}, {escape(job.state)}</li>" for job in jobs
    )
    listed = "".join(
        f'<li><a href="{escape(link.path)}">{escape(link.title)}</a></li>' for link in links
    )
    return _PAGE.format(
        project=escape(project),
        name=escape(visitor.name),
        jobs=f"<ul>{rows}</ul>" if rows else "<p>No job is assigned to you.</p>",
        pages=f"<h2>Pages</h2><ul>{listed}</ul>" if listed else "",
    )


def _named(job: Job) -> str:
    """Return a clip's name; where there are masks to paint, as a link to the editor."""
    if job.kind not in LABELLING:
        return escape(job.clip)
    return f'<a href="annotate/{escape(job.job_id)}">{escape(job.clip)}</a>'
