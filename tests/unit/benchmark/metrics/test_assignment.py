from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.assignment import best_assignment

# Few values make many ties; the others differ in the last bit.
values = st.sampled_from([0.0, 0.25, 0.5, 1.0, 0.1, 0.2, 0.30000000000000004, 1 / 3]) | st.floats(
    0, 1
)
tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.tuples(
        st.lists(
            st.lists(values, min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        ),
        st.lists(
            st.none() | st.integers(0, size[1] - 1), min_size=size[0], max_size=size[0]
        ),
    )
)  # fmt: skip


def worth(scores: list, wishes: list, columns: tuple) -> tuple[Fraction, int]:
    chosen = [(row, column) for row, column in enumerate(columns) if column is not None]
    total = sum(Fraction(scores[row][column]) for row, column in chosen)
    return total, sum(wishes[row] == column for row, column in chosen)


def every_assignment(rows: int, columns: int) -> list[tuple]:
    padded = [*range(columns), *[None] * (rows - columns)]
    return list(permutations(padded, rows))


@given(tables)
def test_no_assignment_is_better(table: tuple[list, list]) -> None:
    scores, wishes = table
    rows, columns = len(scores), len(scores[0])
    found = best_assignment(scores, wishes)
    taken = [column for column in found if column is not None]
    assert len(set(taken)) == len(taken) == min(rows, columns)
    best = max(worth(scores, wishes, tried) for tried in every_assignment(rows, columns))
    assert worth(scores, wishes, found) == best


def test_equal_sums_are_decided_by_wishes() -> None:
    assert best_assignment([[0.5, 0.5], [0.5, 0.5]], [1, 0]) == (1, 0)
    assert best_assignment([[0.5, 0.5], [0.5, 0.5]], [0, 1]) == (0, 1)
    assert best_assignment([[0.5, 0.5000000000000001], [0.5, 0.5]], [0, 1]) == (1, 0)


@pytest.mark.parametrize(
    ("scores", "expected"), [([], ()), ([[], []], (None, None)), ([[0.5], [0.75]], (None, 0))]
)
def test_rows_may_be_left_over(scores: list, expected: tuple) -> None:
    assert best_assignment(scores) == expected
