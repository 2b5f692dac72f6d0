"""The stage that makes the small looping copy that people look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from refvps.collect.config import PreviewOptions
from refvps.collect.folder import preview_path
from refvps.collect.previews import write_preview
from refvps.collect.stage import StageResult
from refvps.collect.stages.videos import media_of, probed_of
from refvps.collect.store.records import Candidate
from refvps.collect.store.store import Store


@dataclass(frozen=True, slots=True)
class PreviewStage:
    """Writes a video's preview.

    Attributes:
        given: how large and how fast.
    """

    given: PreviewOptions = field(default_factory=PreviewOptions)
    name: str = "preview"
    version: int = 1

    @property
    def options(self) -> Mapping[str, Any]:
        """How large and how fast previews are."""
        return self.given.model_dump()

    def __call__(self, store: Store, folder: Path, candidate: Candidate) -> StageResult:
        """See ``Stage``."""
        media = media_of(store, candidate)
        path = preview_path(folder, media.media_id)
        probed = probed_of(store, folder, media)
        rate = Fraction(self.given.rate)
        size = write_preview(probed, path, side=self.given.side, rate=rate)
        return StageResult(detail={"width": size.width, "height": size.height})
