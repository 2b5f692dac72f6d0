"""Masks made elsewhere as PNG files: one folder an expression, or one palette file a frame."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refvps.errors import DataError
from refvps.mask_png import VOID_LABEL, Encoding, LabelImage, decode_labels, read_file
from refvps.names import require_safe_name
from refvps.packed import pack
from refvps.predictions.source import PredictedMasks
from refvps.types import BoolArray, PackedMask, Query

Foreground = Callable[[Path, LabelImage], BoolArray]
"""Turns the labels of one file into the mask of the query."""


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
        folder = self._folder(query)
        seen: set[int] = set()

        def foreground(path: Path, image: LabelImage) -> BoolArray:
            labels = set(map(int, np.unique(image.labels))) - {0}
            seen.update(labels)
            if image.encoding is Encoding.PALETTE and len(seen) > 1:
                raise DataError(
                    path,
                    f"a folder of one expression holds one label; found {sorted(seen)}; "
                    "write each target to the folders of its own expressions",
                )
            mask: BoolArray = image.labels != 0
            return mask

        return _read_frames(query, folder, frame_ids, foreground)

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
        targets: how many targets each clip has, by clip id; a mask without ids serves only a
            clip with one.
    """

    folder: Path
    targets: Mapping[str, int]

    @property
    def layout(self) -> str:
        """The layout's name, for people."""
        return "PNG, one palette file a frame (DAVIS)"

    def has(self, query: Query) -> bool:
        """Return whether the clip's folder is there."""
        return self._folder(query).is_dir()

    def read(self, query: Query, frame_ids: Sequence[str]) -> PredictedMasks:
        """See ``PredictionSource.read``; the target's own label is foreground."""
        folder, target = self._folder(query), self._label(query)
        others: set[int] = set()

        def foreground(path: Path, image: LabelImage) -> BoolArray:
            if image.encoding is not Encoding.PALETTE:
                self._require_single_target(path, query)
                binary: BoolArray = image.labels != 0
                return binary
            others.update(map(int, np.unique(image.labels)))
            mask: BoolArray = image.labels == target
            return mask

        found = _read_frames(query, folder, frame_ids, foreground)
        strangers = sorted(others - {0, target})
        # Where there is one target to find, ids numbered otherwise would score zero in silence.
        if strangers and target not in others and self._target_count(query) == 1:
            raise DataError(
                folder,
                f"has labels {strangers} but never {target}, the target of {query.query_id}; "
                "write each target under its own id",
            )
        return found

    def _folder(self, query: Query) -> Path:
        return self.folder / require_safe_name(query.clip.clip_id, "clip id")

    @staticmethod
    def _label(query: Query) -> int:
        try:
            return int(query.expression.target_id)
        except ValueError:
            raise DataError(
                query.query_id,
                f"target id {query.expression.target_id!r} is no number, so palette files "
                "cannot name it; use one folder an expression",
            ) from None

    def _target_count(self, query: Query) -> int:
        return self.targets.get(query.clip.clip_id, 1)

    def _require_single_target(self, path: Path, query: Query) -> None:
        count = self._target_count(query)
        if count > 1:
            raise DataError(
                path,
                f"a grey or 1-bit mask cannot say which of the clip's {count} targets it "
                "shows; use palette files or one folder an expression",
            )


def _read_frames(
    query: Query,
    folder: Path,
    frame_ids: Sequence[str],
    foreground: Foreground,
) -> PredictedMasks:
    masks: list[PackedMask] = []
    encodings: set[str] = set()
    digest = hashlib.sha256()
    for path in _paths(query, folder, frame_ids):
        content = read_file(path)
        digest.update(content)
        image = decode_labels(path, content)
        encodings.add(_checked_encoding(path, image))
        masks.append(pack(foreground(path, image)))
    return PredictedMasks(
        masks=tuple(masks),
        stored_frames=_stored_frames(query, folder),
        encodings=_combined(encodings),
        digest=digest.hexdigest(),
    )


def _paths(query: Query, folder: Path, frame_ids: Sequence[str]) -> Iterator[Path]:
    paths = [folder / f"{frame_id}.png" for frame_id in frame_ids]
    absent = [path for path in paths if not path.is_file()]
    if absent:
        more = f" (and {len(absent) - 1} more annotated frames)" if len(absent) > 1 else ""
        raise DataError(absent[0], f"mask of {query.query_id} is missing{more}")
    yield from paths


def _stored_frames(query: Query, folder: Path) -> int:
    stored = {path.stem for path in folder.iterdir() if path.suffix == ".png"}
    unknown = stored - set(query.clip.frame_ids)
    if unknown:
        raise DataError(
            folder / f"{min(unknown)}.png",
            f"clip {query.clip.clip_id} has no such frame; its frames are "
            f"{query.clip.frame_ids[0]} to {query.clip.frame_ids[-1]}",
        )
    return len(stored)


def _checked_encoding(path: Path, image: LabelImage) -> str:
    """Return how a file holds its values, refusing values that have no single meaning."""
    if image.encoding is Encoding.PALETTE:
        if np.any(image.labels == VOID_LABEL):
            raise DataError(
                path,
                "palette label 255 means void, which a prediction cannot hold; write the "
                "target's id, or a grey 0/255 mask",
            )
        return "palette"
    if image.encoding is Encoding.ONE_BIT:
        return "1-bit"
    values = set(map(int, np.unique(image.labels)))
    if values <= {0}:
        return "grey empty"
    if values <= {0, 1}:
        return "grey 0/1"
    if values <= {0, 255}:
        return "grey 0/255"
    listed = ", ".join(map(str, sorted(values)[:4])) + (", …" if len(values) > 4 else "")
    raise DataError(
        path, f"grey values are {listed}; expected 0/1 or 0/255: threshold the mask before saving"
    )


def _combined(encodings: set[str]) -> frozenset[str]:
    """Drop "grey empty" beside a telling value; alone it reads as "grey"."""
    telling = encodings - {"grey empty"}
    return frozenset(telling or ({"grey"} if encodings else set()))
