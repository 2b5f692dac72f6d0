"""Assigns columns to rows so that the sum of their scores is greatest, exactly."""

import math
from collections.abc import Sequence

Numbers = list[list[int]]


def best_assignment(
    scores: Sequence[Sequence[float]], preferred: Sequence[int | None] | None = None
) -> tuple[int | None, ...]:
    """Return the column of every row such that the sum of the chosen scores is greatest.

    Scores are taken as the whole multiples of a power of two that they are, so sums are exact and
    the answer is the same on every machine. Where several assignments have the greatest sum, one
    that gives the most rows the column they prefer is returned.

    Args:
        scores: one list a row, all of one length, finite.
        preferred: the column each row prefers, None for any; by default none prefers one.

    Returns:
        One column a row, none twice; None for rows that are left over.

    Source: H. W. Kuhn, "The Hungarian method for the assignment problem", 1955, with one
    cheapest augmenting path a row (J. Edmonds and R. M. Karp, 1972).

    >>> best_assignment([[0.9, 0.8], [0.7, 0.1]])
    (1, 0)
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if not columns:
        return (None,) * rows
    wishes = preferred or [None] * rows
    # One more than there can be wishes, so that all of them together weigh less than any score.
    costs = [
        [-(value * (rows + 1)) - (column == wish) for column, value in enumerate(values)]
        for values, wish in zip(_whole(scores), wishes, strict=True)
    ]
    if rows <= columns:
        return tuple(_cheapest(costs))
    row_of = _cheapest([list(column) for column in zip(*costs, strict=True)])
    column_of = {row: column for column, row in enumerate(row_of)}
    return tuple(column_of.get(row) for row in range(rows))


def _whole(scores: Sequence[Sequence[float]]) -> Numbers:
    """Return the scores times one power of two that makes whole numbers of all."""
    ratios = [[value.as_integer_ratio() for value in map(float, values)] for values in scores]
    shared = max(bottom for values in ratios for _, bottom in values)
    return [[top * (shared // bottom) for top, bottom in values] for values in ratios]


def _cheapest(costs: Numbers) -> list[int]:
    """Return the column of every row, for at least as many columns as rows."""
    search = _Search(costs)
    for row in range(len(costs)):
        search.add(row)
    found = {row: column for column, row in enumerate(search.taker) if row is not None}
    return [found[row] for row in range(len(costs))]


class _Search:
    """An assignment of the first rows, and the prices that prove it cheapest."""

    def __init__(self, costs: Numbers) -> None:
        self.costs = costs
        self.row_prices, self.column_prices = [0] * len(costs), [0] * len(costs[0])
        self.taker: list[int | None] = [None] * len(costs[0])

    def add(self, row: int) -> None:
        """Give a row a column, along the path of exchanges that costs least."""
        least: list[float] = [math.inf] * len(self.taker)
        before: list[int | None] = [None] * len(self.taker)
        left = set(range(len(self.taker)))
        done: list[int] = []
        current, at, reached = row, None, 0
        while True:
            for column in left:
                cost = self.costs[current][column] - self.column_prices[column]
                step = reached + cost - self.row_prices[current]
                if step < least[column]:
                    least[column], before[column] = step, at
            at = min(left, key=lambda column: (least[column], column))
            reached = int(least[at])
            done.append(at)
            left.remove(at)
            taker = self.taker[at]
            if taker is None:
                break
            current = taker
        self._raise_prices(row, reached, [(column, int(least[column])) for column in done[:-1]])
        self._exchange(row, at, before)

    def _raise_prices(self, row: int, reached: int, passed: list[tuple[int, int]]) -> None:
        self.row_prices[row] += reached
        for column, least in passed:
            taker = self.taker[column]
            if taker is not None:
                self.row_prices[taker] += reached - least
            self.column_prices[column] -= reached - least

    def _exchange(self, row: int, free: int, before: list[int | None]) -> None:
        column = free
        while (earlier := before[column]) is not None:
            self.taker[column] = self.taker[earlier]
            column = earlier
        self.taker[column] = row
