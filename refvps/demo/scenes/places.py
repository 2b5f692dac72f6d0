"""Words for where things are."""


def side_of(column: float, width: float) -> str:
    """Return where a column lies: on the left, in the middle or on the right."""
    if column < 0.4 * width:
        return "on the left"
    return "on the right" if column > 0.6 * width else "in the middle"
