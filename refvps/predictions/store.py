"""The project's own layout of predictions: ``PRED/METHOD/DATASET/CLIP/EXPRESSION.json.gz``."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import DataError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.names import require_safe_name
from refvps.predictions.copies import FACTS, Copies
from refvps.predictions.source import PredictedMasks
from refvps.predictions.track_file import TrackFile, encode_track, read_track, seems_sound
from refvps.protocols import Annotated
from refvps.runs import RunTrack
from refvps.types import Prediction, Query

SUFFIXES = (".json.gz", ".json")
FAILED = ".failed"
"""A folder beside those of the clips, as that of facts is; no clip can have such a name."""


@dataclass(frozen=True, slots=True)
class PredictionStore:
    """Run-length-encoded masks, one file a clip and expression.

    A file is there whole or not at all, so predicting may stop at any moment and go on later.

    Attributes:
        folder: holds one folder a clip, and ``run.json``.
        kernels: decode the run lengths.
        copies: where every file is copied as soon as it is stored; None for nowhere.
    """

    folder: Path
    kernels: Kernels = NUMPY_KERNELS
    copies: Copies | None = None

    @property
    def layout(self) -> str:
        """The layout's name, for people."""
        return "run-length-encoded JSON, one file a clip and expression"

    def path(self, query: Query) -> Path:
        """Return where a query's masks are stored, or would be.

        Raises:
            DataError: the clip's or the expression's id is not safe as a file name.
        """
        clip_id, expression_id = query.clip.clip_id, query.expression.expression_id
        require_safe_name(clip_id, "clip id")
        require_safe_name(expression_id, "expression id")
        stem = self.folder / clip_id
        for suffix in SUFFIXES:
            path = stem / f"{expression_id}{suffix}"
            if path.is_file():
                return path
        return stem / f"{expression_id}{SUFFIXES[0]}"

    def has(self, query: Query) -> bool:
        """Return whether masks of this query are stored."""
        return self.path(query).is_file()

    def write(self, prediction: Prediction) -> None:
        """Store a prediction, replacing one that is there.

        Raises:
            DataError: it cannot be written; what was there is still there.
        """
        query = prediction.query
        written = [self.path(query)]
        if prediction.facts:
            written.insert(0, self._beside(FACTS, query))
            atomic.write_json(written[0], dict(prediction.facts))
        atomic.write_bytes(written[-1], encode_track(prediction))
        self._beside(FAILED, query).unlink(missing_ok=True)
        if self.copies is not None:
            for path in written:
                self.copies.keep(self.folder, path)

    def write_failure(self, query: Query, facts: Mapping[str, Any]) -> None:
        """Store that a query was asked and not answered, and why; its masks stay missing."""
        atomic.write_json(self._beside(FAILED, query), {"status": "failed", **facts})

    def failure(self, query: Query) -> str | None:
        """Return why the query could not be answered when it was last asked, or None."""
        try:
            found = json.loads(self._beside(FAILED, query).read_bytes())
            return str(found["message"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _beside(self, kind: str, query: Query) -> Path:
        path = self.path(query)
        return self.folder / kind / path.parent.name / f"{query.expression.expression_id}.json"

    def read(self, query: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        """See ``PredictionSource.read``."""
        track = read_track(self.path(query))
        _require_belongs(track, query)
        absent = [frame_id for frame_id in frame_ids if frame_id not in track.counts]
        if absent:
            more = f" and {len(absent) - 1} more annotated frames" if len(absent) > 1 else ""
            raise DataError(
                track.path,
                f"has no mask for frame {absent[0]}{more}; it holds {len(track.counts)} frames; "
                "predict it again",
            )
        return PredictedMasks(
            masks=track.masks(frame_ids, self.kernels),
            stored_frames=len(track.counts),
            encodings=frozenset({"run-length encoding"}),
            digest=hashlib.sha256(track.content).hexdigest(),
        )

    def check(self, query: Query, truth: Annotated) -> None:
        """See ``PredictionSource.check``."""
        path = self.path(query)
        names = (query.clip.clip_id, query.expression.expression_id)
        if path.suffix == ".gz" and seems_sound(path, names, truth.size, truth.frame_ids):
            return
        masks = self.read(query, truth.frame_ids).masks
        if isinstance(masks, RunTrack) and masks.size != truth.size:
            raise DataError(
                path,
                f"masks are {masks.size}; the truth is {truth.size}: predict at the size of the "
                "frames",
            )


def _require_belongs(track: TrackFile, query: Query) -> None:
    if track.names is not None and "/".join(track.names) != query.query_id:
        raise DataError(
            track.path,
            f"holds the masks of {'/'.join(track.names)}, not of {query.query_id}; "
            "was it copied to the wrong place?",
        )
    unknown = set(track.counts) - set(query.clip.frame_ids)
    if unknown:
        raise DataError(
            track.path,
            f"has a mask for frame {min(unknown)!r}, which clip {query.clip.clip_id} "
            f"does not have; its frames are {query.clip.frame_ids[0]} "
            f"to {query.clip.frame_ids[-1]}",
        )
