"""How large each target is over time, counted from the masks."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from refvps.segment.shot import Shot
from refvps.types import Prediction
from refvps.video.times import seconds_text

COLUMNS = ("frame", "time_s", "expression_id", "expression", "pixels", "share")


@dataclass(frozen=True, slots=True)
class AreaCurve:
    """The area of one target.

    Attributes:
        expression_id: of the expression.
        text: the expression.
        pixels: of the mask, one count a frame.
        frame_pixels: of a frame.
    """

    expression_id: str
    text: str
    pixels: tuple[int, ...]
    frame_pixels: int

    @property
    def shares(self) -> tuple[float, ...]:
        """The same as fractions of the frame."""
        return tuple(count / self.frame_pixels for count in self.pixels)

    @property
    def mean_share(self) -> float:
        """The mean over all frames, a fraction."""
        return sum(self.pixels) / (len(self.pixels) * self.frame_pixels)


def area_curve(prediction: Prediction) -> AreaCurve:
    """Count the pixels of a prediction's masks."""
    height, width = prediction.masks[0].size
    expression = prediction.query.expression
    pixels = tuple(mask.area for mask in prediction.masks)
    return AreaCurve(expression.expression_id, expression.text, pixels, height * width)


def area_csv(shot: Shot, curves: Sequence[AreaCurve]) -> str:
    """Return the curves as CSV, one row a frame and expression; see ``COLUMNS``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place, frame_id in enumerate(shot.clip.frame_ids):
        time = seconds_text(shot.times[place])
        for curve in curves:
            count = curve.pixels[place]
            row = (frame_id, time, curve.expression_id, curve.text, count)
            writer.writerow((*row, f"{count / curve.frame_pixels:.6f}"))
    return buffer.getvalue()
