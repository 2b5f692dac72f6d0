"""A few clips of the demo release, rendered as all of it is, where commands look for it."""

from pathlib import Path

from refvps.demo.build import DESCRIPTION, _drafts
from refvps.demo.catalogue import read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import release_key
from refvps.demo.video import STRIDE
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import write_release

CLIPS = frozenset(
    {
        "balloon-deflating",
        "coffee-blooming",
        "ink-sinking",
        "lava-early",
        "paper-hole",
        "wall-shadow",
    }
)
"""One clip a video, and as many videos as intervals need."""


def small_demo(cache: Path) -> Path:
    """Render the clips into a cache folder, ``$XDG_CACHE_HOME/refvps``, and return their release.

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
    write_release(root, header, _drafts([c for c in read_catalogue() if c.clip_id in CLIPS], 1))
    return root
