"""One frame of a video: panels with their labels on a dark ground, the expression below."""

from collections.abc import Iterator

import numpy as np

from benchmark.figure.block import BARE, NOT_ANNOTATED, TRUTH, note_of
from benchmark.figure.material import Material, Moment
from benchmark.figure.video_layout import GAP, VideoPlan
from refvps.drawing.lettering import coverage, line_height, paint
from refvps.drawing.reduced import reduced
from refvps.drawing.wrapping import reads_leftwards
from refvps.overlay import TARGET, VOID, Colour, overlay
from refvps.types import UInt8Array

GROUND = Colour(20, 20, 20)
INK = Colour(240, 240, 240)
GREY = Colour(150, 150, 150)
KEY = ((TARGET, "target"), (VOID, "Ignore"))


def draw_ground(plan: VideoPlan, material: Material) -> UInt8Array:
    """Return what all frames have in common: names, expression and key, uint8 ``[H, W, 3]``."""
    canvas = np.empty((*plan.size, 3), np.uint8)
    canvas[:] = GROUND
    truth = () if material.truth is None else (TRUTH,)
    for place, name in enumerate((BARE, *truth, *material.methods)):
        left, top = plan.corner(place)
        covered = coverage(name, plan.text, bold=True)[:, : plan.panel.width]
        paint(canvas, covered, left, top - line_height(plan.text), INK)
    top = plan.footer_top
    for line in plan.caption:
        covered = coverage(line, plan.caption_text, italic=True)
        left = _footer_left(plan, covered, at_start=True)
        paint(canvas, covered, left, top, INK)
        top += line_height(plan.caption_text)
    _draw_key(canvas, plan, material.query.query_id, top)
    return canvas


def draw_frame(
    plan: VideoPlan, material: Material, ground: UInt8Array, moment: Moment
) -> UInt8Array:
    """Return a frame of the video, uint8 ``[H, W, 3]``; ``ground`` is not changed."""
    canvas = ground.copy()
    for place, (name, pixels, notes) in enumerate(_panels(plan, material, moment)):
        left, top = plan.corner(place)
        height, width = plan.panel
        canvas[top : top + height, left : left + width] = _fitted(pixels, plan)
        room = width - coverage(name, plan.text, bold=True).shape[1] - plan.text
        for covered in (coverage(note, plan.text) for note in notes):
            if covered.shape[1] <= room:
                right = left + width - covered.shape[1]
                paint(canvas, covered, right, top - line_height(plan.text), GREY)
                break
    clip = material.query.clip
    text = f"{float(moment.seconds):.2f} / {float(len(clip.frame_paths) / clip.fps):.2f} s"
    covered = coverage(text, plan.text)
    left = _footer_left(plan, covered, at_start=False)
    paint(canvas, covered, left, plan.footer_top, GREY)
    return canvas


def _footer_left(plan: VideoPlan, covered: UInt8Array, *, at_start: bool) -> int:
    """Return where a line of the footer begins that stands where the caption starts, or ends."""
    leftwards = reads_leftwards(" ".join(plan.caption))
    return GAP if at_start is not leftwards else GAP + plan.inside - covered.shape[1]


Panel = tuple[str, UInt8Array, tuple[str, ...]]
"""A name, its picture at the size of the frame, and what is said of it: the first that fits."""


def _panels(plan: VideoPlan, material: Material, moment: Moment) -> Iterator[Panel]:
    frame, truth = moment.frame, moment.truth
    yield BARE, frame, ()
    # Lines as wide as those of the letters, whatever the frame is reduced to.
    outline = max(1, round(plan.frame.width / plan.panel.width * plan.text / 8))
    if material.truth is not None:
        if truth is None:
            yield TRUTH, frame, (NOT_ANNOTATED,)
        else:
            void = None if truth.void is None else truth.void.dense()
            drawn = overlay(frame, truth.mask.dense(), void=void, outline=outline)
            yield TRUTH, drawn, (f"held from {_time(material, truth.frame_id)}",)
    for place, predicted in enumerate(moment.predicted):
        name = material.methods[place]
        if predicted is None:
            yield name, frame, ("no mask yet",)
            continue
        drawn = overlay(frame, predicted.mask.dense(), outline=outline)
        yield name, drawn, tuple(_notes(material, place, moment))


def _notes(material: Material, place: int, moment: Moment) -> Iterator[str]:
    """Yield what is said of a method's mask, the longest first.

    Both the time and J are those of the last annotated frame, so that they can be read: on the
    annotated frames alone they would flicker.
    """
    predicted, truth = moment.predicted[place], moment.truth
    if predicted is None:
        return
    j = note_of(predicted.j) if predicted.j is not None and truth is not None else ""
    if len(material.masks[place]) < len(material.query.clip.frame_paths):
        yield f"held from {_time(material, predicted.frame_id)}   {j}".rstrip()
    elif truth is not None and j:
        yield f"{j} at {_time(material, truth.frame_id)}"
    yield j


def _time(material: Material, frame_id: str) -> str:
    clip = material.query.clip
    return f"{float(clip.frame_ids.index(frame_id) / clip.fps):.2f} s"


def _fitted(pixels: UInt8Array, plan: VideoPlan) -> UInt8Array:
    """Return a panel at the size it is shown at: reduced smoothly, enlarged by whole factors."""
    factor = plan.panel.width // plan.frame.width
    if factor > 1:
        return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    return reduced(pixels, plan.panel)


def _draw_key(canvas: UInt8Array, plan: VideoPlan, query_id: str, top: int) -> None:
    covered = coverage(query_id, plan.small_text)
    paint(canvas, covered, GAP, top, GREY)
    left, side = GAP + covered.shape[1] + 2 * plan.small_text, round(0.7 * plan.small_text)
    for colour, text in KEY:
        down = top + (line_height(plan.small_text) - side) // 2
        canvas[down : down + side, left : left + side] = colour
        covered = coverage(text, plan.small_text)
        left += side + plan.small_text // 2
        paint(canvas, covered, left, top, GREY)
        left += covered.shape[1] + plan.small_text
