"""Masks made elsewhere as PNG files: one folder an expression, or one palette file a frame."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from refvps.errors import DataError
from refvps.latest import Latest
from refvps.mask_png import (
    VOID_LABEL,
    Encoding,
    decode_label_planes,
    decode_labels,
    png_size,
    read_file,
    read_labels,
)
from refvps.names import require_safe_name
from refvps.packed import PackedMask, pack
from refvps.predictions.source import PredictedMasks
from refvps.protocols import Annotated
from refvps.types import Query, Size, UInt8Array


@dataclass(frozen=True, slots=True)
class ExpressionFolders:
    """``FOLDER/CLIP/EXPRESSION/FRAME.png``, as the Ref-YouTube-VOS server takes them.

    Attributes:
        folder: holds one folder a clip.
    """

    folder: Path

    @property
    def layout(self) -> str:
        """The layout's name, for people."""
        return "PNG, one folder a clip and expression (Ref-YouTube-VOS submission)"

    def has(self, query: Query) -> bool:
        """Return whether the expression's folder is there."""
        return self._folder(query).is_dir()

    def read(self, query: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        """See ``PredictionSource.read``; any one label but void is foreground."""
        seen: set[int] = set()

        def mask_of(path: Path, content: bytes) -> tuple[PackedMask, str]:
            labels, mask, encoding = _foreground(path, content)
            seen.update(labels)
            if encoding == PALETTE and len(seen) > 1:
                raise DataError(
                    path,
                    f"a folder of one expression holds one label; found {sorted(seen)}; "
                    "write each target to the folders of its own expressions",
                )
            return mask, encoding

        files = _read_files(query, self._folder(query), frame_ids, mask_of)
        return files.of(files.masks)

    def check(self, query: Query, truth: Annotated) -> None:
        """See ``PredictionSource.check``."""
        _check_files(query, self._folder(query), truth)

    def _folder(self, query: Query) -> Path:
        return (
            self.folder
            / require_safe_name(query.clip.clip_id, "clip id")
            / require_safe_name(query.expression.expression_id, "expression id")
        )


@dataclass(frozen=True, slots=True)
class PaletteTree:
    """``FOLDER/CLIP/FRAME.png`` as DAVIS: the label of a pixel is the id of its target.

    Every expression of a target is answered by the same pixels.

    Attributes:
        folder: holds one folder a clip.
        targets: the ids of each clip's targets, by clip id; a mask without ids serves only a
            clip with one.
    """

    folder: Path
    targets: Mapping[str, Collection[str]]
    _last: "Latest[tuple[str, tuple[str, ...]], _Files[_Planes]]" = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )
    """The files of the clip read last: its other targets lie in them too."""
    _checked: Latest[tuple[str, Annotated], None] = field(
        default_factory=Latest, init=False, repr=False, compare=False
    )

    @property
    def layout(self) -> str:
        """The layout's name, for people."""
        return "PNG, one palette file a frame (DAVIS)"

    def has(self, query: Query) -> bool:
        """Return whether the clip's folder is there."""
        return self._folder(query).is_dir()

    def read(self, query: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        """See ``PredictionSource.read``; the target's own label is foreground."""
        target = _label(query, query.expression.target_id)
        key = (query.clip.clip_id, tuple(frame_ids))
        files = self._last.of(key, lambda: self._read_clip(query, frame_ids))
        masks = tuple(planes.masks[target] for planes in files.masks)
        # Where there is one target to find, ids numbered otherwise would score zero in silence.
        strangers = any(planes.strangers for planes in files.masks)
        if strangers and self._targets_of(query) == {target} and not any(m.area for m in masks):
            self._refuse_strangers(query, frame_ids, target)
        return files.of(masks)

    def check(self, query: Query, truth: Annotated) -> None:
        """See ``PredictionSource.check``."""
        folder = self._folder(query)
        key = (query.clip.clip_id, truth)
        self._checked.of(key, lambda: _check_files(query, folder, truth))

    def _read_clip(self, query: Query, frame_ids: Sequence[str]) -> "_Files[_Planes]":
        labels = self._targets_of(query)

        def planes_of(path: Path, content: bytes) -> tuple[_Planes, str]:
            planes = decode_label_planes(path, content, list(labels))
            if planes.encoding is not Encoding.PALETTE:
                self._require_single_target(path, query)
                _, mask, encoding = _foreground(path, content)
                return _Planes(dict.fromkeys(labels, mask), strangers=False), encoding
            strangers = planes.others > 0
            # Void would be among the other labels, which are few or none.
            if strangers and _has_void(path, content):
                raise _void_error(path)
            return _Planes(planes.masks, strangers), PALETTE

        return _read_files(query, self._folder(query), frame_ids, planes_of)

    def _refuse_strangers(self, query: Query, frame_ids: Sequence[str], target: int) -> None:
        folder = self._folder(query)
        found: set[int] = set()
        for frame_id in frame_ids:
            path = folder / f"{frame_id}.png"
            found |= _values(decode_labels(path, read_file(path)).labels)
        raise DataError(
            folder,
            f"has labels {sorted(found - {0})} but never {target}, the target of "
            f"{query.query_id}; write each target under its own id",
        )

    def _folder(self, query: Query) -> Path:
        return self.folder / require_safe_name(query.clip.clip_id, "clip id")

    def _targets_of(self, query: Query) -> set[int]:
        targets = self.targets.get(query.clip.clip_id, [query.expression.target_id])
        return {_label(query, target) for target in targets}

    def _require_single_target(self, path: Path, query: Query) -> None:
        count = len(self._targets_of(query))
        if count > 1:
            raise DataError(
                path,
                f"a grey or 1-bit mask cannot say which of the clip's {count} targets it "
                "shows; use palette files or one folder an expression",
            )


PALETTE = Encoding.PALETTE.value

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class _Planes:
    """One palette file: the mask of each target, and whether other labels are in it."""

    masks: Mapping[int, PackedMask]
    strangers: bool


@dataclass(frozen=True, slots=True)
class _Files(Generic[Read]):
    """What was read of a folder's files, one item a frame."""

    masks: tuple[Read, ...]
    stored_frames: int
    encodings: frozenset[str]
    digest: str

    def of(self, masks: tuple[PackedMask, ...]) -> PredictedMasks:
        """Return some masks of these files."""
        return PredictedMasks(masks, self.stored_frames, self.encodings, self.digest)


def _read_files(
    query: Query,
    folder: Path,
    frame_ids: Sequence[str],
    read: Callable[[Path, bytes], tuple[Read, str]],
) -> _Files[Read]:
    """Read the files of some frames; ``read`` returns what is in one, and its encoding."""
    masks: list[Read] = []
    encodings: set[str] = set()
    digest = hashlib.sha256()
    for path in _paths(query, folder, frame_ids):
        content = read_file(path)
        digest.update(content)
        mask, encoding = read(path, content)
        masks.append(mask)
        encodings.add(encoding)
    stored = _stored_frames(query, folder)
    return _Files(tuple(masks), stored, _combined(encodings), digest.hexdigest())


def _check_files(query: Query, folder: Path, truth: Annotated) -> None:
    """Raise ``DataError`` for the first file that is missing, damaged or of another size."""
    names = {path.name for path in folder.iterdir()}
    for path in _paths(query, folder, truth.frame_ids, names):
        # An image whose header or end is odd is decoded, to say what is wrong or that nothing is.
        size = png_size(path) or Size(*read_labels(path).labels.shape)
        if size != truth.size:
            raise DataError(
                path,
                f"mask is {size}; the truth is {truth.size}: predict at the size of the frames",
            )
    _require_frames(query, folder, {name[:-4] for name in names if name.endswith(".png")})


def _foreground(path: Path, content: bytes) -> tuple[set[int], PackedMask, str]:
    """Return the labels of a file of one target, its mask, and how it holds its values."""
    planes = decode_label_planes(path, content, [1, VOID_LABEL])
    if planes.encoding is not Encoding.GREY and not planes.others:
        if planes.masks[VOID_LABEL].area:
            raise _void_error(path)
        return ({1} if planes.masks[1].area else set()), planes.masks[1], planes.encoding.value
    labels = decode_labels(path, content).labels
    values = _values(labels) - {0}
    if planes.encoding is Encoding.GREY:
        return values, pack(labels != 0), _grey_encoding(path, values)
    if VOID_LABEL in values:
        raise _void_error(path)
    return values, pack(labels != 0), planes.encoding.value


def _has_void(path: Path, content: bytes) -> bool:
    return decode_label_planes(path, content, [VOID_LABEL]).masks[VOID_LABEL].area > 0


def _values(labels: UInt8Array) -> set[int]:
    return set(np.flatnonzero(np.bincount(labels.ravel(), minlength=256)).tolist())


def _label(query: Query, target_id: str) -> int:
    try:
        return int(target_id)
    except ValueError:
        raise DataError(
            query.query_id,
            f"target id {target_id!r} is no number, so palette files cannot name it; use one "
            "folder an expression",
        ) from None


def _paths(
    query: Query, folder: Path, frame_ids: Sequence[str], names: Collection[str] | None = None
) -> Iterator[Path]:
    """Yield the files of some frames, looked for among names in the folder where they are known."""
    paths = [folder / f"{frame_id}.png" for frame_id in frame_ids]
    absent = [p for p in paths if not (p.is_file() if names is None else p.name in names)]
    if absent:
        more = f" (and {len(absent) - 1} more annotated frames)" if len(absent) > 1 else ""
        raise DataError(absent[0], f"mask of {query.query_id} is missing{more}")
    yield from paths


def _stored_frames(query: Query, folder: Path) -> int:
    stored = {path.stem for path in folder.iterdir() if path.suffix == ".png"}
    _require_frames(query, folder, stored)
    return len(stored)


def _require_frames(query: Query, folder: Path, stored: set[str]) -> None:
    unknown = stored - set(query.clip.frame_ids)
    if unknown:
        raise DataError(
            folder / f"{min(unknown)}.png",
            f"clip {query.clip.clip_id} has no such frame; its frames are "
            f"{query.clip.frame_ids[0]} to {query.clip.frame_ids[-1]}",
        )


def _void_error(path: Path) -> DataError:
    return DataError(
        path,
        "palette label 255 means void, which a prediction cannot hold; write the target's id, or "
        "a grey 0/255 mask",
    )


def _grey_encoding(path: Path, values: set[int]) -> str:
    """Return how a grey file holds its values, refusing those that have no single meaning."""
    if not values:
        return "grey empty"
    if values == {1}:
        return "grey 0/1"
    if values == {255}:
        return "grey 0/255"
    listed = ", ".join(map(str, sorted(values | {0})[:4])) + (", …" if len(values) > 3 else "")
    raise DataError(
        path, f"grey values are {listed}; expected 0/1 or 0/255: threshold the mask before saving"
    )


def _combined(encodings: set[str]) -> frozenset[str]:
    """Drop "grey empty" beside a telling value; alone it reads as "grey"."""
    telling = encodings - {"grey empty"}
    return frozenset(telling or ({"grey"} if encodings else set()))
