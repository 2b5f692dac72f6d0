"""One ``all_classes.json`` of BURST: indexed once, its sequences read when they are needed.

The two files hold millions of frame names and masks. What is kept of a sequence is where its bytes
lie, so that a data set stays small in memory and on its way to worker processes.

Source: ``ANNOTATION_FORMAT.md`` of Ali2500/BURST-benchmark.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmark.datasets.categories import safe_id
from benchmark.datasets.json_pieces import Piece, json_pieces
from refvps.errors import DataError
from refvps.strict_json import parse_json
from refvps.types import Size

USUAL_FPS = 30.0
"""Frames a second of TAO's videos, for a sequence that does not say."""


class MaskEntry(BaseModel):
    """The mask of one track in one frame."""

    model_config = ConfigDict(frozen=True)

    rle: str = Field(min_length=1)
    """COCO run lengths, compressed, of the sequence's height and width."""


class SequenceEntry(BaseModel):
    """One sequence as the file writes it."""

    model_config = ConfigDict(frozen=True)

    dataset: str = Field(min_length=1)
    seq_name: str = Field(min_length=1)
    height: int = Field(gt=0)
    width: int = Field(gt=0)
    fps: float = Field(default=USUAL_FPS, ge=0.1, allow_inf_nan=False)
    all_image_paths: tuple[str, ...] = Field(min_length=1)
    """File names of all frames, in order."""
    annotated_image_paths: tuple[str, ...] = Field(min_length=1)
    """File names of the annotated ones, in order."""
    not_exhaustive_category_ids: tuple[int, ...] = ()
    """Categories of which the sequence shows things that are not annotated."""
    track_category_ids: dict[str, int]
    segmentations: tuple[dict[str, MaskEntry], ...]
    """One an annotated frame: masks by track; a track that is not listed is not in the frame."""

    @property
    def size(self) -> Size:
        """The size of frames and masks."""
        return Size(self.height, self.width)

    @property
    def title(self) -> str:
        """The sequence in words."""
        return f"sequence {self.dataset}/{self.seq_name}"


Visit = Callable[[SequenceEntry], None]


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """An indexed file.

    Attributes:
        path: the file.
        split: "val" or "test".
        digest: SHA-256 of its bytes.
        stamp: its size and time when it was indexed.
        names: categories by id.
        places: the bytes of every sequence by clip id: first, and one past the last.
    """

    path: Path
    split: str
    digest: str
    stamp: tuple[int, int]
    names: Mapping[int, str] = field(repr=False)
    places: Mapping[str, tuple[int, int]] = field(repr=False)

    def read(self, clip_id: str) -> SequenceEntry:
        """Return one sequence.

        Raises:
            DataError: the file is gone, or not the one that was indexed.
        """
        return SequenceEntry.model_validate_json(self._bytes(clip_id))

    def repeated_keys(self, clip_id: str) -> tuple[str, ...]:
        """Return the places of keys that occur twice in one object of a sequence.

        All readers of JSON keep one of the two in silence; looking for them takes three times as
        long as reading, so that it is done on request.
        """
        return parse_json(self._bytes(clip_id))[1]

    def _bytes(self, clip_id: str) -> bytes:
        start, end = self.places[clip_id]
        with _opened(self.path) as file:
            if _stamp(os.fstat(file.fileno())) != self.stamp:
                raise DataError(self.path, "was changed while it was in use; start again")
            file.seek(start)
            return file.read(end - start)


def index_annotations(path: Path, split: str, visit: Visit) -> AnnotationFile:
    """Read and check a file, but for what its run lengths encode.

    Args:
        path: the file.
        split: which split it is to hold.
        visit: called with every sequence, to check what lies outside the file.

    Raises:
        DataError: missing, not JSON, not of the format, or contradicting itself; names the place.
    """
    members: dict[str, Any] = {}
    entries: dict[str, tuple[int, int]] = {}
    used: dict[int, str] = {}
    hashed = hashlib.sha256()
    with _opened(path) as file:
        stamp = _stamp(os.fstat(file.fileno()))
        for piece in _pieces(path, file, hashed.update):
            if not piece.item:
                members[piece.key] = piece.value
                continue
            entry = _entry(path, len(entries), piece.value)
            require_sound(path, entry)
            clip_id = safe_id(split, entry.dataset, entry.seq_name)
            if clip_id in entries:
                raise DataError(path, f"{entry.title} occurs twice")
            entries[clip_id] = (piece.start, piece.end)
            used |= dict.fromkeys(entry.track_category_ids.values(), entry.title)
            visit(entry)
    _require_split(path, split, members, entries)
    names = _names(path, members)
    for category, title in used.items():
        if category not in names:
            raise DataError(
                path, f"{title} has tracks of category {category}, which 'categories' does not list"
            )
    return AnnotationFile(path, split, hashed.hexdigest(), stamp, names, entries)


def require_sound(path: Path, entry: SequenceEntry) -> None:
    """Raise ``DataError`` if a sequence contradicts itself."""
    frames, annotated = entry.all_image_paths, entry.annotated_image_paths
    require_file_names(path, entry.title, frames)
    require_file_names(path, entry.title, annotated)
    if len(entry.segmentations) != len(annotated):
        raise DataError(
            path,
            f"{entry.title} has {len(annotated)} annotated frames, but segmentations of "
            f"{len(entry.segmentations)}",
        )
    require_annotated(path, entry, frames, "all_image_paths")
    for name, masks in zip(annotated, entry.segmentations, strict=True):
        for track in masks:
            if track not in entry.track_category_ids:
                raise DataError(
                    path, f"{entry.title}, frame {name}: track {track[:20]!r} has no category"
                )


def require_annotated(path: Path, entry: SequenceEntry, frames: Iterable[str], where: str) -> None:
    """Raise ``DataError`` if an annotated frame is not among those listed."""
    left_out = set(entry.annotated_image_paths).difference(frames)
    if left_out:
        raise DataError(
            path, f"{entry.title}: frame {min(left_out)} is annotated, but not listed in {where}"
        )


def require_file_names(path: Path, title: str, names: Iterable[str]) -> None:
    """Raise ``DataError`` unless frames are plain file names with stems of their own."""
    stems: set[str] = set()
    for name in names:
        stem = name.rpartition(".")[0]
        if not stem or "/" in name or "\\" in name or "\0" in name:
            raise DataError(path, f"{title}: {name[:60]!r} is no file name of a frame")
        if stem in stems:
            raise DataError(path, f"{title} lists frame {stem} twice")
        stems.add(stem)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise DataError(path, "file is missing") from error
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error


def _pieces(path: Path, file: BinaryIO, see: Callable[[bytes], None]) -> Iterator[Piece]:
    """Yield the members of the file, each sequence by itself; ``see`` gets all bytes, in order."""

    def read(size: int) -> bytes:
        content = file.read(size)
        see(content)
        return content

    try:
        yield from json_pieces(read, "sequences")
    except ValueError as error:
        raise DataError(path, f"not valid JSON: {error}") from error


def _entry(path: Path, index: int, value: Any) -> SequenceEntry:  # noqa: ANN401 - JSON
    try:
        return SequenceEntry.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, ("sequences", index, *first["loc"])))
        raise DataError(path, f"{where}: {first['msg'].lower()}") from error


def _require_split(
    path: Path, split: str, members: Mapping[str, Any], entries: Mapping[str, object]
) -> None:
    if members.get("split", split) != split:
        raise DataError(
            path, f"holds the split {str(members['split'])[:20]!r}; expected {split!r} in its place"
        )
    if not entries:
        raise DataError(path, "holds no sequences; expected those of BURST under 'sequences'")


def _names(path: Path, members: Mapping[str, Any]) -> dict[int, str]:
    listed = members.get("categories")
    names: dict[int, str] = {}
    for entry in listed if isinstance(listed, list) else ():
        category = entry.get("id") if isinstance(entry, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(category, int) or not isinstance(name, str) or not name:
            raise DataError(path, "an entry of 'categories' has no id and name")
        if names.setdefault(category, name) != name:
            raise DataError(
                path, f"category {category} has two names, {names[category]} and {name}"
            )
    if not names:
        raise DataError(path, "lists no categories; expected id and name of each")
    return names


def _stamp(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns
