"""Review: what waits, and one job to judge, keyframe by keyframe, mostly by keyboard."""

from typing import Any

import gradio as gr

from annotator.jobs import Job, JobState, Kind
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, bar, el, table
from annotator.pages.page_review_expressions import show_expressions
from annotator.pages.page_review_masks import Look, show_masks, show_strip
from annotator.pages.parts import KINDS, badge, minutes, thumbnail
from annotator.pages.shell import Shell, Shown, nothing
from annotator.pages.visit import JUDGES, Visit
from annotator.reviews import (
    LONGEST_NOTE,
    WAITING,
    Mark,
    Verdict,
    give_verdict,
    last_verdict,
    marks_of,
    put_mark,
    reviewable,
)


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("review", "Review", JUDGES) as page:
        view = shell.view("review")
        with gr.Row(visible=False, elem_classes=["main", "notes"]) as notes:
            note = gr.Textbox(
                label="Note on this keyframe, sent with the next reason",
                max_length=LONGEST_NOTE, elem_id="mark-note",
            )  # fmt: skip
            whole = gr.Textbox(
                label="Note on the whole job, sent with the verdict",
                max_length=LONGEST_NOTE, elem_id="verdict-note", elem_classes=["keeps"],
            )  # fmt: skip

        strip = shell.view("strip")

        def loaded(visit: Visit) -> Shown:
            if not visit.query.get("job"):
                return {view: show_list(visit)}
            job = visit.judged_job()
            masks = job.kind is not Kind.EXPRESSION
            return {
                **show_job(visit, job, Look()),
                notes: gr.update(visible=job.state in WAITING),
                note: gr.update(visible=masks),
            }

        def act(visit: Visit, data: dict[str, Any], said: str, on_all: str) -> Shown:
            job = visit.judged_job()
            if data.get("do") in ("accept", "changes", "freeze"):
                moved = judged(visit, job, str(data["do"]), _line(on_all))
                done = (
                    f"{job.clip}, {KINDS[job.kind].lower()}: {moved.state.value.replace('_', ' ')}."
                )
                closed = gr.update(visible=moved.state in WAITING)
                return {
                    **show_job(visit, moved, Look()),
                    notes: closed,
                    whole: "",
                    "said": done,
                }
            look = looked(visit, job, data, _line(said))
            return {**show_job(visit, visit.judged_job(), look), note: ""}

        def show_job(visit: Visit, job: Job, look: Look) -> Shown:
            if job.kind is Kind.EXPRESSION:
                return {view: show_expressions(visit, job), strip: None}
            return {view: show_masks(visit, job, look), strip: show_strip(visit, job, look)}

        page.load(loaded, view, strip, notes, note)
        for each in (view, strip):
            page.act(each, act, view, strip, notes, note, whole, inputs=[note, whole])


def judged(visit: Visit, job: Job, verdict: str, note: str) -> Job:
    """Give a verdict with all that was marked.

    Raises:
        SessionError: it is accepted with keyframes rejected, or sent back without saying why.
    """
    marks = marks_of(visit.project, job, visit.visitor.name)
    rejected = {k: mark for k, mark in marks.items() if mark.reason is not None}
    if verdict == "accept" and rejected:
        raise SessionError(f"{len(rejected)} keyframes are rejected; send it back, or unmark them")
    if verdict == "changes" and not rejected and not note:
        raise SessionError("say what is wrong: reject a keyframe, or write a note on the whole job")
    given = Verdict(
        verdict,
        {k: str(mark.reason) for k, mark in rejected.items()},
        {k: mark.note for k, mark in rejected.items()},
        note,
    )
    return give_verdict(visit.project, job, visit.visitor.name, given)


def looked(visit: Visit, job: Job, data: dict[str, Any], note: str) -> Look:
    """Do what was clicked beside the picture; return what is looked at then.

    Raises:
        SessionError: the click says nothing.
    """
    k, bare = data.get("k"), bool(data.get("bare"))
    if not isinstance(k, int):
        raise SessionError("that click says nothing; load the page again")
    visit.project.clip(job.clip).schedule.require(k)
    if data.get("do") == "mark":
        reason = data.get("reason")
        mark = None if data.get("undo") else Mark(None if reason is None else str(reason), note)
        put_mark(visit.project, job, visit.visitor.name, k, mark)
        if mark is not None:
            k = min(k + 1, visit.project.clip(job.clip).schedule.keyframes - 1)
    return Look(k, bare=bare)


def show_list(visit: Visit) -> Node:
    """Return what waits, and what is accepted and not frozen."""
    found = [
        job
        for job in reviewable(visit.project, visit.visitor, visit.project.jobs())
        if not job.state.writable
    ]
    waiting = [job for job in found if job.state in WAITING]
    accepted = [job for job in found if job.state is JobState.ACCEPTED]
    return el(
        "main",
        el(
            "div.title",
            el("h1", "Review"),
            el("p.soft", f"{len(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for you"),
        ),
        _listed(visit, waiting, "waiting") if waiting else nothing("Nothing waits for review."),
        el("h2", "Accepted, not frozen yet") if accepted else None,
        _listed(visit, accepted, "accepted") if accepted else None,
    )


def _listed(visit: Visit, jobs: list[Job], name: str) -> Node:
    heads = ["", "Clip", "What", "By", "State", "Done", "#Minutes", "Earlier verdict", ""]
    return table(heads, [_row(visit, job) for job in jobs], name=name, caption=name)


def _row(visit: Visit, job: Job) -> list[Node]:
    progress, verdict = visit.meter.progress(job), last_verdict(visit.project, job)
    earlier = f"{verdict.verdict}, {verdict.reviewer}" if verdict else "–"
    return [
        el("td.picture", thumbnail(visit, job.clip, 0)),
        job.clip,
        KINDS[job.kind],
        job.user,
        badge(job.state),
        bar(progress.done, progress.of, "done"),
        el("td.number", minutes(progress.seconds), sort=round(progress.seconds)),
        earlier,
        el("td.actions", el("a", "Review", href=visit.to(f"ui/review?job={job.job_id}"))),
    ]


def _line(text: str) -> str:
    return " ".join(str(text).split())
