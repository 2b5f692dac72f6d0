"""The stage that decodes a video once to know its frames."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from refvps.collect.folder import media_path, pts_path
from refvps.collect.probe import Probed, probe
from refvps.collect.stage import StageResult, Task
from refvps.collect.stages.videos import media_of, write_array
from refvps.collect.store.records import Candidate, Media, Probe
from refvps.collect.store.store import Store
from refvps.errors import DataError


@dataclass(frozen=True, slots=True)
class ProbeStage:
    """Decodes a video from end to end and stores what it holds; damaged ones fail here."""

    name: str = "probe"
    version: int = 1

    @property
    def options(self) -> Mapping[str, Any]:
        """Nothing can be set."""
        return {}

    def task(self, store: Store, candidate: Candidate) -> Task:
        """See ``Stage``; writes the table of time stamps."""
        return partial(_probed, store.folder, media_of(store, candidate))


def _probed(folder: Path, media: Media) -> StageResult:
    try:
        probed = probe(media_path(folder, media))
    except DataError as error:
        return StageResult("failed", "unreadable", {"message": error.problem})
    table = write_array(pts_path(folder, media.media_id), probed.timeline.pts)
    row = _row(media.media_id, probed, hashlib.sha256(table).hexdigest())
    stored = probed.facts.stored
    detail = {"frames": row.n_frames, "hdr": stored is not None and stored.is_hdr}
    return StageResult(detail=detail, save=partial(_save, row))


def _save(row: Probe, store: Store) -> None:
    store.put(row)


def _row(media_id: str, probed: Probed, digest: str) -> Probe:
    facts, timeline, stored = probed.facts, probed.timeline, probed.facts.stored
    codec, pix_fmt = facts.form.split(" ", 1)
    colour: dict[str, Any] = {}
    if stored is not None:
        colour = {
            "matrix": stored.matrix,
            "range": stored.spread,
            "transfer": stored.transfer,
            "assumed": list(stored.assumed),
        }
    size = probed.stored_size
    return Probe(
        media_id=media_id,
        container=facts.container,
        codec=codec,
        pix_fmt=pix_fmt,
        width=size.width,
        height=size.height,
        rotation=facts.rotation,
        sample_aspect=1 / facts.aspect if facts.rotation % 180 else Fraction(facts.aspect),
        colour=colour,
        time_base=timeline.base,
        start_pts=int(timeline.pts[0]),
        n_frames=len(timeline),
        uneven=timeline.is_uneven,
        duration=timeline.end,
        pts_digest=digest,
    )
