"""A comparison in sentences that can stand in a paper."""

from benchmark.report.comparison import Comparison, Difference
from benchmark.report.comparison_tables import p_text
from benchmark.report.document import FEW_VIDEOS, count, percent, span
from benchmark.report.metric import Metric


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """Return one sentence a pair of methods."""
    several = len(comparison.differences) > 1
    return tuple(
        _sentence(item, comparison.metric, several=several) for item in comparison.differences
    )


def _sentence(item: Difference, metric: Metric, *, several: bool) -> str:
    points = percent(item.mean)
    if points == "0.0":
        claim = f"{item.first} and {item.second} differ by 0.0 points in {metric}"
    else:
        noun = "point" if points == "1.0" else "points"
        claim = f"{item.first} scores {points} {noun} above {item.second} in {metric}"
    p = p_text(item.adjusted_p)
    stated = f"p {p}" if p.startswith("<") else f"p = {p}"
    if several:
        stated += " after Holm's correction"
    videos = count(item.videos, "video")
    if item.interval is None or item.videos < FEW_VIDEOS:
        return f"{claim} ({stated}, {videos}: too few for an interval)."
    return f"{claim} (95 % interval {span(*item.interval)}, {stated}, {videos})."
