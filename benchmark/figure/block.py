"""One query as rows of pictures: bare frames, truth, and a row a method."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmark.figure.material import Material, Moment
from refvps.drawing.reduced import reduced
from refvps.drawing.wrapping import one_line
from refvps.overlay import overlay
from refvps.types import Size, UInt8Array

BARE = "frames"
TRUTH = "truth"
NOT_ANNOTATED = "not annotated"
NO_J = "—"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a block.

    Attributes:
        pixels: RGB, uint8 ``[h, w, 3]``, never larger than the frame.
        note: what stands in its corner, or None.
    """

    pixels: UInt8Array
    note: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """The pictures of one query.

    Attributes:
        query_id: ``CLIP/EXPRESSION``.
        caption: the expression.
        size: height and width of the clip's frames.
        labels: one a row.
        rows: one picture a column each.
        times: seconds from the start of the clip, one a column, such as "0.50 s".
    """

    query_id: str
    caption: str
    size: Size
    labels: tuple[str, ...]
    rows: tuple[tuple[Picture, ...], ...]
    times: tuple[str, ...]


def build_block(
    material: Material, frame_ids: Sequence[str], *, side: Size, outline: float
) -> Block:
    """Read and draw the pictures of one query.

    Args:
        material: what to draw.
        frame_ids: the columns, at least one.
        side: the height and width pictures are shown at; larger frames are reduced to it.
        outline: the width of outlines, in widths of a picture.

    Raises:
        DataError, UnreadablePredictionsError: see ``Material.moment``.
    """
    columns: list[tuple[Picture, ...]] = []
    times: list[str] = []
    size = Size(1, 1)
    for frame_id in frame_ids:
        moment = material.moment(frame_id)
        size = Size(*moment.frame.shape[:2])
        width = max(1, round(outline * size.width))
        columns.append(
            tuple(
                Picture(reduced(pixels, side), note)
                for pixels, note in _drawn(material, moment, width)
            )
        )
        times.append(clock(moment))
    truth = () if material.truth is None else (TRUTH,)
    return Block(
        query_id=material.query.query_id,
        caption=one_line(material.query.expression.text),
        size=size,
        labels=(BARE, *truth, *material.methods),
        rows=tuple(zip(*columns, strict=True)),
        times=tuple(times),
    )


def clock(moment: Moment) -> str:
    """Return a moment's time, such as "0.50 s"."""
    return f"{float(moment.seconds):.2f} s"


def note_of(j: float | None) -> str:
    """Return how J of a frame is written, in percent; a dash where it is not defined."""
    return NO_J if j is None else f"J {100 * j:.1f}"


def _drawn(
    material: Material, moment: Moment, outline: int
) -> Iterator[tuple[UInt8Array, str | None]]:
    """Yield the pictures of one column with their notes, at the size of the frame."""
    frame = moment.frame
    yield frame, None
    if material.truth is not None:
        truth = moment.truth
        if truth is None:
            yield frame, NOT_ANNOTATED
        else:
            void = None if truth.void is None else truth.void.dense()
            yield overlay(frame, truth.mask.dense(), void=void, outline=outline), None
    for predicted in moment.predicted:
        if predicted is not None:
            note = None if material.truth is None else note_of(predicted.j)
            yield overlay(frame, predicted.mask.dense(), outline=outline), note
