"""Bars and curves as inline SVG. Text stays outside, so that it never shrinks with a drawing."""

import math
from collections.abc import Sequence

from benchmark.report.document import Bar, percent
from benchmark.report.html.markup import Markup, join, tag

SERIES = 8
"""How many methods have a color of their own; the ninth looks like the first."""

_WIDTH, _HEIGHT = 480, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 470, 10, 208


def bar(item: Bar) -> Markup:
    """Return a horizontal bar from 0 to 1 with the whisker of its interval.

    It is hidden from screen readers: the number stands beside it.
    """
    parts = [
        tag("rect", class_="track", x=0, y=0, width=100, height=10),
        tag("rect", class_=_series(item.series), x=0, y=1, width=_round(100 * item.mean), height=8),
    ]
    if item.low is not None and item.high is not None:
        low, high = _round(100 * item.low), _round(100 * item.high)
        parts.append(
            tag("path", class_="whisker", d=f"M{low} 5H{high}M{low} 3V7M{high} 3V7"),
        )
    if item.mark is not None:
        parts.append(tag("path", class_="mark", d=f"M{_round(100 * item.mark)} 0V10"))
    return _svg(*parts, class_="bar", view="0 0 100 10", stretch=True)


def sparkline(lines: Sequence[tuple[Sequence[float], Sequence[float]]], described: str) -> Markup:
    """Return small curves over one another, scores from 0 to 1 over time from 0 to 1.

    Args:
        lines: times and scores of every method.
        described: what a screen reader says.
    """
    drawn = [tag("path", class_="grid", d="M0 0.5H100M0 20H100M0 39.5H100")]
    for series, (times, scores) in enumerate(lines):
        points = [
            (100 * time, 39.5 - 39 * score) for time, score in zip(times, scores, strict=True)
        ]
        if len(points) == 1:
            points.append((100.0, points[0][1]))
        drawn.append(tag("path", class_=f"line {_series(series)}", d=_path(points)))
    return _svg(*drawn, class_="spark", view="0 0 100 40", stretch=True, described=described)


def mean_curves(lines: Sequence[tuple[str, Sequence[float]]], described: str) -> Markup:
    """Return the mean curves of methods on one pair of axes, in percent over a clip's time.

    Args:
        lines: label and scores at equal steps of every method.
        described: what a screen reader says.
    """
    drawn: list[Markup] = []
    highest = max((score for _, scores in lines for score in scores), default=1.0)
    # Low scores get a scale of their own, in fifths, so that their course can be seen.
    top = max(1, math.ceil(5 * highest)) / 5
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _round(_BOTTOM - (_BOTTOM - _TOP) * share)
        drawn.append(tag("path", class_="grid", d=f"M{_LEFT} {y}H{_RIGHT}"))
        down = _round(_BOTTOM - (_BOTTOM - _TOP) * share + 5)
        drawn.append(
            tag("text", f"{100 * top * share:.4g}", class_="axis end", x=_LEFT - 6, y=down)
        )
    for share, text, side in ((0.0, "start", ""), (0.5, "time", " middle"), (1.0, "end", " end")):
        x = _round(_LEFT + (_RIGHT - _LEFT) * share)
        drawn.append(tag("text", text, class_=f"axis{side}", x=x, y=_BOTTOM + 24))
    for series, (_, scores) in enumerate(lines):
        step = (_RIGHT - _LEFT) / (len(scores) - 1)
        points = [
            (_LEFT + place * step, _BOTTOM - (_BOTTOM - _TOP) * score / top)
            for place, score in enumerate(scores)
        ]
        drawn.append(tag("path", class_=f"line {_series(series)}", d=_path(points)))
    view = f"0 0 {_WIDTH} {_HEIGHT}"
    return _svg(*drawn, class_="chart", view=view, described=described)


def legend(labels: Sequence[str]) -> Markup:
    """Return which line or bar is which method's; nothing for a single one."""
    if len(labels) < 2:
        return Markup("")
    return tag(
        "ul", *(tag("li", key(place), label) for place, label in enumerate(labels)), class_="legend"
    )


def key(series: int) -> Markup:
    """Return a short stroke in a method's color and dashes."""
    stroke = tag("path", class_=f"line {_series(series)}", d="M0 5H26")
    return _svg(stroke, class_="key", view="0 0 26 10")


def described_line(label: str, scores: Sequence[float]) -> str:
    """Return a curve in words: where it starts, where it ends, its lowest and highest point."""
    return (
        f"{label}: from {percent(scores[0])} at the start to {percent(scores[-1])} at the end, "
        f"lowest {percent(min(scores))}, highest {percent(max(scores))}"
    )


def _svg(
    *parts: Markup,
    class_: str,
    view: str,
    stretch: bool = False,
    described: str | None = None,
) -> Markup:
    known = {"role": "img", "aria_label": described} if described else {"aria_hidden": "true"}
    ratio = "none" if stretch else None
    return tag("svg", join(*parts), class_=class_, viewBox=view, preserveAspectRatio=ratio, **known)


def _series(place: int) -> str:
    return f"s{place % SERIES}"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_round(x)} {_round(y)}" for x, y in points)


def _round(value: float) -> str:
    """Return two decimals at most: a hundredth of the drawing is finer than a screen shows."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
