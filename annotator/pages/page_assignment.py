"""Assignment: who does what on which clip, and who has how much to do."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from annotator.jobs import LABELS, Job, Kind, require_day
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, el, table
from annotator.pages.parts import KINDS, badge
from annotator.pages.shell import Shell, Shown, nothing
from annotator.pages.visit import ADMIN, Visit
from annotator.project import WRITERS

OFFERED = (Kind.MASK, Kind.RELABEL, Kind.EXPRESSION, Kind.ADJUDICATE)


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("assignment", "Assignment", ADMIN) as page:
        with gr.Row(equal_height=False, elem_classes=["main", "inputs"], elem_id="assign"):
            clips = gr.Dropdown([], label="Clips", multiselect=True, elem_id="clips", scale=3)
            kind = gr.Dropdown(
                [(KINDS[each], each.value) for each in OFFERED], value=Kind.MASK.value,
                label="What", elem_id="kind", min_width=130,
            )  # fmt: skip
            person = gr.Dropdown([], label="Who", elem_id="person", min_width=130)
            due = gr.Textbox(label="Due", placeholder="2026-11-30", elem_id="due", min_width=110)
            give = gr.Button("Assign", variant="primary", elem_id="give", min_width=100)
        view = shell.view("assignment")

        def loaded(visit: Visit) -> Shown:
            project = visit.project
            return {
                view: show(visit),
                clips: gr.update(choices=list(project.clip_ids)),
                person: gr.update(choices=list(project.users.names)),
            }

        def chosen(visit: Visit, data: dict[str, Any]) -> Shown:
            clip, what = str(data.get("clip")), str(data.get("kind"))
            if clip not in visit.project.clip_ids or what not in {k.value for k in OFFERED}:
                raise SessionError("that click says nothing; load the page again")
            return {clips: [clip], kind: what}

        def given(visit: Visit, names: Any, what: str, who: str, day: str) -> Shown:  # noqa: ANN401
            said = assigned(visit, [str(name) for name in names or []], what, who, day or "")
            return {view: show(visit), clips: [], "said": said}

        page.load(loaded, view, clips, person)
        page.act(view, chosen, clips, kind)
        page.form(give.click, given, [clips, kind, person, due], view, clips)


def assigned(visit: Visit, clips: Sequence[str], what: str, who: str, day: str) -> str:
    """Assign clips to somebody; return what to tell.

    Raises:
        SessionError: something is not chosen, or none could be assigned: the message says why.
    """
    if not clips or not who:
        raise SessionError("choose clips and a person first")
    if who not in visit.project.users.names or what not in {kind.value for kind in OFFERED}:
        raise SessionError("choose a person and a kind from the lists")
    due = require_day(day.strip()) if day.strip() else None
    done, refused = 0, []
    for clip in clips:
        if clip not in visit.project.clip_ids:
            raise SessionError("choose clips from the list")
        try:
            visit.project.assign(Kind(what), clip, who, due)
            done += 1
        except SessionError as error:
            refused.append(error.message)
    if refused and not done:
        raise SessionError("; ".join(refused[:3]))
    more = f" Not assigned: {'; '.join(refused[:3])}." if refused else ""
    return f"{done} {'job' if done == 1 else 'jobs'} for {who}.{more}"


def show(visit: Visit) -> Node:
    """Return who does what."""
    jobs = visit.project.jobs()
    if not visit.project.clip_ids:
        return el("main", nothing("Bring clips in first: `refvps annotate import`."))
    by_clip: dict[str, list[Job]] = {}
    for job in jobs:
        by_clip.setdefault(job.clip, []).append(job)
    rows = [_row(visit, clip, by_clip.get(clip, [])) for clip in visit.project.clip_ids]
    return el(
        "main",
        el("h2", "Clips"),
        table(
            ["Clip", "Masks", "Second masks", "Expressions", "Adjudicated"], rows,
            name="assigned", caption="Who does what",
        ),
        el("h2", "People"),
        table(
            ["Name", "Roles", "#To do", "#Handed in"],
            [_person(visit, name, jobs) for name in visit.project.users.names],
            name="load", caption="Who has how much to do",
        ),
    )  # fmt: skip


def _row(visit: Visit, clip: str, jobs: Sequence[Job]) -> list[Node]:
    return [
        el("a", clip, href=visit.to(f"ui/clip?clip={clip}")),
        *(_cell(clip, kind, jobs) for kind in OFFERED),
    ]


def _cell(clip: str, kind: Kind, on_clip: Sequence[Job]) -> Node:
    jobs = [job for job in on_clip if job.kind is kind]
    room = _room(kind, on_clip) - len(jobs)
    shown: list[Node] = [
        el(
            "span.person",
            job.user,
            " ",
            badge(job.state),
            title=f"due {job.due}" if job.due else None,
        )
        for job in jobs
    ]
    choose = {"clip": clip, "kind": kind.value}
    shown += [el("button.quiet", "assign …", on=choose) for _ in range(min(1, max(0, room)))]
    return el("td", *shown, sort=len(jobs))


def _room(kind: Kind, on_clip: Sequence[Job]) -> int:
    """Return how many jobs of a kind a clip has room for; nothing is judged too early."""
    if kind is Kind.ADJUDICATE:
        return int(sum(job.kind in LABELS and job.state.handed_in for job in on_clip) >= 2)
    return WRITERS if kind is Kind.EXPRESSION else 1


def _person(visit: Visit, name: str, jobs: Sequence[Job]) -> list[Node]:
    own = [job for job in jobs if job.user == name]
    todo = sum(job.state.writable for job in own)
    roles = ", ".join(sorted(visit.project.users.roles(name)))
    return [name, roles, str(todo), str(len(own) - todo)]
