"""The curves of areas as a strip of pixels, for a playhead to run over."""

from collections.abc import Sequence

import numpy as np

from refvps.overlay import COLOURS
from refvps.segment.area import AreaCurve
from refvps.segment.legend import GROUND
from refvps.segment.shot import Shot
from refvps.types import Size, UInt8Array

BASE = "#3c3c3c"


def draw_strip(shot: Shot, curves: Sequence[AreaCurve], size: Size) -> UInt8Array:
    """Return the curves from the first frame to the last, uint8 ``[H, W, 3]``.

    The strip is as high as the largest area; the numbers beside the expressions give the scale.
    To be called within ``plain_matplotlib``.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dpi = 100
    height, width = size
    figure = Figure(figsize=((width + 0.01) / dpi, (height + 0.01) / dpi), dpi=dpi)
    figure.patch.set_facecolor(GROUND.hex)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    line = max(1.2, height / 28)
    places = [place_of(shot, index, width) for index in range(len(shot.times))]
    for number, curve in enumerate(curves):
        # Curves upon each other stay visible: the first is the widest.
        spread = line * (1 + 1.4 * (len(curves) - 1 - number))
        colour = COLOURS[number].hex
        axes.plot(places, curve.shares, color=colour, linewidth=spread, solid_joinstyle="round")
        if len(curves) == 1:
            axes.fill_between(places, curve.shares, color=colour, alpha=0.22, linewidth=0)
    top = max(max(curve.shares) for curve in curves) or 1.0
    axes.axhline(0, color=BASE, linewidth=line)
    axes.set(xlim=(0, width), ylim=(-0.06 * top, 1.1 * top))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:height, :width, :3].copy()


def place_of(shot: Shot, index: int, width: int) -> float:
    """Return where a frame stands on a strip, in pixels from the left."""
    first, last = shot.times[0], shot.times[-1]
    if first == last:
        return width / 2
    return float((shot.times[index] - first) / (last - first) * (width - 1)) + 0.5
