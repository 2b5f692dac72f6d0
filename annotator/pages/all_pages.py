"""Every page of the annotator, in the order of the head."""

from annotator.pages import (
    page_adjudicate,
    page_assignment,
    page_clip,
    page_export,
    page_expressions,
    page_job,
    page_jobs,
    page_people,
    page_progress,
    page_review,
)
from annotator.pages.shell import Shell


def build_pages(shell: Shell) -> None:
    """Make all pages; the first one is the one that people land on."""
    for module in (
        page_jobs,
        page_job,
        page_expressions,
        page_adjudicate,
        page_review,
        page_clip,
        page_progress,
        page_assignment,
        page_export,
        page_people,
    ):
        module.build(shell)
