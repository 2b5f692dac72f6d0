"""The stage that makes the small looping copy that people look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from refvps.collect.config import PreviewOptions
from refvps.collect.folder import preview_path
from refvps.collect.previews import write_preview
from refvps.collect.stage import StageResult, Task
from refvps.collect.stages.videos import media_of, probe_of, read_probed
from refvps.collect.store.records import Candidate, Media, Probe
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

    def task(self, store: Store, candidate: Candidate) -> Task:
        """See ``Stage``."""
        media = media_of(store, candidate)
        row = probe_of(store, media)
        return partial(_previewed, self.given, store.folder, media, row)


def _previewed(given: PreviewOptions, folder: Path, media: Media, row: Probe) -> StageResult:
    path = preview_path(folder, media.media_id)
    probed = read_probed(folder, media, row)
    size = write_preview(probed, path, side=given.side, rate=Fraction(given.rate))
    return StageResult(detail={"width": size.width, "height": size.height})
