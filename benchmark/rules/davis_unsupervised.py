"""The rules of Ref-DAVIS: frame, then target, then all targets, then the sets of expressions.

In each set of expressions, one a target, predictions are matched with targets as DAVIS does for
unsupervised segmentation; every target counts, also one that no expression was written for. By the
second rule a pixel that several predictions hold is left to the first of them before.

Source: ``ref-davis/infer_davis_MS.py`` of miccooper9/ReferEverything, which averages over the
sets; ``inference_davis.py`` of wjn922/ReferFormer, which cuts overlaps by its scores.
"""

from collections.abc import Sequence

from benchmark.report.record import Row, RulePart, Score, Summary
from benchmark.rules import over_sets
from benchmark.rules.davis_matching import matched_rows
from benchmark.rules.per_expression import Value, j_of
from refvps.types import FloatArray

_MATCHED = "in each set predictions are matched with targets by mean J and F; "
_ROWS = "; J of a single clip is of each expression with its own target"

RULE = RulePart(
    name="davis-unsupervised",
    order=over_sets.ORDER.format(targets="all targets", how=_MATCHED + over_sets.FRAMES + _ROWS),
)
FIRST_WINS = RulePart(
    name="davis-unsupervised-first-wins",
    order=over_sets.ORDER.format(
        targets="all targets",
        how="a pixel that several predictions hold is left to the first expression, then "
        + _MATCHED
        + over_sets.FRAMES
        + _ROWS,
    ),
)
RESAMPLED = over_sets.RESAMPLED


def summarise(rows: Sequence[Row]) -> Summary:
    """Average the scores of matched targets, with those of each expression's own beside them.

    Args:
        rows: one a query, at least one, with the clip's other targets and the match.
    """
    return over_sets.summary_over_sets(matched_rows(rows), rows, matched=True)


def score_of(rows: Sequence[Row], value: Value = j_of) -> Score:
    """Return the mean over sets of the mean over all targets, with its interval."""
    return over_sets.score_over_sets(matched_rows(rows), value)


def resampled_scores(rows: Sequence[Row], value: Value = j_of) -> FloatArray:
    """Return the rule's mean in every resample of the videos, float64 ``[resamples]``."""
    return over_sets.resampled_over_sets(matched_rows(rows), value)


def parts_by_video(rows: Sequence[Row], value: Value = j_of) -> dict[str, float]:
    """Return what each video adds to the rule's mean, sorted by video; the sum is the mean."""
    return over_sets.parts_over_sets(matched_rows(rows), value)
