"""A project becomes a release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from annotator.formats.masks_out import planes_of
from annotator.ids import as_id
from annotator.jobs import Job
from annotator.project import Project
from annotator.release.attestations import Attestation, attested, read_attestations
from annotator.release.chosen import expressions_to_publish, masks_to_publish
from refvps.errors import ConfigError, DataError
from refvps.json_lines import read_json_lines
from refvps.mask_png import read_file
from refvps.names import require_safe_name
from refvps.release.changes import Changes, changelog, changes
from refvps.release.documents import CHANGELOG, Beside, documents
from refvps.release.reader import Release, open_release
from refvps.release.schema import FULL, REMOVED, ReleaseHeader, VideoEntry
from refvps.release.version import parse_version, require_newer
from refvps.release.writer import ClipDraft, entry_document, write_release
from refvps.tombstones import Tombstone, document, is_buried, merged, read_tombstones
from refvps.types import Expression

NEEDED = ("url", "in", "out", "sha256_media")
"""What a clip needs to be fetched again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be built.

    Attributes:
        name: of the data set; safe as a folder name.
        version: semantic.
        licence: of the annotations.
        description: a sentence or two.
        kind: ids, times and masks alone; or pixels too.
        provenance: lines that say where clips come from, by ``refvps collect provenance``.
        attestations: who says that pixels may be published.
        previous: the release before, for changelog and removals.
        unreviewed: whether work that nobody accepted is published too.
    """

    name: str
    version: str
    licence: str = "unknown"
    description: str = ""
    kind: Literal["full", "ids-only"] = "ids-only"
    provenance: Path | None = None
    attestations: Path | None = None
    previous: Path | None = None
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes:
        clips: how many clips.
        left_out: clips of the project that are not ready.
        removed: clips of the project that were removed and may not come back.
        changes: beside the release before; None for a first one.
        digest: of the data.
    """

    clips: int
    left_out: tuple[str, ...]
    removed: int
    changes: Changes | None
    digest: str


def build_release(project: Project, to: Path, asked: Asked) -> Built:
    """Write a release of a project to a new folder, whole or not at all.

    Raises:
        ConfigError: the version does not follow, or pixels are asked for without an attestation.
        DataError: nothing is ready, or a clip lacks what a release needs.
    """
    parse_version(asked.version)
    require_safe_name(asked.name, "release name")
    previous = None if asked.previous is None else open_release(asked.previous)
    if previous is not None:
        require_newer(asked.version, previous.version)
    stones = merged(
        read_tombstones(project.root / REMOVED),
        read_tombstones(asked.previous / REMOVED) if asked.previous is not None else (),
    )
    jobs = masks_to_publish(project, unreviewed=asked.unreviewed)
    buried = {clip_id for clip_id in jobs if is_buried(stones, "clip", clip_id)}
    jobs = {clip_id: job for clip_id, job in jobs.items() if clip_id not in buried}
    if not jobs:
        hint = "no clip was accepted by a reviewer; --unreviewed publishes what was handed in"
        raise DataError(project.name, hint)
    header = _header(project, asked, tuple(jobs))
    sources = _Sources(asked.kind, _known(asked.provenance), read_attestations(asked.attestations))
    lines = {clip_id: _provenance(project, job, sources) for clip_id, job in jobs.items()}
    texts = {clip_id: expressions_to_publish(project, clip_id) for clip_id in jobs}
    entries: dict[str, VideoEntry] = {}

    def drafts() -> Iterator[ClipDraft]:
        # One clip at a time: the masks of all would not fit into memory.
        for clip_id, job in jobs.items():
            draft = _draft(project, job, texts[clip_id], lines[clip_id])
            entries[clip_id] = VideoEntry.model_validate(entry_document(draft, header))
            yield draft

    make = partial(_documents, (header, asked), (previous, stones), entries)
    write_release(to, header, drafts(), make)
    built = open_release(to)
    return Built(
        clips=len(jobs),
        left_out=tuple(sorted(set(project.clip_ids) - jobs.keys() - buried)),
        removed=len(buried),
        changes=None if previous is None else changes(previous, built),
        digest=built.digest,
    )


@dataclass(frozen=True, slots=True)
class _Sources:
    """What is known of where clips come from, and who attests to what."""

    kind: str
    known: Mapping[str, Mapping[str, str]]
    attestations: Mapping[str, Attestation]


def _documents(
    what: tuple[ReleaseHeader, Asked],
    before: tuple[Release | None, Sequence[Tombstone]],
    entries: Mapping[str, VideoEntry],
    checksums: Mapping[str, str],
    provenance: Sequence[Mapping[str, str]],
) -> dict[str, bytes]:
    """Return the documents, the changelog among them: what changed is known by then."""
    (header, asked), (previous, stones) = what, before
    lines: tuple[str, ...] = ("first release",)
    text = ""
    if previous is not None:
        lines = changes(previous, Release(previous.root, header, "", entries, checksums)).lines
        path = previous.root / CHANGELOG
        text = read_file(path).decode() if path.is_file() else ""
    beside = Beside(changelog((asked.version, lines), text), [document(stone) for stone in stones])
    return documents(header, beside, checksums, provenance)


def _header(project: Project, asked: Asked, clip_ids: Sequence[str]) -> ReleaseHeader:
    clips = [project.clip(clip_id) for clip_id in clip_ids]
    strides = {clip.schedule.stride for clip in clips}
    if len(strides) > 1:
        raise DataError(
            project.name, f"keyframes are every {sorted(strides)}th frame; a release has one stride"
        )
    concepts: dict[str, tuple[str, ...]] = {}
    for clip in clips:
        concept, groups = clip.facts.concept, clip.facts.groups
        if concept is None:
            raise DataError(clip.clip_id, "has no concept; a release needs one for every clip")
        given = concepts.setdefault(concept, groups)
        if set(given) != set(groups):
            raise DataError(
                clip.clip_id,
                f"concept {concept!r} is in groups {sorted(groups)} here and in {sorted(given)} "
                "elsewhere; give all of its clips the same",
            )
    return ReleaseHeader(
        name=asked.name,
        version=asked.version,
        licence=asked.licence,
        description=asked.description or f"Made from the annotation project {project.name}.",
        annotation_stride=strides.pop(),
        concepts=concepts,
        kind=asked.kind,
    )


def _draft(
    project: Project, job: Job, texts: tuple[Expression, ...], line: Mapping[str, str]
) -> ClipDraft:
    clip = project.clip(job.clip)
    masks = planes_of(project, job, unfinished=False)
    return ClipDraft(
        clip_id=job.clip,
        frames=[clip.frame_path(index) for index in range(clip.schedule.frames)],
        labels={index: planes.composed() for index, planes in masks.items()},
        expressions=texts,
        video=clip.facts.video,
        concept=clip.facts.concept or "",
        groups=clip.facts.groups,
        provenance=line,
    )


def _provenance(project: Project, job: Job, sources: _Sources) -> dict[str, str]:
    facts = project.clip(job.clip).facts
    found = sources.known.get(job.clip, {})
    licence = facts.licence if facts.licence != "unknown" else found.get("licence", "unknown")
    line = {
        "clip_id": job.clip,
        **found,
        "concept": facts.concept or "",
        "source": found.get("source") or facts.source or "not said",
        "licence": licence,
        "masks_by": job.user,
        "masks_kind": job.kind.value,
        "masks_state": job.state.value,
        "masks_rev": str(job.frozen_rev or project.work(job).head.rev),
        "masks_digest": project.digest(job),
    }
    if not line.get("url", "").startswith(("http://", "https://")):
        line.pop("url", None)  # a file of this machine: nobody else's, and its path is nobody's
    if sources.kind == FULL:
        line = attested(line, sources.attestations)
    elif lacking := [name for name in NEEDED if not line.get(name)]:
        raise ConfigError(
            f"clip {job.clip} cannot be fetched again: its provenance lacks {lacking[0]!r}; give "
            "--provenance FILE, which `refvps collect provenance` writes, or publish pixels with "
            "--kind full"
        )
    del line["clip_id"]
    return line


def _known(path: Path | None) -> dict[str, dict[str, str]]:
    """Return lines of provenance by the id that their clip has in a project."""
    if path is None:
        return {}
    if not path.is_file():
        raise DataError(path, "file is missing; `refvps collect provenance` writes it")
    found: dict[str, dict[str, str]] = {}
    for line in read_json_lines(path):
        original = str(line.pop("clip_id", ""))
        name = as_id(original)
        if not original or name in found:
            raise DataError(path, f"clip_id {original!r} is missing, or stands for {name!r} twice")
        found[name] = {key: str(value) for key, value in line.items()}
    return found
