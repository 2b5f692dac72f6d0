"""The table that a person reads: percent with one decimal, plain text."""

from collections.abc import Iterable

from benchmark.report.beside import beside_lines
from benchmark.report.document import CAUTION, CAUTION_NOTE, FEW_VIDEOS, percent, span
from benchmark.report.facts import class_noun, extent
from benchmark.report.metric import held_by, in_words
from benchmark.report.record import EvalRecord, NamedScore, Score


def format_table(record: EvalRecord) -> str:
    """Return the table of one evaluation, without a trailing newline."""
    summary = record.summary
    sets = summary.sets.sets if summary.sets else ()
    named = [*sets, *summary.groups, *summary.concepts]
    width = max(len("all clips"), *(len(item.name) for item in named), 24) if named else 24
    lines = [
        *_heading(record),
        "",
        _columns(width, summary.f is not None),
        _line("all clips", summary.j, summary.f, width),
    ]
    for title, scores in (
        ("by set of expressions", sets),
        ("by group (a clip may be in several)", summary.groups),
        (f"by {class_noun(record)}", summary.concepts),
    ):
        if scores:
            lines += ["", title, *_lines(scores, width)]
    if _any_few([summary.j, *(item.j for item in named)]):
        lines += ["", CAUTION_NOTE]
    return "\n".join([*lines, "", *beside_lines(record), *_footer(record)])


def _heading(record: EvalRecord) -> list[str]:
    data, method = record.dataset, record.method
    lines = [
        f"{in_words(held_by(record))} in percent on {data.name} {data.version}: {extent(record)}",
        f"method {method.name}: masks at {method.frame_rate} fps, "
        f"read as {', '.join(method.encodings)}",
    ]
    if data.coverage is not None:
        lines.append(f"coverage: {data.coverage}; scores are over these")
    if method.run is not None and method.run.note is not None:
        lines.append(f"note: {method.run.note}")
    return lines


def _columns(width: int, with_f: bool) -> str:
    line = f"{'':<{width}}  {'clips':>5}  {'videos':>6}  {'J':>5}  95 % interval"
    return f"{line}  {'F':>5}  95 % interval  {'J&F':>5}" if with_f else line


def _lines(scores: Iterable[NamedScore], width: int) -> list[str]:
    return [_line(item.name, item.j, item.f, width) for item in scores]


def _line(name: str, j: Score, f: Score | None, width: int) -> str:
    line = f"{name:<{width}}  {j.clips:>5}  {j.videos:>6}  {percent(j.mean):>5}  {_interval(j)}"
    if f is None:
        return line
    padding = " " * (len("95 % interval") - len(_interval(j)))
    both = percent((j.mean + f.mean) / 2)
    return f"{line}{padding}  {percent(f.mean):>5}  {_interval(f):<13}  {both:>5}"


def _interval(score: Score) -> str:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return CAUTION
    return span(score.interval.low, score.interval.high)


def _any_few(scores: Iterable[Score]) -> bool:
    return any(score.videos < FEW_VIDEOS for score in scores)


def _footer(record: EvalRecord) -> list[str]:
    summary, frames = record.summary, record.summary.frames
    interval = summary.j.interval
    lines = [
        f"annotated frames   {frames.annotated}: {frames.with_target} with the target, "
        f"{frames.empty} annotated as empty; {frames.with_void} hold void, which is left out",
        f"empty predictions  {percent(summary.empty_predictions)} % of the frames scored",
        f"other orders       {percent(summary.j_flat_expressions)} flat mean over expressions, "
        f"{percent(summary.j_flat_frames)} over frames",
        f"averaged           {record.rule.order}",
    ]
    if interval is not None and summary.j.videos >= FEW_VIDEOS:
        lines.append(
            f"interval           bootstrap over videos, {interval.resamples} resamples, "
            f"seed {interval.seed}"
        )
    return lines
