"""Two expressions of a clip by one of two people, who see nothing of each other's before."""

import secrets
import time

import gradio as gr

from annotator.cards import read_card
from annotator.clip import ProjectClip
from annotator.expressions import FEWEST_WORDS, MOST_WORDS, problems, words
from annotator.handing_in import LONGEST_EXPRESSION, hand_in, others_of, save_expressions
from annotator.jobs import Job, JobState, Kind
from annotator.pages.nodes import Node, el, facts
from annotator.pages.parts import badge
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import EVERYONE, Visit
from annotator.reviews import last_verdict
from annotator.server.bodies import RequestError

ACCEPTED = (JobState.ACCEPTED, JobState.FROZEN)
_LABELS = ("First expression", "Second expression, in other words")


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("expressions", "Expressions", EVERYONE) as page:
        with gr.Row(equal_height=False, elem_classes=["main"]):
            with gr.Column(scale=3, min_width=420):
                clip = shell.view("clip")
            with gr.Column(scale=2, min_width=340):
                about = shell.view("about")
                texts = [_box(*each) for each in enumerate(_LABELS, 1)]
                checks = shell.view("checks")
                give = gr.Button("Hand in", variant="primary", elem_id="hand-in", visible=False)
                # Held by the browser, so that it outlives a restart of the server.
                rev = gr.Textbox(visible=False)

        def loaded(visit: Visit) -> Shown:
            job = visit.own_job(Kind.EXPRESSION)
            if job.state.writable:
                _log(visit, job, "open")
            project_clip = visit.project.clip(job.clip)
            return {clip: film(visit, project_clip), **state(visit, job)}

        def state(visit: Visit, job: Job) -> Shown:
            head, open_ = visit.project.work(job).head, job.state.writable
            written = (*head.expressions, "", "")[:2]
            boxes = {
                box: gr.update(value=text, visible=open_)
                for box, text in zip(texts, written, strict=True)
            }
            return {
                about: show_about(visit, job),
                **boxes,
                checks: show_checks(written) if open_ else None,
                give: gr.update(visible=open_),
                rev: f"{head.expressions_rev}.{secrets.token_hex(8)}",
            }

        def typed(visit: Visit, first: str, second: str, base: str) -> Shown:
            said, number = kept(visit, first, second, base)
            # Leaving a box and handing in come together; the answer to the latter has to stay.
            return {checks: said, rev: number, "quiet": True}

        def handed_in(visit: Visit, first: str, second: str, base: str) -> Shown:
            moved = given(visit, first, second, base)
            return {**state(visit, moved), "said": "Handed in. Thank you."}

        every = [about, *texts, checks, give, rev]
        page.load(loaded, clip, *every)
        for box in texts:
            for event in (box.input, box.blur):
                page.form(event, typed, [*texts, rev], checks, rev, latest=True, in_turn=True)
        page.form(give.click, handed_in, [*texts, rev], *every, in_turn=True)


def _box(number: int, label: str) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        lines=2,
        max_lines=4,
        max_length=LONGEST_EXPRESSION,
        elem_id=f"expression-{number}",
        elem_classes=["keeps"],
        visible=False,
    )


def kept(visit: Visit, first: str, second: str, base: str) -> tuple[Node, str]:
    """Save what is typed, finished or not; return what to say of it, and its revision."""
    job = visit.own_job(Kind.EXPRESSION)
    if not job.state.writable:
        return None, base  # a box that is left when the job was just handed in
    saved = save(visit, job, [first, second], base)
    if job.state is JobState.ASSIGNED:
        visit.project.move(job.job_id, JobState.IN_PROGRESS)
    _log(visit, job, "expression_edit")
    return show_checks((first, second), saved=True), saved


def given(visit: Visit, first: str, second: str, base: str) -> Job:
    """Save what is typed and hand it in; return the job as it is then."""
    job = visit.own_job(Kind.EXPRESSION)
    if job.state.writable:
        save(visit, job, [first, second], base)
    return hand_in(visit.project, job)


def save(visit: Visit, job: Job, texts: list[str], base: str) -> str:
    """Save texts and return what the next save of this tab names.

    A tab names the revision that it knows and itself: what it sent before and has not heard of yet
    is no conflict. What another tab wrote is.

    Raises:
        ConflictError: another tab wrote meanwhile.
    """
    number, _, tab = base.partition(".")
    rev = _number(number)
    if tab and visit.tabs.get(job.job_id) == tab:
        rev = visit.project.work(job).head.expressions_rev
    saved = save_expressions(visit.project, job, texts, rev)
    visit.tabs[job.job_id] = tab
    return f"{saved}.{tab}"


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


def show_checks(texts: tuple[str, ...], *, saved: bool = False) -> Node:
    """Return what is right and wrong with two texts, as they are typed."""
    counts = [len(words(text)) for text in texts]
    wrong = problems(tuple(text for text in texts if text.strip()))
    lines = [
        el(
            "li.fine" if FEWEST_WORDS <= count <= MOST_WORDS else "li",
            f"{name}: {count} {'word' if count == 1 else 'words'} "
            f"(of {FEWEST_WORDS} to {MOST_WORDS})",
        )
        for name, count in zip(("First", "Second"), counts, strict=True)
    ]
    complete = all(text.strip() for text in texts)
    verdict = [el("li.bad", f"! {line}") for line in wrong]
    if complete and not wrong:
        verdict = [el("li.fine", "they differ")]
    return el(
        "div.checks",
        el("ul", *lines, *verdict),
        el("p.saved", "✓ saved" if saved else "Saved while you type."),
    )


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


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise RequestError(422, "load the page again: it does not say what it was made from")
    return int(text)
