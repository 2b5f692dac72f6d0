"""The JSON files of a release, as pydantic models."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

from refvps.names import is_safe_name
from refvps.release.taxonomy import GROUPS

ANNOTATIONS = "Annotations"
FRAMES = "JPEGImages"
META_EXPRESSIONS = "meta_expressions/valid/meta_expressions.json"
HEADER = "release.json"
CHECKSUMS = "checksums.sha256"
PROVENANCE = "provenance.jsonl"
REMOVED = "removed.jsonl"
COVERAGE = "coverage.json"
FRAME_SUMS = "frames.sha256"
"""What ``hydrate`` writes into a release without pixels: which clips it has, and their frames.
Both belong to one copy and not to the data, so the digest does not cover them."""

LOCAL = (COVERAGE, FRAME_SUMS)

FULL, IDS_ONLY = "full", "ids-only"

_TARGET_ID = re.compile(r"[0-9]{1,3}")


def is_target_id(text: str) -> bool:
    """Return whether an ``obj_id`` can be a label: 1 to 254, since 0 and 255 are taken.

    >>> is_target_id("1"), is_target_id("255"), is_target_id("smoke")
    (True, False, False)
    """
    return bool(_TARGET_ID.fullmatch(text)) and 0 < int(text) < 255


def _known_group(group: str) -> str:
    if group not in GROUPS:
        raise ValueError(f"unknown group {group!r}; known: {', '.join(GROUPS)}")
    return group


def _safe(name: str) -> str:
    if not is_safe_name(name):
        raise ValueError(f"{name!r} cannot be used as a release name: not safe as a folder name")
    return name


Group = Annotated[str, AfterValidator(_known_group)]


class ReleaseHeader(BaseModel):
    """What a release says about itself, in ``release.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True)

    form: Literal["refvps-release/1"] = Field("refvps-release/1", alias="schema")
    """The version of the format."""
    name: Annotated[str, AfterValidator(_safe)]
    """Names the data set's folder among predictions."""
    version: str
    """Semantic version of the data."""
    licence: str
    """SPDX name, or words where there is none."""
    description: str
    """One or two sentences."""
    fps: PositiveInt = 24
    """Frames a second."""
    annotation_stride: PositiveInt = 4
    """Every how many frames there is a mask."""
    concepts: dict[str, tuple[Group, ...]]
    """Every concept that clips may show, with its groups; any other is unknown."""
    kind: Literal["full", "ids-only"] = "full"
    """Whether frames are part of the data, or have to be fetched again by id."""
    rest_of: tuple[str, ...] = ()
    """Digests of versions from which clips were taken out since; all else in them is the same."""
    digest: str | None = None
    """The data-set digest; see ``refvps.release.digest``."""


def header_document(header: ReleaseHeader) -> dict[str, Any]:
    """Return a header as JSON takes it, without what says nothing.

    So releases made before there were other kinds, or anything was taken out, keep their digest.
    """
    body: dict[str, Any] = header.model_dump(mode="json", by_alias=True)
    if body["kind"] == FULL:
        del body["kind"]
    if not body["rest_of"]:
        del body["rest_of"]
    return body


class ExpressionEntry(BaseModel):
    """One referring expression in ``meta_expressions.json``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    exp: str
    obj_id: str = "1"
    annotator: str | None = None


class VideoEntry(BaseModel):
    """One clip in ``meta_expressions.json``; what Ref-YouTube-VOS lacks may be left out."""

    model_config = ConfigDict(frozen=True, extra="allow")

    expressions: dict[str, ExpressionEntry]
    frames: tuple[str, ...]
    video: str | None = None
    concept: str | None = None
    groups: tuple[str, ...] = ()
    fps: PositiveInt = 24
    annotation_stride: PositiveInt = 4


class MetaExpressions(BaseModel):
    """``meta_expressions.json``: every clip with its expressions."""

    model_config = ConfigDict(frozen=True, extra="allow")

    videos: dict[str, VideoEntry]
