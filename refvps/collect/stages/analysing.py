"""The stage that looks at a video: shots, change, bars, likeness to others. It only proposes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from refvps.collect.config import AnalyseOptions
from refvps.collect.cut import shots_of
from refvps.collect.detectors.chosen import SETTINGS
from refvps.collect.detectors.detector import Detector
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.duplicates import KIND, Fingerprint, compare, fingerprint
from refvps.collect.dynamics import Dynamics, dynamics
from refvps.collect.faces import face_share
from refvps.collect.folder import curve_path
from refvps.collect.geometry import find_bars
from refvps.collect.jumps import jumps
from refvps.collect.probe import Probed
from refvps.collect.proposals import Limits, may_jump, proposals
from refvps.collect.shots import Boundary, boundaries, dividing
from refvps.collect.sketch import Sketch, sketch
from refvps.collect.stage import StageResult, Task
from refvps.collect.stages.videos import media_of, probe_of, read_probed, write_array
from refvps.collect.store.records import Boundary as BoundaryRow
from refvps.collect.store.records import Candidate, Duplicate, Media, Probe, Score
from refvps.collect.store.records import Fingerprint as FingerprintRow
from refvps.collect.store.store import Store

NAMES = ("1/6s", "1s", "2s")
"""How far apart the frames of ``refvps.collect.dynamics.BASELINES`` are, in the names of scores."""


@dataclass(frozen=True, slots=True)
class AnalyseStage:
    """Stores a video's boundaries, scores and fingerprint, and which others it looks like.

    Attributes:
        given: its thresholds; those of detectors are with the detectors.
        detectors: what looks for changes of shot.
    """

    given: AnalyseOptions = field(default_factory=AnalyseOptions)
    detectors: tuple[Detector, ...] = (PySceneDetect(),)
    name: str = "analyse"
    version: int = 4

    @property
    def options(self) -> Mapping[str, Any]:
        """The thresholds and the detectors, so that another one makes the stage run again.

        Raises:
            MissingExtraError: what a detector needs is not installed.
            DataError: a file of weights is missing.
        """
        return self.given.model_dump(exclude=set(SETTINGS)) | {
            "detectors": [{"name": each.name, **each.settings} for each in self.detectors]
        }

    @property
    def limits(self) -> Limits:
        """From which numbers on something is proposed."""
        given = self.given
        least = Fraction(given.least_shot).limit_denominator(1000)
        return Limits(given.no_change, given.least_frames, least, given.compilation)

    def task(self, store: Store, candidate: Candidate) -> Task:
        """See ``Stage``; writes the curve of change."""
        media = media_of(store, candidate)
        return partial(self._seen, store.folder, media, probe_of(store, media))

    def _seen(self, folder: Path, media: Media, row: Probe) -> StageResult:
        probed = read_probed(folder, media, row)
        seen = sketch(probed, self.detectors)
        found = boundaries(seen, probed.timeline, self.given.flash)
        changes, jumped = dividing(found), jumps(seen.thumbs, probed.timeline, found)
        change = dynamics(seen.stills, _shot_starts(seen, [each.after for each in changes]))
        bars = find_bars(seen.stills)
        print_ = fingerprint(seen.stills, bars)
        shots = shots_of(probed.timeline, changes)
        lengths = [float((shot.end or shot.start) - shot.start) for shot in shots]
        scores = _scores(change) | {
            "bars": bars.share,
            "boundaries-per-second": len(changes) / float(probed.timeline.end),
            "longest-shot": max(lengths, default=0.0),
            "jumps": len(jumped),
        }
        if self.given.faces:
            scores["faces"] = face_share(seen.stills)
        write_array(curve_path(folder, media.media_id), change.curve.astype(np.float32))
        jumping = may_jump([probed.timeline.time(place) for place in jumped])
        made = (*proposals(change, shots, self.limits), *filter(None, [jumping]))
        proposed = [asdict(each) for each in made]
        rows = tuple(Score(media.media_id, *each, self.name) for each in scores.items())
        own = FingerprintRow(media.media_id, KIND, print_.to_bytes())
        save = partial(self._save, own, _boundary_rows(media.media_id, probed, found), rows)
        detail = {
            "proposals": proposed,
            "shots": len(shots),
            "jumps": [int(probed.timeline.pts[place]) for place in jumped],
            "detectors": [
                {"name": each.name, "version": each.version, **each.settings}
                for each in self.detectors
            ],
        }
        return StageResult(detail=detail, save=save)

    def _save(
        self,
        own: FingerprintRow,
        edges: Sequence[BoundaryRow],
        scores: Sequence[Score],
        store: Store,
    ) -> None:
        store.replace(BoundaryRow, edges, media_id=own.media_id)
        store.delete(Score, subject=own.media_id, stage=self.name)
        store.put(*scores, own, *self._duplicates(store, own))

    def _duplicates(self, store: Store, own: FingerprintRow) -> list[Duplicate]:
        """Return the pairs that this video makes with those before it.

        The one with the larger id is the duplicate, so that pairs do not depend on who came first.
        """
        pairs, print_ = [], Fingerprint.from_bytes(own.value)
        for row in store.all(FingerprintRow, kind=KIND):
            found = compare(print_, Fingerprint.from_bytes(row.value))
            if (
                row.media_id == own.media_id
                or found is None
                or found.distance > self.given.doubtful
            ):
                continue
            first, second = sorted((own.media_id, row.media_id))
            sure = "measure" if found.distance <= self.given.same else "measure, doubtful"
            pairs.append(Duplicate(second, first, found.relation, found.distance, sure))
        return pairs


def _scores(change: Dynamics) -> dict[str, float]:
    kinds = {"residual": change.residuals, "changed": change.changed}
    return {
        f"{kind}@{name}": value
        for kind, values in kinds.items()
        for name, value in zip(NAMES, values, strict=True)
        if value is not None
    }


def _shot_starts(seen: Sketch, firsts: Sequence[int]) -> list[int]:
    """Return the first still of every further shot."""
    places = np.searchsorted(seen.indices, sorted(firsts))
    return sorted({int(place) for place in places if place < len(seen.indices)})


def _boundary_rows(media_id: str, probed: Probed, found: Sequence[Boundary]) -> list[BoundaryRow]:
    pts = probed.timeline.pts
    return [
        BoundaryRow(
            media_id=media_id,
            ordinal=ordinal,
            pts_start=int(pts[each.change.before]),
            pts_end=int(pts[each.change.after]),
            kind=each.kind,
            detectors=each.detectors,
            score=each.score,
        )
        for ordinal, each in enumerate(found)
    ]
