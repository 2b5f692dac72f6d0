"""Holm's correction for several tests at once."""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted by Holm's step-down method, in the order given.

    The smallest is multiplied by the number of tests, the next by one less, and so on; none is
    less than one before it in that order, none exceeds 1.

    Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.

    >>> holm([0.5, 0.25, 0.125])
    (0.5, 0.5, 0.375)
    """
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda k: p_values[k])):
        least = max(least, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = least
    return tuple(adjusted)
