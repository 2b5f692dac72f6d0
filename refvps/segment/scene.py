"""One frame of the overlay video: the picture, the key below it, and the curves with a playhead."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from refvps.drawing.lettering import coverage, line_height, paint
from refvps.drawing.reduced import reduced
from refvps.overlay import overlay_several
from refvps.segment.area import AreaCurve
from refvps.segment.legend import GREY, GROUND, INK, Legend, percent, plan_legend
from refvps.segment.shot import Shot
from refvps.segment.strip import draw_strip, place_of
from refvps.types import BoolArray, Size, UInt8Array

MOST_SIDE = 1920
"""The longer side of the picture; larger frames are reduced to it."""

LEAST_WIDTH = 640
"""Smaller frames are enlarged by whole factors up to this width, so that text fits below them."""

TO_COME = 0.4
"""How bright the part of the curves is that the playhead has not reached."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The measures of the overlay video, and what its frames have in common.

    Attributes:
        frame: height and width of the clip's frames.
        panel: height and width they are shown at.
        legend: the key.
        strip_top: where the curves start, in pixels.
        strip: the curves; None for a single frame.
        ground: everything that does not change, uint8 ``[H, W, 3]``.
    """

    frame: Size
    panel: Size
    legend: Legend
    strip_top: int
    strip: UInt8Array | None
    ground: UInt8Array

    @property
    def size(self) -> Size:
        """Of the video: both even."""
        return Size(*self.ground.shape[:2])

    def draw(
        self, pixels: UInt8Array, masks: Sequence[BoolArray], shot: Shot, index: int
    ) -> UInt8Array:
        """Return a frame of the video, uint8 ``[H, W, 3]``; within ``plain_matplotlib``."""
        canvas = self.ground.copy()
        shown = shown_at(overlay_several(pixels, masks, outline=self._outline), self.panel)
        left = (self.size.width - self.panel.width) // 2
        canvas[: self.panel.height, left : left + self.panel.width] = shown
        area = self.frame.height * self.frame.width
        values = [percent(np.count_nonzero(mask) / area) for mask in masks]
        self.legend.draw_values(canvas, values)
        if self.strip is not None:
            self._draw_strip(canvas, self.strip, shot, index)
        self._draw_clock(canvas, shot, index)
        return canvas

    @property
    def _outline(self) -> int:
        """Return the width that looks alike whatever the frame is reduced to."""
        return outline_for(self.frame, self.panel)

    def _draw_strip(self, canvas: UInt8Array, strip: UInt8Array, shot: Shot, index: int) -> None:
        height, width = strip.shape[:2]
        left = self.legend.left
        played = canvas[self.strip_top : self.strip_top + height, left : left + width]
        place = round(place_of(shot, index, width) - 0.5)
        played[:, : place + 1] = strip[:, : place + 1]
        half = max(1, self.legend.text // 14)
        played[:, max(0, place - half + 1) : place + half] = INK

    def _draw_clock(self, canvas: UInt8Array, shot: Shot, index: int) -> None:
        small = small_text(self.legend.text)
        covered = coverage(f"{float(shot.times[index]):.2f} s", small)
        right = self.legend.left + self.legend.width
        top = self.size.height - line_height(small) - gap_of(self.legend.text) // 2
        paint(canvas, covered, right - covered.shape[1], top, GREY)


def plan_scene(frame: Size, shot: Shot, curves: Sequence[AreaCurve], method: str) -> Scene:
    """Return the measures of a video and its ground; to be called within ``plain_matplotlib``."""
    panel = panel_for(frame, MOST_SIDE)
    # Tall pictures leave little width, so letters follow both sides.
    text = max(14, round(min(panel.width * 0.026, (panel.width * panel.height) ** 0.5 * 0.03)))
    gap, small = gap_of(text), small_text(text)
    width = panel.width + panel.width % 2
    legend = plan_legend(
        [curve.text for curve in curves],
        left=gap,
        top=panel.height + gap,
        width=width - 2 * gap,
        text=text,
    )
    strip_top = legend.top + legend.height + gap // 2
    strip_height = round(2.4 * text) if len(shot.times) > 1 else 0
    bottom = strip_top + strip_height + gap // 2 + line_height(small) + gap // 2
    ground = np.empty((bottom + bottom % 2, width, 3), np.uint8)
    ground[:] = GROUND
    legend.draw(ground)
    top = len(ground) - line_height(small) - gap // 2
    paint(ground, coverage(f"method {method}", small), gap, top, GREY)
    strip = None
    if strip_height:
        strip = draw_strip(shot, curves, Size(strip_height, legend.width))
        dim = TO_COME * strip.astype(np.float32) + (1 - TO_COME) * np.array(GROUND, np.float32)
        place = ground[strip_top : strip_top + strip_height, gap : gap + legend.width]
        place[:] = dim.round().astype(np.uint8)
    return Scene(frame, panel, legend, strip_top, strip, ground)


def panel_for(frame: Size, most_side: int) -> Size:
    """Return the size frames are shown at.

    >>> panel_for(Size(2160, 3840), 1920), panel_for(Size(75, 101), 1920)
    (Size(height=1080, width=1920), Size(height=450, width=606))
    """
    factor = LEAST_WIDTH // frame.width
    if factor > 1 and factor * frame.height <= most_side:
        return Size(factor * frame.height, factor * frame.width)
    scale = min(1.0, most_side / max(frame))
    return Size(max(1, round(scale * frame.height)), max(1, round(scale * frame.width)))


def shown_at(pixels: UInt8Array, panel: Size) -> UInt8Array:
    """Return a picture at a size from ``panel_for``."""
    factor = panel.width // pixels.shape[1]
    if factor > 1:
        return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    return reduced(pixels, panel)


def outline_for(frame: Size, panel: Size) -> int:
    """Return an outline in pixels of the frame that is fine at the size of the panel."""
    return max(1, round(max(panel) / 360 * frame.width / panel.width))


def small_text(text: int) -> int:
    """Return the size of the smallest letters beside others, in pixels."""
    return max(11, round(0.72 * text))


def gap_of(text: int) -> int:
    """Return the margin that goes with letters of a size, in pixels."""
    return round(0.8 * text)
