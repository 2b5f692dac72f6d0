"""One prediction on disk: the masks of one clip and expression as run-length-encoded JSON."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zlib_ng import zlib_ng

from refvps.errors import DataError, ShapeError
from refvps.exchange import encode_counts
from refvps.fast_png import InflateError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.mask_png import MOST_PIXELS, read_file
from refvps.rle import read_counts
from refvps.runs import RunTrack
from refvps.strict_json import parse_json
from refvps.types import Prediction, Size

SCHEMA = "refvps-prediction/1"
MOST_BYTES = 1 << 29
"""A file that inflates past this is refused, so that a small hostile one cannot fill memory."""

_GZIP = 31
"""zlib's window bits for gzip with the largest window."""


@dataclass(frozen=True, slots=True)
class TrackFile:
    """A prediction file, parsed but with its masks still encoded.

    Attributes:
        path: the file, for errors.
        content: its bytes, for digests.
        size: the size of every mask.
        counts: compressed COCO run lengths by frame id, in the file's order.
        names: the clip and expression the file says it belongs to; None for one made elsewhere.
    """

    path: Path
    content: bytes
    size: Size
    counts: Mapping[str, bytes]
    names: tuple[str, str] | None

    def masks(self, frame_ids: Sequence[str], kernels: Kernels = NUMPY_KERNELS) -> RunTrack:
        """Return the masks of some of its frames.

        Raises:
            DataError: the run lengths of one are damaged.
        """
        try:
            return kernels.read_counts([self.counts[frame_id] for frame_id in frame_ids], self.size)
        except ShapeError:
            # One by one, to name the frame.
            for frame_id in frame_ids:
                try:
                    read_counts([self.counts[frame_id]], self.size)
                except ShapeError as error:
                    problem = f"frame {frame_id}: {error}; predict it again"
                    raise DataError(self.path, problem) from error
            raise


def encode_track(prediction: Prediction) -> bytes:
    """Return the gzip JSON of a prediction; the same prediction gives the same bytes."""
    encoded: dict[int, str] = {}
    masks = []
    for frame_id, mask in zip(prediction.frame_ids, prediction.masks, strict=True):
        key = id(mask)
        if key not in encoded:
            encoded[key] = encode_counts(mask).decode("ascii")
        masks.append([frame_id, encoded[key]])
    query = prediction.query
    names = (query.clip.clip_id, query.expression.expression_id)
    document = _document(names, prediction.masks[0].size, masks)
    return gzip.compress(json.dumps(document).encode(), mtime=0)


def read_track(path: Path) -> TrackFile:
    """Parse a prediction file, plain or gzip.

    Two forms are read: the store's own, and a JSON object of COCO run-length objects by frame
    id, ``{"00000": {"size": [H, W], "counts": "…"}, …}``.

    Raises:
        DataError: missing, truncated, not JSON, of another schema, or malformed.
    """
    content = read_file(path)
    try:
        document, repeated = parse_json(_inflated(path, content))
    except ValueError as error:
        raise DataError(path, f"not valid JSON ({error}); predict it again") from error
    if repeated:
        raise DataError(path, f"key {repeated[0]!r} occurs twice")
    if not isinstance(document, dict):
        raise DataError(path, "expected a JSON object of masks; predict it again")
    try:
        if "schema" in document:
            size, counts, names = _own_form(path, document)
        else:
            size, counts, names = _coco_form(path, document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = "masks are not in a form that is read; expected run-length encoding by frame id"
        raise DataError(path, f"{problem} ({type(error).__name__}: {error})") from error
    if min(size) < 1 or size.height * size.width > MOST_PIXELS:
        raise DataError(path, f"mask size {size} cannot be right")
    return TrackFile(path, content, size, counts, names)


def seems_sound(path: Path, names: tuple[str, str], size: Size, frame_ids: Sequence[str]) -> bool:
    """Return whether a file is whole and begins, goes on and ends as the store's own writer has it.

    Much cheaper than ``read_track``: gzip's own checksum says that what is between is as written.

    Args:
        path: the file.
        names: the clip and expression it must hold.
        size: the size its masks must have.
        frame_ids: frames it must have, in its order.

    Raises:
        DataError: missing or truncated.
    """
    content = _inflated(path, read_file(path))
    head = json.dumps(_document(names, size, []))[: -len("]}")].encode()
    if not content.startswith(head) or not content.endswith(b'"]]}'):
        return False
    place = len(head)
    for frame_id in frame_ids:
        place = content.find(f'["{frame_id}", "'.encode(), place)
        if place < 0:
            return False
    return True


def _document(names: tuple[str, str], size: Size, masks: list[list[str]]) -> dict[str, Any]:
    clip_id, expression_id = names
    return {
        "schema": SCHEMA,
        "clip": clip_id,
        "expression": expression_id,
        "size": list(size),
        "masks": masks,
    }


def _inflated(path: Path, content: bytes) -> bytes:
    if not content:
        raise DataError(path, "file is empty; predict it again")
    if not path.name.endswith(".gz"):
        return content
    parts: list[bytes] = []
    left, size = content, 0
    try:
        # A gzip file is one or more compressed members, one after the other.
        while left:
            source = zlib_ng.decompressobj(wbits=_GZIP)
            part = source.decompress(left, MOST_BYTES + 1 - size)
            size += len(part)
            if size > MOST_BYTES:
                raise DataError(
                    path, f"inflates to more than {MOST_BYTES >> 20} MiB; no prediction"
                )
            if not source.eof:
                raise DataError(path, "gzip data is damaged (cut short); predict it again")
            parts.append(part)
            left = source.unused_data
    except InflateError as error:
        raise DataError(path, f"gzip data is damaged ({error}); predict it again") from error
    return b"".join(parts)


Parsed = tuple[Size, dict[str, bytes], tuple[str, str] | None]


def _own_form(path: Path, document: dict[str, Any]) -> Parsed:
    if document["schema"] != SCHEMA:
        raise DataError(
            path, f"schema is {document['schema']!r}; this version reads {SCHEMA!r}: upgrade refvps"
        )
    counts: dict[str, bytes] = {}
    for frame_id, encoded in document["masks"]:
        if frame_id in counts:
            raise DataError(path, f"frame {frame_id} occurs twice")
        counts[_text(frame_id)] = _text(encoded).encode("ascii")
    return _size(document["size"]), counts, (_text(document["clip"]), _text(document["expression"]))


def _coco_form(path: Path, document: dict[str, Any]) -> Parsed:
    sizes = {_size(entry["size"]) for entry in document.values()}
    if len(sizes) != 1:
        found = " and ".join(sorted(map(str, sizes))) or "no mask at all"
        raise DataError(path, f"expected masks of one size; found {found}")
    counts = {key: _text(entry["counts"]).encode("ascii") for key, entry in document.items()}
    return sizes.pop(), counts, None


def _size(value: list[int]) -> Size:
    height, width = value
    if type(height) is not int or type(width) is not int:
        raise TypeError(f"size {value!r} is not two whole numbers")
    return Size(height, width)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {value!r:.40}")
    return value
