"""The demo release's fixed list of clips: video, target and hand-written expressions."""

import json
from dataclasses import dataclass
from importlib.resources import files

from refvps.types import Expression

TARGET_ID = "1"
"""Every clip has one target; its pixels carry this label."""


@dataclass(frozen=True, slots=True)
class CatalogueClip:
    """One clip of the demo.

    Attributes:
        clip_id: unique, safe as a file name.
        scene: a key of ``refvps.demo.scenes.SCENES``.
        seed: of the scene; clips with the same scene and seed share their video.
        part: name of the part that is the target.
        expressions: two by annotator ``a1``, then two by ``a2``.
    """

    clip_id: str
    scene: str
    seed: int
    part: str
    expressions: tuple[Expression, ...]

    @property
    def video_id(self) -> str:
        """Names the video; the same for clips that share it."""
        return f"{self.scene}-{self.seed}"


def read_catalogue() -> tuple[CatalogueClip, ...]:
    """Return the clips of the demo in the order of ``catalogue.json``."""
    videos = json.loads(catalogue_bytes())
    return tuple(
        CatalogueClip(clip_id, video["scene"], video["seed"], clip["part"], _expressions(clip))
        for video in videos
        for clip_id, clip in video["clips"].items()
    )


def catalogue_bytes() -> bytes:
    """Return ``catalogue.json`` as it is stored in the package."""
    return (files("refvps.demo") / "catalogue.json").read_bytes()


def _expressions(clip: dict[str, list[str]]) -> tuple[Expression, ...]:
    texts = [(annotator, text) for annotator in ("a1", "a2") for text in clip[annotator]]
    return tuple(
        Expression(str(number), text, TARGET_ID, annotator)
        for number, (annotator, text) in enumerate(texts)
    )
