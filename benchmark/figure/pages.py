"""Queries as drawn pages, one page in memory at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmark.figure.block import BARE, TRUTH, Block, build_block
from benchmark.figure.layout import POINTS_AN_INCH, BlockPlan, Sheet, plan_block, plan_page
from benchmark.figure.material import read_material
from benchmark.figure.methods import StoredMethod
from benchmark.figure.page import draw_page, text_width
from benchmark.figure.request import Request
from benchmark.figure.selection import select_frames
from refvps.drawing.wrapping import one_line
from refvps.errors import ConfigError
from refvps.frames import frame_size
from refvps.protocols import Dataset
from refvps.types import MaskTrack, Query, Size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OUTLINE_POINTS = 0.75
MOST_PIXELS = 200_000_000
"""A larger page would not fit in the memory of a small machine, nor open in most viewers."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a query's block shows, before any picture is read.

    Attributes:
        query: the query.
        truth: its truth on the frames shown, or None where truth is left out.
        frame_ids: the columns.
    """

    query: Query
    truth: MaskTrack | None
    frame_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page.

    Attributes:
        figure: the drawing.
        size: in pixels.
        place: which page it is, from 0.
        count: how many there are.
    """

    figure: "Figure"
    size: Size
    place: int
    count: int


def choose_content(request: Request, dataset: Dataset, query: Query) -> Content:
    """Return the frames to show of a query, with the truth of these alone.

    Raises:
        ConfigError: a frame asked for is not in the clip.
        DataError: the truth cannot be read.
    """
    clip = query.clip
    if not request.truth:
        frames = select_frames(clip, clip.frame_ids, count=request.frames, at=request.at)
        return Content(query, None, frames)
    truth = dataset.truth(query)
    frames = select_frames(clip, truth.frame_ids, count=request.frames, at=request.at)
    kept = [item for item in truth.frames() if item[0] in frames]
    shown = MaskTrack(
        tuple(item[0] for item in kept),
        tuple(item[1] for item in kept),
        tuple(item[2] for item in kept),
    )
    return Content(query, shown, frames)


def draw_pages(
    request: Request,
    contents: Sequence[Content],
    methods: Sequence[StoredMethod],
    drawn: Callable[[], None],
) -> Iterator[Page]:
    """Yield the pages, drawn; to be called within ``plain_matplotlib``.

    Args:
        request: what the user asked for.
        contents: the blocks, in order.
        methods: one row each.
        drawn: is called after every block.

    Raises:
        ConfigError: pictures would be too small, or a page too large.
        DataError, UnreadablePredictionsError: a frame or a mask cannot be read, or does not fit.
    """
    columns = max(len(content.frame_ids) for content in contents)
    across = min(request.across, len(contents))
    sheet = Sheet(request.width, request.dpi, across, columns)
    truth = (TRUTH,) if request.truth else ()
    labels = (BARE, *truth, *(method.name for method in methods))
    plans = [_plan(sheet, content, labels) for content in contents]
    starts = range(0, len(contents), request.a_page)
    for place, start in enumerate(starts):
        chosen = slice(start, start + request.a_page)
        page = plan_page(sheet, plans[chosen])
        if page.size.height * page.size.width > MOST_PIXELS:
            raise ConfigError(
                f"a page of {page.size} pixels is too large; lower --dpi or --per-page"
            )
        blocks = [
            _block(sheet, content, plan, methods, drawn)
            for content, plan in zip(contents[chosen], plans[chosen], strict=True)
        ]
        figure = draw_page(sheet, page, blocks, plans[chosen])
        yield Page(figure, page.size, place, len(starts))


def _plan(sheet: Sheet, content: Content, labels: tuple[str, ...]) -> BlockPlan:
    size = frame_size(content.query.clip.frame_paths[0])
    return plan_block(sheet, size, labels, one_line(content.query.expression.text), text_width)


def _block(
    sheet: Sheet,
    content: Content,
    plan: BlockPlan,
    methods: Sequence[StoredMethod],
    drawn: Callable[[], None],
) -> Block:
    material = read_material(content.query, content.truth, methods, content.frame_ids)
    outline = OUTLINE_POINTS * sheet.dpi / POINTS_AN_INCH / plan.picture.width
    block = build_block(material, content.frame_ids, side=plan.picture, outline=outline)
    drawn()
    return block
