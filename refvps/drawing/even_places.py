"""Places in a sequence, evenly spaced, with both ends."""


def even_places(length: int, count: int) -> tuple[int, ...]:
    """Return places in a sequence, evenly spaced, with both ends; all where there are fewer.

    >>> even_places(9, 5), even_places(10, 4), even_places(2, 5), even_places(9, 1)
    ((0, 2, 4, 6, 8), (0, 3, 6, 9), (0, 1), (4,))
    """
    if count >= length:
        return tuple(range(length))
    if count == 1:
        return (length // 2,)
    # Whole numbers alone, so that halves are rounded up on every machine.
    steps = count - 1
    return tuple((2 * place * (length - 1) + steps) // (2 * steps) for place in range(count))
