"""Lines of the table that only some rules have: own referents, sets, exhaustive annotation."""

from benchmark.report.document import CAUTION, FEW_VIDEOS, count, percent, span
from benchmark.report.record import EvalRecord, Score, SetsPart, Subset


def beside_lines(record: EvalRecord) -> list[str]:
    """Return what stands below the scores, one line each; mostly nothing."""
    summary = record.summary
    lines = [] if summary.sets is None else _sets_lines(summary.sets, len(record.rows))
    said = [row.exhaustive for row in record.rows if row.exhaustive is not None]
    if summary.exhaustive is not None or (said and not any(said)):
        lines += _exhaustive_lines(record, summary.exhaustive)
    return lines


def _sets_lines(sets: SetsPart, expressions: int) -> list[str]:
    lines = []
    if sets.own is not None:
        own = sets.own
        lines = [
            f"own referents      J {_with_span(own.j)}, F {_with_span(own.f)}, "
            f"J&F {percent(own.j_and_f)}: each expression against the target it was written for",
            f"matched elsewhere  {sets.elsewhere} of {count(expressions, 'prediction')}",
        ]
    unasked = f", {sets.unasked} of them without an expression" if sets.unasked else ""
    return [*lines, f"targets            {sets.targets} in each set{unasked}"]


def _exhaustive_lines(record: EvalRecord, found: Subset | None) -> list[str]:
    whole = record.summary.j
    every = f"{_pairs(whole, len({row.concept for row in record.rows}))} in all"
    if found is None:
        return [f"exhaustive         no category is annotated exhaustively; {every}"]
    f = "" if found.f is None else f", F {_with_span(found.f)}"
    return [
        f"exhaustive         J {_with_span(found.j)}{f} where a category is annotated "
        f"exhaustively: {_pairs(found.j, found.categories)}",
        f"scored             {every}",
    ]


def _pairs(score: Score, categories: int) -> str:
    named = f"{categories} category" if categories == 1 else f"{categories} categories"
    pairs = count(score.expressions, "(clip, category) pair")
    return f"{pairs}, {named}, {count(score.clips, 'clip')}"


def _with_span(score: Score) -> str:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return f"{percent(score.mean)} {CAUTION}"
    return f"{percent(score.mean)} {span(score.interval.low, score.interval.high)}"
