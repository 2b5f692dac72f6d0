"""Words for where things are."""


def side_of(column: float, width: float) -> str:
    """Return where a column lies: on the left, in the middle or on the right."""
    if column < 0.4 * width:
        return "on the left"
    return "on the right" if column > 0.6 * width else "in the middle"


def height_of(row: float, height: float) -> str:
    """Return where a row lies: at the top, in the middle or at the bottom."""
    if row < 0.4 * height:
        return "at the top"
    return "at the bottom" if row > 0.6 * height else "in the middle"
