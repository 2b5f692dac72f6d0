"""What a rule's module exports so that methods can be compared under it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from benchmark.report.record import Row, Score
from benchmark.rules.per_expression import Value
from refvps.types import FloatArray


class PairedRule(Protocol):
    """The functions of a module in ``benchmark.rules`` whose mean is linear in the rows' scores.

    Linear: every row counts with a weight that depends on the rows' names alone, not on their
    scores. Then the difference of two methods is a sum of one number a video, and if both are
    equally good, each of these could as well have had the other sign, whatever else is averaged
    in between.
    """

    @property
    def RESAMPLED(self) -> str:  # noqa: N802 - a constant of the module
        """What is drawn in a resample, in words."""
        ...

    def score_of(self, rows: Sequence[Row], value: Value) -> Score:
        """Return the rule's mean of a value of every row, with its interval."""
        ...

    def resampled_scores(self, rows: Sequence[Row], value: Value) -> FloatArray:
        """Return the rule's mean in every resample of the videos, float64 ``[resamples]``.

        Which videos are drawn depends on their number alone, so that two methods on the same
        rows meet the same resamples.
        """
        ...

    def parts_by_video(self, rows: Sequence[Row], value: Value) -> Mapping[str, float]:
        """Return what each video adds to the rule's mean, sorted by video; the sum is the mean."""
        ...
