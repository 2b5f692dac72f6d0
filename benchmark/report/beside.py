"""What only some rules have beside the main score: own referents, sets, exhaustive annotation."""

from dataclasses import dataclass

from benchmark.report.document import CAUTION, FEW_VIDEOS, Fact, count, percent, span
from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord, Score
from benchmark.report.scores import Part, exhaustive_part, own_part

OWN = "each expression against the target it was written for"


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the method's expressions or predictions something is true of.

    Attributes:
        term: what.
        number: how many.
        of: of how many.
        noun: of what.
    """

    term: str
    number: int
    of: int
    noun: str

    @property
    def share(self) -> float:
        """The share, a fraction in [0, 1]."""
        return self.number / self.of


@dataclass(frozen=True, slots=True)
class Beside:
    """A score that stands beside the main one.

    Attributes:
        name: a word or two.
        meaning: what is scored, as it goes on after the score.
        part: its scores.
        extent: over what, where that is not all that was scored; else empty.
        counts: what else is known of the method there.
    """

    name: str
    meaning: str
    part: Part
    extent: str = ""
    counts: tuple[Count, ...] = ()


def beside_scores(record: EvalRecord) -> tuple[Beside, ...]:
    """Return the scores beside the main one; mostly none."""
    found = []
    own, exhaustive = own_part(record), exhaustive_part(record)
    if own is not None and record.summary.sets is not None:
        elsewhere = record.summary.sets.elsewhere
        counts = (Count("matched elsewhere", elsewhere, len(record.rows), "prediction"),)
        found.append(Beside("own referents", OWN, own, counts=counts))
    if exhaustive is not None:
        extent = _pairs(exhaustive.j, len({row.concept for row in exhaustive.rows}))
        meaning = "where a category is annotated exhaustively"
        found.append(Beside("exhaustive", meaning, exhaustive, extent))
    return tuple(found)


def beside_facts(record: EvalRecord) -> tuple[Fact, ...]:
    """Return what these scores are over, and whether there is nothing to score; mostly nothing."""
    summary, facts = record.summary, []
    if summary.sets is not None:
        unasked = summary.sets.unasked
        more = f", {unasked} of them without an expression" if unasked else ""
        facts.append(("targets", f"{summary.sets.targets} in each set{more}"))
    if any(row.exhaustive is not None for row in record.rows):
        every = f"{_pairs(summary.j, len({row.concept for row in record.rows}))} in all"
        none = ("exhaustive", f"no category is annotated exhaustively; {every}")
        facts.append(none if summary.exhaustive is None else ("scored", every))
    return tuple(facts)


def clip_notes(record: EvalRecord) -> tuple[str, ...]:
    """Return what scores of single clips are, where they are not what the rule averages."""
    return (f"Clip by clip: {OWN}.",) if own_part(record) is not None else ()


def beside_lines(record: EvalRecord) -> list[str]:
    """Return all of it as lines that stand below a table of scores."""
    facts: list[Fact] = []
    for item in beside_scores(record):
        extent = f": {item.extent}" if item.extent else ""
        facts.append((item.name, f"{_scores(item.part)}, {item.meaning}{extent}"))
        facts += [
            (each.term, f"{each.number} of {count(each.of, each.noun)}") for each in item.counts
        ]
    return [f"{term:<17}  {text}" for term, text in (*facts, *beside_facts(record))]


def _scores(part: Part) -> str:
    shown = f"{Metric.J} {_with_span(part.j)}"
    if part.f is None:
        return shown
    both = percent((part.j.mean + part.f.mean) / 2)
    return f"{shown}, {Metric.F} {_with_span(part.f)}, {Metric.J_AND_F} {both}"


def _pairs(score: Score, categories: int) -> str:
    named = f"{categories} category" if categories == 1 else f"{categories} categories"
    pairs = count(score.expressions, "(clip, category) pair")
    return f"{pairs}, {named}, {count(score.clips, 'clip')}"


def _with_span(score: Score) -> str:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return f"{percent(score.mean)} {CAUTION}"
    return f"{percent(score.mean)} {span(score.interval.low, score.interval.high)}"
