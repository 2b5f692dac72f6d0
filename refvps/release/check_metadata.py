"""Checks of what a release says: header, expressions, concepts, provenance."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from refvps.errors import DataError
from refvps.mask_png import VOID_LABEL, read_file
from refvps.names import clashes, is_safe_name
from refvps.release.finding import Finding, error
from refvps.release.schema import (
    HEADER,
    META_EXPRESSIONS,
    PROVENANCE,
    ReleaseHeader,
    VideoEntry,
    is_target_id,
)
from refvps.strict_json import parse_json

Model = TypeVar("Model", bound=BaseModel)

EXPRESSIONS_A_CLIP = 4
ANNOTATORS_A_CLIP = 2


@dataclass(frozen=True, slots=True)
class Listing:
    """The clips that a release lists.

    Attributes:
        entries: the clips whose entries can be read and whose ids are safe as file names.
        clip_ids: every id that is listed, safe or not; None if the list cannot be read.
        findings: what is wrong with the others.
    """

    entries: Mapping[str, VideoEntry]
    clip_ids: frozenset[str] | None
    findings: tuple[Finding, ...]


def read_header(root: Path) -> tuple[ReleaseHeader | None, list[Finding]]:
    """Return the header, if it can be read, and what is wrong with it."""
    document, findings = _read(root, HEADER)
    if document is None and findings:
        return None, findings
    header, problems = _parsed(ReleaseHeader, document, HEADER, "")
    return header, findings + problems


def read_listing(root: Path) -> Listing:
    """Read the list of clips."""
    document, findings = _read(root, META_EXPRESSIONS)
    if document is None and findings:
        return Listing({}, None, tuple(findings))
    videos = document.get("videos") if isinstance(document, dict) else None
    if not isinstance(videos, dict):
        message = 'expected an object of clips under "videos"'
        return Listing({}, None, (*findings, error(META_EXPRESSIONS, "schema", message)))
    entries: dict[str, VideoEntry] = {}
    for clip_id, value in videos.items():
        entry, problems = _parsed(VideoEntry, value, META_EXPRESSIONS, f"clip {clip_id!r}, ")
        findings += problems
        if entry is not None and is_safe_name(clip_id):
            entries[clip_id] = entry
        elif entry is not None:
            findings.append(_hostile(f"clip id {clip_id!r}"))
    if not videos:
        findings.append(error(META_EXPRESSIONS, "no-clips", "the release has no clips"))
    findings += _check_clashes(videos, "clip ids")
    return Listing(entries, frozenset(videos), tuple(findings))


def check_entry(clip_id: str, entry: VideoEntry, header: ReleaseHeader | None) -> Iterator[Finding]:
    """Yield what is wrong with one clip's entry, without looking at its files."""
    yield from _check_frames(clip_id, entry)
    yield from _check_expressions(clip_id, entry)
    if header is None:
        return
    for name in ("fps", "annotation_stride"):
        found, expected = getattr(entry, name), getattr(header, name)
        if found != expected:
            message = f"clip {clip_id}: {name} is {found}; the header says {expected}"
            yield error(META_EXPRESSIONS, name.replace("_", "-"), message)
    if entry.concept not in header.concepts:
        message = f"clip {clip_id}: concept {entry.concept!r} is not declared in {HEADER}"
        yield error(META_EXPRESSIONS, "unknown-concept", message)
    elif set(entry.groups) != set(header.concepts[entry.concept]):
        message = (
            f"clip {clip_id}: groups are {sorted(entry.groups)}; concept {entry.concept!r} has "
            f"{sorted(header.concepts[entry.concept])}"
        )
        yield error(META_EXPRESSIONS, "concept-groups", message)


def check_provenance(root: Path, clip_ids: Collection[str] | None) -> Iterator[Finding]:
    """Yield what is wrong with the list of sources: one line a clip, each clip once.

    Args:
        root: the release.
        clip_ids: every clip that is listed; None if the list cannot be read.
    """
    try:
        # Not splitlines, which also splits at characters that JSON texts may hold.
        lines = read_file(root / PROVENANCE).decode().removesuffix("\n").split("\n")
    except DataError as problem:
        yield error(PROVENANCE, "provenance-missing", problem.problem)
        return
    except UnicodeDecodeError as problem:
        yield error(PROVENANCE, "json", f"is no UTF-8 text: {problem}")
        return
    named = Counter[str]()
    yield from _count_clips(lines, named)
    if clip_ids is not None:
        for clip_id in sorted(set(clip_ids) - set(named)):
            yield error(PROVENANCE, "provenance-missing", f"no line for clip {clip_id}")
        for clip_id in sorted(set(named) - set(clip_ids)):
            yield error(PROVENANCE, "provenance-unknown", f"line for {clip_id!r}, which is no clip")
    for clip_id in sorted(clip for clip, count in named.items() if count > 1):
        yield error(PROVENANCE, "provenance-twice", f"clip {clip_id} has {named[clip_id]} lines")


def _count_clips(lines: Sequence[str], named: Counter[str]) -> Iterator[Finding]:
    """Add the clip of every line to ``named``; yield the lines that name none."""
    for number, line in enumerate(lines, start=1):
        try:
            value, _ = parse_json(line.encode())
            named[str(value["clip_id"])] += 1
        except (ValueError, KeyError, TypeError):
            yield error(PROVENANCE, "json", f"line {number}: expected a JSON object with clip_id")


def _check_frames(clip_id: str, entry: VideoEntry) -> Iterator[Finding]:
    hostile = [frame_id for frame_id in entry.frames if not is_safe_name(frame_id)]
    if hostile:
        yield _hostile(f"clip {clip_id}: frame id {hostile[0]!r}")
        return
    ordinals = [f"{index:05}" for index in range(len(entry.frames))]
    if not entry.frames:
        yield error(META_EXPRESSIONS, "frame-ids", f"clip {clip_id} lists no frames")
    elif list(entry.frames) != ordinals:
        at = next(
            k
            for k, pair in enumerate(zip(entry.frames, ordinals, strict=True))
            if len(set(pair)) > 1
        )
        message = (
            f"clip {clip_id}: frame {at + 1} of the list is {entry.frames[at]!r}; expected the "
            f"ordinal {ordinals[at]}"
        )
        yield error(META_EXPRESSIONS, "frame-ids", message)


def _check_expressions(clip_id: str, entry: VideoEntry) -> Iterator[Finding]:
    expressions = entry.expressions
    for key in expressions:
        if not is_safe_name(key):
            yield _hostile(f"clip {clip_id}: expression id {key!r}")
    yield from _check_clashes(expressions, f"clip {clip_id}: expression ids")
    by_annotator = Counter(expression.annotator for expression in expressions.values())
    fair = EXPRESSIONS_A_CLIP // ANNOTATORS_A_CLIP
    if None in by_annotator or sorted(by_annotator.values()) != [fair] * ANNOTATORS_A_CLIP:
        found = ", ".join(f"{count} by {who or 'nobody'}" for who, count in by_annotator.items())
        message = (
            f"clip {clip_id}: expected {EXPRESSIONS_A_CLIP} expressions, {fair} by each of "
            f"{ANNOTATORS_A_CLIP} annotators; found {found or 'none'}"
        )
        yield error(META_EXPRESSIONS, "expression-count", message)
    texts = Counter(" ".join(e.exp.split()).casefold() for e in expressions.values())
    if "" in texts:
        yield error(META_EXPRESSIONS, "expression-empty", f"clip {clip_id}: an expression is empty")
    for text in sorted(text for text, count in texts.items() if count > 1 and text):
        message = f"clip {clip_id}: expression {text!r} occurs {texts[text]} times"
        yield error(META_EXPRESSIONS, "expression-twice", message)
    for key, expression in expressions.items():
        if not is_target_id(expression.obj_id):
            message = (
                f"clip {clip_id}, expression {key}: obj_id is {expression.obj_id[:20]!r}; expected "
                f"a label from 1 to {VOID_LABEL - 1}"
            )
            yield error(META_EXPRESSIONS, "target-id", message)


def _check_clashes(names: Collection[str], what: str) -> Iterator[Finding]:
    for earlier, later in clashes(names):
        message = f"{what} {earlier!r} and {later!r} differ in letter case only"
        yield error(META_EXPRESSIONS, "duplicate-id", message)


def _read(root: Path, name: str) -> tuple[Any, list[Finding]]:
    try:
        value, repeated = parse_json(read_file(root / name))
    except DataError as problem:
        return None, [error(name, "missing-file", problem.problem)]
    except ValueError as problem:
        return None, [error(name, "json", f"not valid JSON: {problem}")]
    return value, [error(name, "duplicate-id", f"key {key!r} occurs twice") for key in repeated]


def _parsed(
    model: type[Model], value: object, name: str, prefix: str
) -> tuple[Model | None, list[Finding]]:
    try:
        return model.model_validate(value), []
    except ValidationError as problem:
        return None, [
            error(name, "schema", f"{prefix}{'.'.join(map(str, item['loc']))}: {item['msg']}")
            for item in problem.errors()
        ]


def _hostile(what: str) -> Finding:
    return error(META_EXPRESSIONS, "hostile-name", f"{what} is not safe as a file name")
