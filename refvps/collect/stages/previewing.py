"""The stage that makes the small looping copy that people look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refvps.collect.folder import preview_path
from refvps.collect.previews import RATE, SIDE, write_preview
from refvps.collect.stage import StageResult
from refvps.collect.stages.videos import media_of, probed_of
from refvps.collect.store.records import Candidate
from refvps.collect.store.store import Store


@dataclass(frozen=True, slots=True)
class PreviewStage:
    """Writes a video's preview."""

    name: str = "preview"
    version: int = 1

    @property
    def options(self) -> Mapping[str, Any]:
        """How large and how fast previews are."""
        return {"side": SIDE, "rate": int(RATE)}

    def __call__(self, store: Store, folder: Path, candidate: Candidate) -> StageResult:
        """See ``Stage``."""
        media = media_of(store, candidate)
        path = preview_path(folder, media.media_id)
        size = write_preview(probed_of(store, folder, media), path)
        return StageResult(detail={"width": size.width, "height": size.height})
