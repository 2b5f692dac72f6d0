"""What the rows of a collection store are in Python; field names are column names.

Times of day are UTC, ISO 8601. Times within a video are exact fractions of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Literal

from refvps.collect.store.record import Record


@dataclass(frozen=True, slots=True)
class Concept(Record):
    """A kind of dynamic process; ``origin`` says who wrote it: a generation, a file, a person."""

    TABLE: ClassVar[str] = "concept"
    KEY: ClassVar[tuple[str, ...]] = ("concept_id",)

    concept_id: str
    name: str
    groups: tuple[str, ...]
    definition: str
    status: Literal["proposed", "active", "dropped"] = "active"
    origin: str = "file"


@dataclass(frozen=True, slots=True)
class Query(Record):
    """Words to look for a concept with."""

    TABLE: ClassVar[str] = "query"
    KEY: ClassVar[tuple[str, ...]] = ("query_id",)

    query_id: str
    concept_id: str
    text: str
    language: str = "en"
    kind: Literal["keyword", "hashtag", "sentence"] = "keyword"
    origin: str = "file"


@dataclass(frozen=True, slots=True)
class SourceRun(Record):
    """One listing of a source; ``cursor`` is where it goes on, ``finished`` when it ended."""

    TABLE: ClassVar[str] = "source_run"
    KEY: ClassVar[tuple[str, ...]] = ("source_run_id",)

    source_run_id: str
    name: str
    kind: str
    config_hash: str
    basis: str
    started: str
    finished: str | None = None
    cursor: str | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    seen: int = 0
    new: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Candidate(Record):
    """A video that a source named; ``candidate_id`` is ``platform:native_id``.

    ``title`` and ``author`` are private: no release holds them.
    """

    TABLE: ClassVar[str] = "candidate"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id",)

    candidate_id: str
    platform: str
    native_id: str
    url: str
    concept_id: str
    source_run_id: str
    place: int
    title: str = ""
    author: str = ""
    duration_ms: int | None = None
    posted_at: str | None = None
    flags: tuple[str, ...] = ()
    first_seen: str = ""


@dataclass(frozen=True, slots=True)
class CandidateHit(Record):
    """That a listing named a candidate, for which query, at which place."""

    TABLE: ClassVar[str] = "candidate_hit"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id", "source_run_id", "query_text", "concept_id")

    candidate_id: str
    source_run_id: str
    query_text: str
    concept_id: str
    place: int


@dataclass(frozen=True, slots=True)
class Media(Record):
    """A video file; ``media_id`` is its SHA-256. See ``refvps.collect.folder`` for where it is."""

    TABLE: ClassVar[str] = "media"
    KEY: ClassVar[tuple[str, ...]] = ("media_id",)

    media_id: str
    bytes: int
    suffix: str = ".mp4"


@dataclass(frozen=True, slots=True)
class Fetched(Record):
    """Which file a candidate's download gave, and what gave it.

    ``post`` is what the platform itself calls it, as ``platform:id``, empty where it does not say;
    ``authors`` are all ids, and the handle, of who posted it. Both are private.
    """

    TABLE: ClassVar[str] = "fetched"
    KEY: ClassVar[tuple[str, ...]] = ("candidate_id",)

    candidate_id: str
    media_id: str
    format_id: str
    width: int | None
    height: int | None
    tool: str
    fetched_at: str
    post: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe(Record):
    """What a video file's stream holds.

    ``width`` and ``height`` are of stored frames, before rotation (degrees) and sample aspect.
    ``pts_digest`` is of the table of time stamps beside the file; see ``refvps.collect.folder``.
    """

    TABLE: ClassVar[str] = "probe"
    KEY: ClassVar[tuple[str, ...]] = ("media_id",)

    media_id: str
    container: str
    codec: str
    pix_fmt: str
    width: int
    height: int
    rotation: int
    sample_aspect: Fraction
    colour: Mapping[str, Any]
    time_base: Fraction
    start_pts: int
    n_frames: int
    uneven: bool
    duration: Fraction
    pts_digest: str


@dataclass(frozen=True, slots=True)
class Boundary(Record):
    """A change of shot: the last and first stamps are those of the frames on its two sides.

    ``pts_start`` is the last frame of the shot before, ``pts_end`` the first of the shot after,
    in the time base of the stream.
    """

    TABLE: ClassVar[str] = "boundary"
    KEY: ClassVar[tuple[str, ...]] = ("media_id", "ordinal")

    media_id: str
    ordinal: int
    pts_start: int
    pts_end: int
    kind: Literal["cut", "gradual", "flash-suppressed"]
    detectors: tuple[str, ...]
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Score(Record):
    """A number about a media file or a clip, and the stage that found it. It only proposes."""

    TABLE: ClassVar[str] = "score"
    KEY: ClassVar[tuple[str, ...]] = ("subject", "name")

    subject: str
    name: str
    value: float
    stage: str


@dataclass(frozen=True, slots=True)
class Fingerprint(Record):
    """A perceptual fingerprint; ``kind`` names its making, such as ``dhash64@2fps``."""

    TABLE: ClassVar[str] = "fingerprint"
    KEY: ClassVar[tuple[str, ...]] = ("media_id", "kind")

    media_id: str
    kind: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Duplicate(Record):
    """That a media file shows what another shows; ``decided_by`` is a measure or a person."""

    TABLE: ClassVar[str] = "duplicate"
    KEY: ClassVar[tuple[str, ...]] = ("media_id", "of_media_id")

    media_id: str
    of_media_id: str
    relation: Literal["same", "flip", "crop", "subset"]
    distance: float
    decided_by: str


@dataclass(frozen=True, slots=True)
class Decision(Record):
    """What a person decided about a candidate, or about a clip cut from one; never changed.

    ``parts`` are those of an accepted or a split video; see ``refvps.collect.clip_times``.
    ``previous_id`` is the decision that the person saw, so that nobody overrules unseen ones.
    """

    TABLE: ClassVar[str] = "decision"
    KEY: ClassVar[tuple[str, ...]] = ("decision_id",)

    subject: str
    verdict: Literal["accept", "exclude", "split", "undo"]
    reason: str
    reviewer: str
    at: str
    ms_spent: int = 0
    blind: bool = False
    concept_id: str | None = None
    previous_id: int | None = None
    note: str = ""
    parts: tuple[str, ...] = ()
    decision_id: int | None = None


@dataclass(frozen=True, slots=True)
class Clip(Record):
    """A part of a media file, in seconds from its first frame; the event lies within it."""

    TABLE: ClassVar[str] = "clip"
    KEY: ClassVar[tuple[str, ...]] = ("clip_id",)

    clip_id: str
    candidate_id: str
    media_id: str
    concept_id: str
    split_index: int
    start: Fraction
    end: Fraction
    event_start: Fraction
    event_end: Fraction
    state: Literal["proposed", "accepted", "dropped"] = "proposed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Export(Record):
    """Frames written for a clip; see ``refvps.collect.folder`` for where they are."""

    TABLE: ClassVar[str] = "export"
    KEY: ClassVar[tuple[str, ...]] = ("clip_id", "profile")

    clip_id: str
    profile: str
    n_frames: int
    width: int
    height: int
    frames_digest: str
    encoder: Mapping[str, Any]
