"""One job of masks: its place in the workflow in one line, and the editor below."""

from annotator.cards import read_card
from annotator.jobs import LABELLING, JobState, Kind
from annotator.pages.nodes import Node, el
from annotator.pages.page_jobs import problem_list
from annotator.pages.parts import KINDS, badge
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import EVERYONE, Visit
from annotator.reviews import last_verdict, problems_of


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("job", "Job", EVERYONE) as page:
        line = shell.view("line")
        editor = shell.module("editor", script="editor.js", place="editor-place", told="submitted")

        def submitted(visit: Visit) -> Shown:
            job = visit.own_job(*LABELLING)
            if job.state is not JobState.SUBMITTED:
                return {line: show(visit)}
            return {line: show(visit), "said": f"{job.clip} is handed in. Thank you."}

        # Only a job that may be worked on opens the editor; the head says why another does not.
        page.load(lambda visit: {line: show(visit), editor: "open"}, line, editor)
        page.form(editor.submitted, submitted, [], line)


def show(visit: Visit) -> Node:
    """Return the line above the editor."""
    job = visit.own_job(*LABELLING)
    clip = visit.project.clip(job.clip)
    card = read_card(visit.project, clip)
    found = problems_of(visit.project, job) if job.state.writable else []
    verdict = last_verdict(visit.project, job) if found else None
    return el(
        "main.slim",
        el(
            "p.row",
            el("strong", job.clip),
            el("span", KINDS[job.kind]),
            badge(job.state),
            el("span.soft", card.target or clip.facts.concept or ""),
            el("span.grow"),
            el("a", "All labellings", href=visit.to(f"ui/adjudicate?job={job.job_id}"))
            if job.kind is Kind.ADJUDICATE
            else None,
            el("a", "Clip card", href=visit.to(f"ui/clip?clip={job.clip}")),
            el("a", "Full screen", href=visit.to(f"annotate/{job.job_id}")),
        ),
        el("p.note", f"The reviewer: {verdict.note}") if verdict and verdict.note else None,
        problem_list(found) if found else None,
    )
