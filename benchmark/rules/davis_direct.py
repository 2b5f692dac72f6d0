"""The rule of Ref-DAVIS without matching: each expression against the target it was written for.

Targets without an expression are not scored. It sees whether a method confuses the targets of a
clip, which matching forgives.
"""

from collections.abc import Sequence

from benchmark.report.record import Row, RulePart, Score, Summary
from benchmark.rules import over_sets
from benchmark.rules.per_expression import Value, j_of
from refvps.types import FloatArray

RULE = RulePart(
    name="davis-direct",
    order=over_sets.ORDER.format(
        targets="targets with an expression",
        how="each expression against the target it was written for; " + over_sets.FRAMES,
    ),
)
RESAMPLED = over_sets.RESAMPLED


def summarise(rows: Sequence[Row]) -> Summary:
    """Average the scores of all queries.

    Args:
        rows: one a query, at least one, with F.
    """
    return over_sets.summary_over_sets(rows, rows)


def score_of(rows: Sequence[Row], value: Value = j_of) -> Score:
    """Return the mean over sets of the mean over targets, with its interval."""
    return over_sets.score_over_sets(rows, value)


def resampled_scores(rows: Sequence[Row], value: Value = j_of) -> FloatArray:
    """Return the rule's mean in every resample of the videos, float64 ``[resamples]``."""
    return over_sets.resampled_over_sets(rows, value)


def parts_by_video(rows: Sequence[Row], value: Value = j_of) -> dict[str, float]:
    """Return what each video adds to the rule's mean, sorted by video; the sum is the mean."""
    return over_sets.parts_over_sets(rows, value)
