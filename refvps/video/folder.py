"""A folder of JPEG and PNG files, read as a video of a constant rate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from refvps.errors import DataError
from refvps.mask_png import MOST_PIXELS
from refvps.types import Size, UInt8Array
from refvps.video.alpha import over_black
from refvps.video.source import VideoFacts, VideoFrame

SUFFIXES = (".jpg", ".jpeg", ".png")
ORIENTATION = 0x0112
"""The EXIF tag by which cameras say how a picture is to be turned."""

_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FrameFolder:
    """Frames as image files, in the order of the numbers in their names.

    Attributes:
        facts: what is known of it.
        paths: the files, at least one.
        rate: frames a second.
    """

    facts: VideoFacts
    paths: tuple[Path, ...]
    rate: Fraction

    @classmethod
    def open(cls, folder: Path, rate: Fraction) -> "FrameFolder":
        """List a folder; only the first frame's header is read.

        Raises:
            DataError: it holds no frames, or the first is no image.
        """
        found = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        ]
        if not found:
            raise DataError(folder, "holds no frames; expected .jpg or .png files")
        paths = tuple(sorted(found, key=_in_order))
        size, form = _header(paths[0])
        facts = VideoFacts(
            path=folder,
            size=size,
            rotation=0,
            duration=len(paths) / rate,
            frames=len(paths),
            sound=False,
            form=f"folder of {form}",
            colours="as in its files",
        )
        return cls(facts, paths, rate)

    def frames(self, since: Fraction = Fraction(0)) -> Iterator[VideoFrame]:
        """See ``VideoSource.frames``.

        Raises:
            DataError: a frame is damaged or of another size than the first.
        """
        first = min(max(0, int(since * self.rate)), len(self.paths) - 1)
        for place in range(first, len(self.paths)):
            path = self.paths[place]
            decode = partial(_read, path, self.facts.size)
            ready = path if _is_ready(path, self.facts.size) else None
            yield VideoFrame(place / self.rate, place, 1 / self.rate, path.stem, ready, decode)


def _in_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Return what sorts names by the numbers in them: ``2.jpg`` before ``10.jpg``."""
    parts = _NUMBER.split(path.stem)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts], path.name


def _header(path: Path) -> tuple[Size, str]:
    """Return the size of an upright frame, and its format."""
    with _opened(path) as image:
        width, height = image.size
        turned = image.getexif().get(ORIENTATION, 1) >= 5
        return Size(*((width, height) if turned else (height, width))), str(image.format)


def _is_ready(path: Path, size: Size) -> bool:
    """Return whether a file can be used as it is: upright, opaque, 8 bits, of the right size."""
    with _opened(path) as image:
        upright = image.getexif().get(ORIENTATION, 1) == 1
        opaque = image.mode in ("RGB", "L") and "transparency" not in image.info
        found = Size(image.height, image.width)
    if upright and found != size:
        raise DataError(path, f"frame is {found}; the first frame of the folder is {size}")
    return upright and opaque


def _read(path: Path, size: Size) -> UInt8Array:
    try:
        with _opened(path) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):
                # Pillow would cut 16 bits off at 255 instead of scaling them.
                grey = np.asarray(upright).astype(np.uint32) >> 8
                pixels = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
            else:
                pixels = over_black(np.asarray(upright.convert("RGBA")))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(path, f"image is damaged ({error}); copy or export it again") from error
    found = Size(*pixels.shape[:2])
    if found != size:
        raise DataError(path, f"frame is {found}; the first frame of the folder is {size}")
    return pixels


def _opened(path: Path) -> Image.Image:
    try:
        image = Image.open(path)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(path, "not an image file that can be decoded; expected a frame") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(path, f"cannot be read: {error}; expected a frame") from error
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise DataError(path, f"image of {image.width}x{image.height} is too large")
    return image
