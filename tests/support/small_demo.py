"""A few clips of the demo release, rendered as all of it is, where commands look for it."""

from collections.abc import Sequence
from pathlib import Path

from refvps.demo.build import DESCRIPTION, _drafts
from refvps.demo.catalogue import read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import release_key
from refvps.demo.video import STRIDE
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import write_release

CLIPS = ("balloon-deflating", "ink-sinking", "lava-early", "paper-hole")
"""One clip a video."""


def small_demo(cache: Path, clips: Sequence[str] = CLIPS) -> Path:
    """Render clips into a cache folder, ``$XDG_CACHE_HOME/refvps``, and return their release.

    Commands that find a demo release there take it for the whole one.
    """
    root = cache / f"demo-{release_key()}"
    header = ReleaseHeader(
        name="demo",
        version="1.0.0",
        licence="CC0-1.0",
        description=DESCRIPTION,
        annotation_stride=STRIDE,
        concepts=dict(CONCEPTS),
    )
    chosen = [clip for clip in read_catalogue() if clip.clip_id in clips]
    write_release(root, header, _drafts(chosen, 1))
    return root
