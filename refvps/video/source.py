"""What is read of a video, whether it is a file or a folder of frames."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from refvps.errors import DataError
from refvps.types import Size, UInt8Array
from refvps.video.colours import StoredColours
from refvps.video.times import FOLDER_RATE


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video says of itself before it is read.

    Attributes:
        path: the file or folder.
        size: of the frames as they are shown, so after ``rotation``.
        rotation: by how much stored frames are turned to be shown, degrees counter-clockwise.
        duration: seconds, as stated; None where it is not. Only reading tells the truth.
        frames: their number, as stated; None where it is not.
        sound: whether there is a sound track.
        form: for people, such as "h264 yuv420p".
        colours: how stored colours are understood, such as "bt709 limited, assumed".
        stored: the colour tags of a file; None for a folder.
        aspect: how wide a pixel of a shown frame is, for a height of 1.
        base: the unit of the frames' ``pts``, in seconds.
        container: the name of the file's format, such as "mov,mp4,m4a"; "" for a folder.
    """

    path: Path
    size: Size
    rotation: int
    duration: Fraction | None
    frames: int | None
    sound: bool
    form: str
    colours: str
    stored: StoredColours | None = None
    aspect: Fraction = Fraction(1)
    base: Fraction = Fraction(1)
    container: str = ""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One frame as it is stored, decoded to RGB when asked.

    Attributes:
        time: when it is shown, in seconds from the start of the video, exact.
        pts: the same in the units of its stream, as stored; the place in a folder of frames.
        duration: for how long it is shown, in seconds; None where that is not stated.
        stem: the name of its file without the suffix; None in a video file.
        path: the image file it is in already, as RGB; None where it must be decoded.
        decode: returns its pixels.
        shrink: returns its pixels at another size; None where they are decoded whole first.
        damaged: whether the decoder had to invent a part of it.
    """

    time: Fraction
    pts: int
    duration: Fraction | None
    stem: str | None
    path: Path | None
    decode: Callable[[], UInt8Array] = field(repr=False, compare=False)
    shrink: Callable[[Size], UInt8Array] | None = field(default=None, repr=False, compare=False)
    damaged: bool = False

    def pixels(self) -> UInt8Array:
        """Return the frame, upright, RGB, uint8 ``[H, W, 3]``; black where it is transparent.

        Raises:
            DataError: it cannot be decoded.
        """
        return self.decode()

    def reduced(self, size: Size) -> UInt8Array:
        """Return the frame as ``pixels`` does, at another size, by averaging; for looking at.

        Raises:
            DataError: it cannot be decoded.
        """
        if self.shrink is not None:
            return self.shrink(size)
        whole = Image.fromarray(self.decode())
        image = whole.resize((size.width, size.height), Image.Resampling.BOX)
        return np.asarray(image)


class VideoSource(Protocol):
    """A video file or a folder of frames."""

    @property
    def facts(self) -> VideoFacts:
        """What it says of itself."""
        ...

    def frames(self, since: Fraction = Fraction(0)) -> Iterator[VideoFrame]:
        """Yield frames in order of time, a few in memory at a time.

        The first one is shown at ``since`` or before it, if any is; earlier ones may come too.

        Raises:
            DataError: the video is damaged.
        """
        ...


def open_video(path: Path, *, folder_rate: Fraction = FOLDER_RATE) -> VideoSource:
    """Open a video file, or a folder of JPEG and PNG frames.

    Args:
        path: the file or folder.
        folder_rate: frames a second of a folder, which cannot say so itself.

    Raises:
        DataError: it is missing, empty, not a video, or has sound alone.
        MissingExtraError: PyAV is not installed, and it is a file.
    """
    if path.is_dir():
        from refvps.video.folder import FrameFolder

        return FrameFolder.open(path, folder_rate)
    if not path.exists():
        raise DataError(path, "is missing; expected a video file or a folder of frames")
    if not path.is_file():
        raise DataError(path, "is no file; expected a video file or a folder of frames")
    from refvps.video.file import VideoFile

    return VideoFile.open(path)
