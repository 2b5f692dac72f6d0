"""Clips: a list for those who plan, and the card of one clip for all who work on it."""

from dataclasses import replace
from typing import Any

import gradio as gr

from annotator.cards import LONGEST_TEXT, MOST_POINTS, TargetCard, put_card, read_card
from annotator.clip import ProjectClip
from annotator.keyframe import SessionError
from annotator.pages.nodes import Node, el, facts, table
from annotator.pages.page_expressions import film, shape
from annotator.pages.parts import thumbnail
from annotator.pages.shell import Shell, Shown, nothing
from annotator.pages.visit import EVERYONE, JUDGES, Visit
from refvps.release.taxonomy import GROUPS

SHOWN = 60
"""Keyframes to choose the reference from; of a longer clip, every second, third, …"""


def build(shell: Shell) -> None:
    """Make both pages."""
    with shell.page("clips", "Clips", JUDGES) as page:
        clips = shell.view("clips")
        page.load(lambda visit: {clips: show_clips(visit)}, clips)
    _build_card(shell)


def _build_card(shell: Shell) -> None:
    with shell.page("clip", "Clip", EVERYONE) as page:
        with gr.Row(equal_height=False, elem_classes=["main"]):
            with gr.Column(scale=3, min_width=420):
                picture = shell.view("picture")
            with gr.Column(scale=2, min_width=340):
                card = shell.view("card")
                with gr.Column(visible=False, elem_id="edit") as edit:
                    gr.HTML("<p class='soft'>Texts and points are yours to change.</p>")
                    target = gr.Textbox(
                        label="What the target is (not one of the expressions)",
                        max_length=LONGEST_TEXT,
                        elem_id="card-target",
                        elem_classes=["keeps"],
                    )
                    note = gr.Textbox(
                        label="Note for those who label", max_length=LONGEST_TEXT, lines=2,
                        elem_id="card-note", elem_classes=["keeps"],
                    )  # fmt: skip
                    save = gr.Button("Save the texts", elem_id="card-save")
        choose = shell.view("choose")
        shown = [picture, card, choose]

        def views(visit: Visit) -> Shown:
            clip = visit.clip()
            found = read_card(visit.project, clip)
            return {
                picture: show_picture(visit, clip, found),
                card: show_card(clip, found),
                choose: show_choice(visit, clip, found) if visit.has(JUDGES) else None,
            }

        def loaded(visit: Visit) -> Shown:
            found = read_card(visit.project, visit.clip())
            return {
                **views(visit),
                edit: gr.update(visible=visit.has(JUDGES)),
                target: found.target,
                note: found.note,
            }

        def act(visit: Visit, data: dict[str, Any]) -> Shown:
            visit.require(JUDGES)
            clip = visit.clip()
            after = changed(read_card(visit.project, clip), data)
            put_card(visit.project, clip, after, visit.visitor.name)
            return views(visit)

        def texts(visit: Visit, what: str, hint: str) -> Shown:
            visit.require(JUDGES)
            clip = visit.clip()
            before = read_card(visit.project, clip)
            after = replace(before, target=_line(what), note=_line(hint))
            put_card(visit.project, clip, after, visit.visitor.name)
            return {**views(visit), "said": "The card is saved."}

        page.load(loaded, *shown, edit, target, note)
        page.act(picture, act, *shown)
        page.act(choose, act, *shown)
        page.form(save.click, texts, [target, note], *shown)


def changed(card: TargetCard, data: dict[str, Any]) -> TargetCard:
    """Return a card after a click: a point more, none, or another keyframe.

    Raises:
        SessionError: there are points enough, or the click says nothing.
    """
    if data.get("do") == "keyframe" and isinstance(data.get("k"), int):
        return replace(card, keyframe=data["k"], points=())
    if data.get("do") == "clear":
        return replace(card, points=())
    x, y = data.get("x"), data.get("y")
    if data.get("do") == "point" and isinstance(x, int | float) and isinstance(y, int | float):
        if len(card.points) >= MOST_POINTS:
            raise SessionError(f"{MOST_POINTS} points are enough; clear them first")
        return replace(card, points=(*card.points, (round(x, 4), round(y, 4))))
    raise SessionError("that click says nothing; load the page again")


def show_clips(visit: Visit) -> Node:
    """Return the list of all clips."""
    heads = ["", "Clip", "Concept", "Groups", "#Seconds", "#Keyframes", "Target card", "Licence"]
    rows = [_row(visit, visit.project.clip(name)) for name in visit.project.clip_ids]
    count = f"{len(rows)} {'clip' if len(rows) == 1 else 'clips'}"
    return el(
        "main",
        el("div.title", el("h1", "Clips"), el("p.soft", count)),
        table(heads, rows, name="clip-list", caption="Clips")
        if rows
        else nothing("The project has no clips; bring one in with `refvps annotate import`."),
    )


def _row(visit: Visit, clip: ProjectClip) -> list[Node]:
    card = read_card(visit.project, clip)
    points = len(card.points)
    state = f"{points} {'point' if points == 1 else 'points'}" if points else "○ no points"
    return [
        el("td.picture", thumbnail(visit, clip.clip_id, clip.schedule.index(card.keyframe))),
        el("a", clip.clip_id, href=visit.to(f"ui/clip?clip={clip.clip_id}")),
        clip.facts.concept or "–",
        ", ".join(clip.facts.groups) or "–",
        f"{clip.schedule.frames / 24:.1f}",
        str(clip.schedule.keyframes),
        el("span" if points else "span.soft", state),
        clip.facts.licence,
    ]


def show_picture(visit: Visit, clip: ProjectClip, card: TargetCard) -> Node:
    """Return the clip to play and, for those who may say so, the place to point at the target."""
    if not visit.has(JUDGES):
        return el("div", film(visit, clip))
    index = clip.schedule.index(card.keyframe)
    source = visit.to(f"pages/frames/{clip.clip_id}/{index}?width=960")
    marks = [el("span.ring", at=list(point), aria_hidden="true") for point in card.points]
    return el(
        f"div.pair{shape(clip)}",
        el(
            "figure.reference",
            el(
                f"div.stage{shape(clip)}",
                el("img", src=source, alt=f"keyframe {card.keyframe}", place={"do": "point"},
                   key="reference"),
                *marks,
            ),
            el(
                "figcaption",
                f"Keyframe {card.keyframe} shows the target best. Click on it, one to "
                f"{MOST_POINTS} times. ",
                el("button.quiet", "Clear the points", on={"do": "clear"}) if marks else None,
            ),
        ),
        el("div.playing", el("h3", "The clip"), film(visit, clip)),
    )  # fmt: skip


def show_card(clip: ProjectClip, card: TargetCard) -> Node:
    """Return what is known of a clip."""
    known = clip.facts
    groups = [
        el("li.chosen" if group in known.groups else "li",
           "✓ " if group in known.groups else "", group)
        for group in GROUPS
    ]  # fmt: skip
    seconds = clip.schedule.frames / 24
    return el(
        "div",
        el("h1", clip.clip_id),
        facts(
            ("Target", card.target),
            ("Note", card.note),
            ("Shown by", _points(card)),
        ),
        el("h3", "Taxonomy"),
        facts(("Concept", known.concept), ("Groups", el("ul.groups", *groups))),
        el("h3", "Origin"),
        facts(
            ("Source", known.source),
            ("Video", known.video),
            ("Licence", known.licence),
            ("Length", f"{seconds:.1f} s, {clip.schedule.frames} frames at 24 a second, "
             f"{clip.schedule.keyframes} keyframes"),
            ("Size", f"{clip.size.width} × {clip.size.height}"),
        ),
    )  # fmt: skip


def show_choice(visit: Visit, clip: ProjectClip, card: TargetCard) -> Node:
    """Return the keyframes, to choose the reference from."""
    count = clip.schedule.keyframes
    step = -(-count // SHOWN)
    pictures = [
        el(
            "button.cell",
            thumbnail(visit, clip.clip_id, clip.schedule.index(k)),
            el("span", str(k)),
            on={"do": "keyframe", "k": k},
            aria_pressed="true" if k == card.keyframe else "false",
            title=f"keyframe {k} shows the target best",
            key=f"choose-{k}",
        )
        for k in range(0, count, step)
    ]
    title = el("h3", "Which keyframe shows the target best?")
    return el("main.slim", title, el("div.strip", *pictures))


def _points(card: TargetCard) -> Node:
    if not card.points:
        return el("span.soft", "nobody has pointed at it yet")
    return f"{len(card.points)} pink rings on keyframe {card.keyframe}"


def _line(text: str) -> str:
    return " ".join(str(text).split())
