"""Two expressions of a clip by one of two people, who see nothing of each other's before."""

import time

import gradio as gr

from annotator.cards import read_card
from annotator.clip import ProjectClip
from annotator.expressions import FEWEST_WORDS, MOST_WORDS, judged
from annotator.handing_in import LONGEST_EXPRESSION, hand_in, others_of
from annotator.jobs import Job, JobState, Kind
from annotator.pages.nodes import Node, el, facts
from annotator.pages.parts import badge
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import EVERYONE, Visit
from annotator.reviews import last_verdict

ACCEPTED = (JobState.ACCEPTED, JobState.FROZEN)
LIMITS = {"fewest": FEWEST_WORDS, "most": MOST_WORDS, "longest": LONGEST_EXPRESSION}
"""Of a text: words, and characters."""


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("expressions", "Expressions", EVERYONE) as page:
        with gr.Row(equal_height=False, elem_classes=["main"]):
            with gr.Column(scale=3, min_width=420):
                clip = shell.view("clip")
            with gr.Column(scale=2, min_width=340):
                about = shell.view("about")
                # The browser saves what is typed by itself: Gradio would lose it with the server.
                boxes = shell.module(
                    "writing", script="expressions.js", place="view writing", told="finished"
                )

        def loaded(visit: Visit) -> Shown:
            job = visit.own_job(Kind.EXPRESSION)
            if job.state.writable:
                _log(visit, job, "open")
            return {clip: film(visit, visit.project.clip(job.clip)), **state(visit, job)}

        def state(visit: Visit, job: Job) -> Shown:
            texts = (*visit.project.work(job).head.expressions, "", "")[:2]
            given = {**LIMITS, "judged": judged(texts)} if job.state.writable else None
            return {about: show_about(visit, job), boxes: given}

        def finished(visit: Visit) -> Shown:
            moved = hand_in(visit.project, visit.own_job(Kind.EXPRESSION))
            return {**state(visit, moved), "said": "Handed in. Thank you."}

        page.load(loaded, clip, about, boxes)
        page.form(boxes.finished, finished, [], about, boxes)


def film(visit: Visit, clip: ProjectClip) -> Node:
    """Return a clip that plays, beginning where its card points at the target."""
    card = read_card(visit.project, clip)
    return [
        f"film{shape(clip)}",
        {
            "key": f"film-{clip.clip_id}",
            "url": visit.to(f"api/clips/{clip.clip_id}/frames/"),
            "frames": clip.schedule.frames,
            "width": clip.size.width,
            "height": clip.size.height,
            "start": clip.schedule.index(card.keyframe),
            "points": [list(point) for point in card.points],
            "label": f"clip {clip.clip_id}",
        },
    ]


def shape(clip: ProjectClip) -> str:
    """Return the class of pictures that are limited by their height."""
    return ".tall" if clip.size.height > 0.7 * clip.size.width else ""


def show_about(visit: Visit, job: Job) -> Node:
    """Return what is to be described, how far it is, and what one may see of others."""
    clip = visit.project.clip(job.clip)
    card = read_card(visit.project, clip)
    verdict = last_verdict(visit.project, job)
    sent_back = job.state is JobState.CHANGES_REQUESTED and verdict is not None
    marked = "the pink rings on the first picture" if card.points else None
    return el(
        "div",
        el("p.row", el("strong", job.clip), badge(job.state)),
        facts(("Target", marked), ("It is", card.target), ("Note", card.note)),
        el("p.note.bad", f"Sent back: {verdict.note}") if verdict and sent_back else None,
        el(
            "p.soft",
            "Say which one it is so that nobody could mean another: what it does, where it is, "
            "how it looks. Somebody else writes two of their own; you see them when yours are "
            "accepted.",
        )
        if job.state.writable
        else None,
        _own(visit, job) if not job.state.writable else None,
        _others(visit, job) if job.state in ACCEPTED else None,
    )  # fmt: skip


def _own(visit: Visit, job: Job) -> Node:
    texts = visit.project.work(job).head.expressions
    return el(
        "section",
        el("h3", "What you wrote"),
        el("ul.quotes", *(el("li", text) for text in texts)),
        el("p.soft", "You see what somebody else wrote when yours are accepted.")
        if job.state not in ACCEPTED
        else None,
    )


def _others(visit: Visit, job: Job) -> Node:
    found = [text for _, texts in others_of(visit.project, job) for text in texts]
    if not found:
        return el("p.soft", "Nobody else has handed in expressions of this clip yet.")
    return el(
        "section",
        el("h3", "What somebody else wrote"),
        el("ul.quotes", *(el("li", text) for text in found)),
    )


def _log(visit: Visit, job: Job, name: str) -> None:
    """Keep when somebody worked: the editor's log, for a page without one."""
    now = time.time()
    facts_ = {"user": job.user, "job": job.job_id, "clip": job.clip}
    event = {"ts_server": now, **facts_, "ev": name, "mono": now, "session": "page"}
    visit.project.work(job).log([event])
