"""Which clips to show: the best, the median and the worst of a method, and which frames."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.report.record import FrameCounts, Row
from benchmark.rules.per_expression import clip_means_by_video

MOMENTS = 4
"""At most so many frames of a clip are shown."""


@dataclass(frozen=True, slots=True)
class Example:
    """One clip to show.

    Attributes:
        kind: such as "best".
        j: the clip's J, the mean over its expressions.
        row: the expression shown: the one whose J is nearest to the clip's.
        frame_ids: the frames shown, in order.
    """

    kind: str
    j: float
    row: Row
    frame_ids: tuple[str, ...]


def choose_examples(rows: Sequence[Row]) -> tuple[Example, ...]:
    """Return the best, the median and the worst clip; fewer where there are fewer clips.

    Of equal clips the one whose id sorts first is the better; of an even number the lower of the
    two middle ones is the median. So the same record always shows the same.
    """
    means = {
        clip: value for clips in clip_means_by_video(rows).values() for clip, value in clips.items()
    }
    order = sorted(means, key=lambda clip: (-means[clip], clip))
    chosen = {"best": order[0], "worst": order[-1], "median": order[len(order) // 2]}
    shown: dict[str, str] = {}
    for kind in ("best", "worst", "median"):
        if chosen[kind] not in shown.values():
            shown[kind] = chosen[kind]
    kinds = [kind for kind in ("best", "median", "worst") if kind in shown]
    return tuple(_example(kind, means[shown[kind]], _of_clip(rows, shown[kind])) for kind in kinds)


def _of_clip(rows: Sequence[Row], clip: str) -> list[Row]:
    return [row for row in rows if row.clip == clip]


def _example(kind: str, j: float, rows: Sequence[Row]) -> Example:
    # Rounded, so that two that are as near are told apart by their ids and not by the last bit.
    row = min(rows, key=lambda row: (round(abs(row.j - j), 9), row.expression))
    return Example(kind, j, row, _moments(row.frames))


def _moments(frames: FrameCounts) -> tuple[str, ...]:
    """Return frames spread over the time that the target is there; over all if it never is."""
    seen = [
        frame_id for frame_id, target in zip(frames.ids, frames.target, strict=True) if target
    ] or list(frames.ids)
    if len(seen) <= MOMENTS:
        return tuple(seen)
    return tuple(seen[(2 * k + 1) * len(seen) // (2 * MOMENTS)] for k in range(MOMENTS))
