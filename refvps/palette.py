"""The colour palette of DAVIS and PASCAL VOC mask files, generated."""


def davis_palette() -> bytes:
    """Return 256 RGB colours, three bytes each: black, dark red, green and so on.

    The bits of a label, taken three at a time, become the high bits of red, green and blue.

    Source: the PASCAL VOC colour map, which DAVIS annotations use.

    >>> list(davis_palette()[3:9])
    [128, 0, 0, 0, 128, 0]
    """
    colours = bytearray()
    for label in range(256):
        red = green = blue = 0
        for step in range(8):
            bits = label >> (3 * step)
            red |= (bits & 1) << (7 - step)
            green |= (bits >> 1 & 1) << (7 - step)
            blue |= (bits >> 2 & 1) << (7 - step)
        colours += bytes((red, green, blue))
    return bytes(colours)
