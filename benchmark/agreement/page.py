"""The report as one page that stands alone, pictures inside."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmark.agreement.labelled import PairSource
from benchmark.agreement.measure import PairResult
from benchmark.agreement.pictures import (
    WORST,
    ClipPictures,
    Moment,
    Picture,
    clip_pictures,
    moment,
    worst,
)
from benchmark.agreement.report import PAPER, Agreement, warnings
from benchmark.agreement.tables import EXPLAINED, document
from benchmark.report.document import percent, plain, span
from benchmark.report.html.markup import Markup, join, tag
from benchmark.report.html.page import format_page
from benchmark.report.html.sections import Section

SWATCHES = (
    "neither labelled it",
    "both: target",
    "the first alone",
    "the second alone",
    "ignored by either",
)
MOST_MAPS = 200
"""Pairs with maps of their own; of more, those that agree least, so that a page still opens."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of a report.

    Attributes:
        moments: the worst keyframes, the worst first.
        clips: the maps of each pair, the lowest mean first.
        left_out: pairs without maps, because there are too many.
    """

    moments: tuple[Moment, ...]
    clips: tuple[ClipPictures, ...]
    left_out: int = 0


def draw(source: PairSource, report: Agreement) -> Drawn:
    """Draw the pictures of a report; labels are read once more, pair by pair.

    Raises:
        DataError: labels or frames cannot be read any more.
    """
    shown = sorted(report.pairs, key=lambda pair: (pair.iou is None, pair.iou, pair.key.clip))
    low = worst(report.pairs)
    kept = shown[:MOST_MAPS]
    moments: dict[tuple[int, str], Moment] = {}
    clips = []
    for result in shown:
        mine = [frame for pair, frame in low if pair is result]
        if not mine and result not in kept:
            continue
        pair = source.load(result.key)
        for frame in mine:
            moments[id(result), frame.frame_id] = moment(source, pair, result, frame)
        if result in kept:
            clips.append(clip_pictures(pair, result))
    ordered = tuple(moments[id(pair), frame.frame_id] for pair, frame in low)
    return Drawn(ordered, tuple(clips), len(shown) - len(kept))


def page(report: Agreement, drawn: Drawn) -> str:
    """Return the page. The same labels give the same text; it holds no clock."""
    return format_page(
        document(report),
        (),
        [*_sections(drawn)],
        headline=_headline(report),
        last_line=EXPLAINED,
    )


def _headline(report: Agreement) -> Markup:
    head = report.headline
    if head is None:
        number = tag("p", "–", " ", tag("small", "nothing can be compared"), class_="headline")
    else:
        of = "inter-annotator mean IoU in percent"
        if head.low is not None and head.high is not None:
            of += f", 95 % interval {span(head.low, head.high)}"
        of += f"; the paper: {percent(PAPER)}"
        number = tag("p", percent(head.mean), " ", tag("small", of), class_="headline")
    warned = warnings(report)
    if not warned:
        return number
    return join(number, tag("ul", *(tag("li", plain(line)) for line in warned), class_="warned"))


def _sections(drawn: Drawn) -> Iterator[Section]:
    if drawn.moments:
        title = f"The {len(drawn.moments)} keyframes that agree least"
        if len(drawn.moments) < WORST:
            title = "The keyframes that do not agree fully"
        yield Section("worst", title, join(_swatches(), _sheet(drawn.moments)))
    if drawn.clips:
        yield Section("maps", "Where they differ, clip by clip", _maps(drawn))


def _swatches() -> Markup:
    return tag(
        "ul",
        *(tag("li", tag("span", class_=f"d{place}"), text) for place, text in enumerate(SWATCHES)),
        class_="swatches",
    )


def _sheet(moments: Sequence[Moment]) -> Markup:
    return tag("div", *map(_moment, moments), class_="sheet")


def _moment(shown: Moment) -> Markup:
    key = shown.pair.key
    iou = shown.frame.counts.iou()
    title = f"{plain(key.clip)}, frame {shown.frame.frame_id}: IoU {percent(iou or 0.0)}"
    columns = (
        (shown.first, plain(key.first.annotator)),
        (shown.second, plain(key.second.annotator)),
        (shown.difference, "difference"),
    )
    return tag(
        "figure",
        tag("figcaption", title),
        tag("div", *(tag("div", _image(p), tag("p", n)) for p, n in columns), class_="triple"),
    )


def _maps(drawn: Drawn) -> Markup:
    parts = [_swatches()]
    if drawn.left_out:
        said = f"{drawn.left_out} pairs that agree better have no maps here, so that a page opens."
        parts.append(tag("p", said, class_="soft"))
    parts += [_clip(each, unfolded=place == 0) for place, each in enumerate(drawn.clips)]
    return join(*parts)


def _clip(shown: ClipPictures, *, unfolded: bool) -> Markup:
    key, value = shown.pair.key, shown.pair.iou
    said = "nothing to compare" if value is None else f"mean IoU {percent(value)}"
    return tag(
        "details",
        tag(
            "summary",
            tag("strong", plain(key.clip)),
            tag("span", f"{said}; {_revisions(shown.pair)}", class_="soft"),
        ),
        tag(
            "div",
            tag("div", _image(shown.keyframes), tag("p", "every keyframe, in the order of time")),
            tag(
                "div",
                _image(shown.summed),
                tag("p", "on how many keyframes they differ: from dark, never, to pale, always"),
            ),
            class_="maps",
        ),
        open=unfolded,
    )


def _revisions(pair: PairResult) -> str:
    both = (pair.key.first, pair.key.second)
    return " / ".join(f"{plain(one.annotator)} at {plain(one.revision)}" for one in both)


def _image(picture: Picture) -> Markup:
    content = base64.b64encode(picture.content).decode()
    return tag("img", src=f"data:{picture.kind};base64,{content}", alt=plain(picture.described))
