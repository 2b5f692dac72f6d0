"""Where each exported clip comes from, as a release may say it: no handle, title or text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.collect import folder as places
from refvps.collect.duplicates import KIND
from refvps.collect.export import HEADER
from refvps.collect.store.records import (
    Candidate,
    Clip,
    Concept,
    Export,
    Fetched,
    Fingerprint,
    SourceRun,
)
from refvps.collect.store.store import Store
from refvps.json_lines import json_lines
from refvps.strict_json import read_json

FROM_HEADER = (
    "in",
    "out",
    "event_in",
    "event_out",
    "fps",
    "n_frames",
    "width",
    "height",
    "profile",
)


def provenance(store: Store) -> Iterator[dict[str, str]]:
    """Yield a line for every exported clip, by clip id."""
    for export in store.all(Export):
        clip = store.get(Clip, clip_id=export.clip_id)
        if clip is None:
            continue
        candidate = store.get(Candidate, candidate_id=clip.candidate_id)
        if candidate is not None:
            yield _line(store, clip, candidate, export)


def write_provenance(store: Store, path: Path) -> int:
    """Write the lines to a file; return how many."""
    lines = list(provenance(store))
    atomic.write_text(path, json_lines(lines))
    return len(lines)


def _line(store: Store, clip: Clip, candidate: Candidate, export: Export) -> dict[str, str]:
    header = read_json(places.clip_folder(store.folder, clip.clip_id, export.profile) / HEADER)
    concept = store.get(Concept, concept_id=clip.concept_id)
    run = store.get(SourceRun, source_run_id=candidate.source_run_id)
    fetched = store.get(Fetched, candidate_id=candidate.candidate_id)
    seen = store.get(Fingerprint, media_id=clip.media_id, kind=KIND)
    values: dict[str, Any] = {
        "clip_id": clip.clip_id,
        "platform": candidate.platform,
        "video_id": candidate.native_id,
        "url": candidate.url,
        "source": run.kind if run else candidate.platform,
        "source_basis": run.basis if run else "",
        "concept": concept.name if concept else clip.concept_id,
        "fetched_on": fetched.fetched_at[:10] if fetched else "",
        "format_id": fetched.format_id if fetched else "",
        "sha256_media": clip.media_id,
        **{name: header[name] for name in FROM_HEADER},
        "frames_digest": export.frames_digest,
        "fingerprint_kind": KIND if seen else "",
        "fingerprint": seen.value.hex() if seen else "",
    }
    return {key: str(value) for key, value in values.items()}
