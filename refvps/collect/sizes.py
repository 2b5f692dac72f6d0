"""Sizes of frames that are reduced."""

from refvps.types import Size


def scaled(size: Size, side: int, *, of_width: bool = False) -> Size:
    """Return a size reduced so that its long side, or its width, is at most ``side``.

    >>> scaled(Size(1024, 576), 128), scaled(Size(64, 48), 128)
    (Size(height=128, width=72), Size(height=64, width=48))
    """
    long = size.width if of_width else max(size)
    if long <= side:
        return size
    return Size(max(1, round(size.height * side / long)), max(1, round(size.width * side / long)))
