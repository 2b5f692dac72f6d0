"""My jobs: what to do next, and all the rest."""

from typing import Any

from annotator.cards import read_card
from annotator.jobs import Job, JobState, Kind
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, bar, el, table
from annotator.pages.parts import KINDS, badge, due, minutes, thumbnail
from annotator.pages.shell import Shell, Shown, nothing
from annotator.pages.visit import EVERYONE, Visit
from annotator.progress import Progress
from annotator.reviews import Problem, last_verdict, problems_of
from annotator.server.access import find_own

_TODO = (JobState.CHANGES_REQUESTED, JobState.IN_PROGRESS, JobState.ASSIGNED)


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("", "My jobs", EVERYONE) as page:
        jobs = shell.view("jobs")

        def act(visit: Visit, data: dict[str, Any]) -> Shown:
            job = find_own(visit.project, visit.visitor, str(data.get("job", "")))
            if job.state is not JobState.SUBMITTED:
                raise SessionError(f"the job is {job.state}; it cannot be taken back")
            visit.project.move(job.job_id, JobState.IN_PROGRESS)
            return {jobs: show(visit), "said": f"{job.clip} is yours again."}

        page.load(lambda visit: {jobs: show(visit)}, jobs)
        page.act(jobs, act, jobs)


def show(visit: Visit) -> Node:
    """Return the page's content."""
    own = [job for job in visit.project.jobs() if job.user == visit.visitor.name]
    if not own:
        return el("main", el("h1", "My jobs"), nothing("No job is assigned to you."))
    todo = sorted((job for job in own if job.state in _TODO), key=_turn)
    done = [job for job in own if job.state not in _TODO]
    sent_back = sum(job.state is JobState.CHANGES_REQUESTED for job in todo)
    parts = [
        f"{len(todo)} to do",
        f"{sent_back} sent back" if sent_back else "",
        f"{len(done)} done",
    ]
    return el(
        "main",
        el("div.title", el("h1", "My jobs"), el("p.soft", " · ".join(filter(None, parts)))),
        _next(visit, todo[0]) if todo else el("p.nothing", "Nothing is left to do. Thank you."),
        _listed(visit, todo[1:], "then", "Then") if todo[1:] else None,
        _listed(visit, done, "done", "Done") if done else None,
    )


def address_of(visit: Visit, job: Job) -> str:
    """Return where a job is done."""
    page = {Kind.EXPRESSION: "expressions", Kind.ADJUDICATE: "adjudicate"}.get(job.kind, "job")
    return visit.to(f"ui/{page}?job={job.job_id}")


def problem_list(problems: list[Problem]) -> Node:
    """Return what a reviewer rejected; what was changed since has a tick."""
    items = [
        el(
            "li.mended" if each.mended else "li",
            el("span", "✓ " if each.mended else "! ", aria_hidden="true"),
            f"keyframe {each.k}: {each.reason}",
            f" – {each.note}" if each.note else None,
            el("span.soft", " changed since") if each.mended else None,
        )
        for each in problems
    ]
    return el("ul.problems", *items)


def _turn(job: Job) -> tuple[int, str, int, str]:
    """Return what comes first: what was sent back, then by day, then what is begun."""
    back = 0 if job.state is JobState.CHANGES_REQUESTED else 1
    return back, job.due or "9999", _TODO.index(job.state), job.job_id


def _next(visit: Visit, job: Job) -> Node:
    clip = visit.project.clip(job.clip)
    card, progress = read_card(visit.project, clip), visit.meter.progress(job)
    verdict = last_verdict(visit.project, job)
    sent_back = job.state is JobState.CHANGES_REQUESTED and verdict is not None
    labels = job.kind is not Kind.EXPRESSION
    return el(
        "section.next",
        el("a", thumbnail(visit, job.clip, clip.schedule.index(card.keyframe), width=320),
           href=address_of(visit, job), tabindex="-1", aria_hidden="true"),
        el(
            "div",
            el("p.kicker", "Next: ", KINDS[job.kind].lower(), " ", badge(job.state)),
            el("h2", job.clip),
            el("p", card.target or clip.facts.concept or ""),
            el("p.note", f"The reviewer: {verdict.note}") if verdict and sent_back and verdict.note
            else None,
            problem_list(problems_of(visit.project, job)) if sent_back else None,
            el("p.row", bar(progress.done, progress.of, "done"), _due_text(job)),
            el(
                "p.row",
                el("a.button", "Go on" if progress.done else "Begin",
                   href=address_of(visit, job), key="next"),
                el("a.quiet", "Full screen", href=visit.to(f"annotate/{job.job_id}")) if labels
                else None,
                el("a.quiet", "Clip card", href=visit.to(f"ui/clip?clip={job.clip}")),
            ),
        ),
    )  # fmt: skip


def _due_text(job: Job) -> Node:
    found = due(job)
    text = found[2] if isinstance(found, list) and len(found) > 2 else ""
    return el("span.soft", f"due {text}") if text else None


def _listed(visit: Visit, jobs: list[Job], name: str, title: str) -> Node:
    rows = [_row(visit, visit.meter.progress(job)) for job in jobs]
    heads = ["", "Clip", "What", "State", "Done", "#Minutes", "Due", ""]
    return el("section", el("h2", title), table(heads, rows, name=name, caption=title))


def _row(visit: Visit, progress: Progress) -> list[Node]:
    job = progress.job
    card = read_card(visit.project, visit.project.clip(job.clip))
    index = visit.project.clip(job.clip).schedule.index(card.keyframe)
    labels = job.kind is not Kind.EXPRESSION
    back = {"job": job.job_id, "ask": f"Take {job.clip} back from review and go on with it?"}
    return [
        el("td.picture", thumbnail(visit, job.clip, index)),
        el("td", el("a", job.clip, href=visit.to(f"ui/clip?clip={job.clip}"))),
        KINDS[job.kind],
        badge(job.state),
        bar(progress.done, progress.of, "keyframes" if labels else "expressions"),
        el("td.number", minutes(progress.seconds), sort=round(progress.seconds)),
        due(job),
        el(
            "td.actions",
            el("a", "Open", href=address_of(visit, job)),
            el("a", "Full screen", href=visit.to(f"annotate/{job.job_id}")) if labels else None,
            el("button.quiet", "Take back", on=back) if job.state is JobState.SUBMITTED else None,
        ),
    ]
