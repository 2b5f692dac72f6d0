"""The parts of a page that are more than a table: curves over time and overlays."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.report.beside import clip_notes
from benchmark.report.curves import ClipCurve, clip_curves, extremes, mean_curve
from benchmark.report.document import percent, plain
from benchmark.report.html.drawing import (
    described_line,
    legend,
    mean_curves,
    sparkline,
)
from benchmark.report.html.markup import Markup, join, tag
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.overlays import Moment, Overlays, Shown
from benchmark.rules.per_expression import mean

OVER_TIME = (
    "Mean over clips in percent; time runs from the first annotated frame of a clip to its last."
)

MOST_CURVES = 300
"""Up to so many clips, each has a drawing of its own."""

FEW_CURVES = 20
"""Of more, so many of the best, of the middle and of the worst have one."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page.

    Attributes:
        name: its anchor.
        title: its heading.
        body: what is in it.
    """

    name: str
    title: str
    body: Markup


def time_section(measured: Sequence[Measured], metric: Metric) -> Section:
    """Return the mean curve of every method in a metric, and below it those of single clips."""
    labels = [item.label for item in measured]
    curves = [clip_curves(item.record.rows, metric) for item in measured]
    means = [(label, mean_curve(found)) for label, found in zip(labels, curves, strict=True)]
    described = f"Mean {metric} over time. " + "; ".join(described_line(*line) for line in means)
    return Section(
        f"time-{metric.key}",
        f"{metric} over time",
        join(
            tag(
                "p",
                " ".join((OVER_TIME, *clip_notes(measured[0].record))),
                class_="soft",
            ),
            legend(labels),
            mean_curves(means, described),
            *_multiples(list(zip(*curves, strict=True)), metric),
        ),
    )


def _multiples(clips: Sequence[tuple[ClipCurve, ...]], metric: Metric) -> list[Markup]:
    """Return a small drawing of every clip; of very many, the best, the middle and the worst."""
    if len(clips) <= MOST_CURVES:
        return [_grid(clips, metric)]
    said = (
        f"Of {len(clips)} clips the {FEW_CURVES} best, the {FEW_CURVES} around the median and the "
        f"{FEW_CURVES} worst are drawn, by {metric} of the clip"
        f"{', the mean over methods' if len(clips[0]) > 1 else ''}. All clips are in the table "
        "below; `refvps report --rows frames` writes every frame as CSV."
    )
    parts = [tag("p", said, class_="soft")]
    for kind, found in extremes(clips, FEW_CURVES).items():
        parts += [tag("h3", f"{FEW_CURVES} {kind}"), _grid(found, metric)]
    return parts


def _grid(clips: Sequence[tuple[ClipCurve, ...]], metric: Metric) -> Markup:
    return tag("div", *(_small(found, metric) for found in clips), class_="multiples")


def _small(curves: tuple[ClipCurve, ...], metric: Metric) -> Markup:
    clip = plain(curves[0].clip)
    scores = " / ".join(percent(mean(curve.scores)) for curve in curves)
    described = f"{metric} over time of {clip}: mean {scores}"
    return tag(
        "figure",
        tag("figcaption", tag("span", clip), tag("span", scores, class_="soft")),
        sparkline([(curve.times, curve.scores) for curve in curves], described),
    )


def overlay_section(overlays: Sequence[Overlays]) -> Section:
    """Return the best, the median and the worst clip of every method, or why there are none."""
    parts: list[Markup] = [
        tag(
            "p",
            "Left the truth: the target pink, ignored pixels yellow. Right the prediction.",
            class_="soft",
        )
    ]
    several = len(overlays) > 1
    for item in overlays:
        if item.missing is not None:
            text = f"No pictures of {item.label}: {plain(item.missing)}."
            parts.append(tag("p", text, class_="missing"))
        before = f"{item.label}, " if several else ""
        parts += [_example(shown, before) for shown in item.shown]
    if not any(item.shown for item in overlays):
        parts = parts[1:]
    return Section("examples", "Best, median and worst clip", join(*parts))


def _example(shown: Shown, before: str) -> Markup:
    example = shown.example
    clip = plain(example.row.clip)
    title = f"{before}{example.kind}: {clip}, J {percent(example.j)}"
    asked = f"“{plain(example.row.text)}”"
    of_expression = f"J of this expression {percent(example.row.j)}"
    if example.row.f is not None:
        of_expression += f", F {percent(example.row.f)}"
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("h3", title),
            tag("blockquote", asked),
            tag("p", of_expression, class_="soft"),
        ),
        tag("div", *(_moment(moment, clip) for moment in shown.moments), class_="pairs"),
        class_="overlay",
    )


def _moment(moment: Moment, clip: str) -> Markup:
    frame = plain(moment.frame_id)
    return tag(
        "div",
        _picture(moment.truth, f"Truth on frame {frame} of {clip}"),
        _picture(moment.predicted, f"Prediction on frame {frame} of {clip}"),
        tag("p", f"frame {frame}, J {percent(moment.j)}"),
        class_="pair",
    )


def _picture(jpeg: bytes, described: str) -> Markup:
    return tag(
        "img", src=f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}", alt=described
    )
