"""Examples for the page: videos of the demo release, rendered on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from refvps.demo.catalogue import read_catalogue
from refvps.demo.digest import release_key
from refvps.demo.render import render
from refvps.demo.scene import FPS
from refvps.types import Size
from refvps.video.writer import VideoForm, new_video

SHOWN = ("campfires", "coffee", "chimneys")


@dataclass(frozen=True, slots=True)
class Example:
    """A video and sentences about it."""

    video: Path
    sentences: tuple[str, ...]


def examples(cache: Path) -> Iterator[Example]:
    """Yield some videos of the demo with a sentence a target, each rendered once into the cache.

    Raises:
        DataError: the cache cannot be written.
    """
    folder = cache / f"segment-examples-{release_key()}"
    for scene in SHOWN:
        clips = [clip for clip in read_catalogue() if clip.scene == scene]
        path = folder / f"{scene}.mp4"
        if not path.is_file():
            frames = render(scene, clips[0].seed).frames
            with new_video(path, VideoForm(Size(*frames.shape[1:3]), Fraction(FPS))) as video:
                for index, pixels in enumerate(frames):
                    video.add(pixels, index / Fraction(FPS))
        yield Example(path, tuple(clip.expressions[0].text for clip in clips))
