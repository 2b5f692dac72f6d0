"""Truth kept as runs between evaluations, so that mask images are decoded once and not each time.

Only a copy: the folder may be deleted at any moment. It is named after the digest of the data, and
every file holds the stamp of the masks it was decoded from, so that changed data never meets truth
of old. A damaged file is as good as none.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from zlib_ng import zlib_ng

from benchmark.metrics.truth_track import TruthTrack
from refvps import atomic
from refvps.errors import DataError, ShapeError
from refvps.packed import Size
from refvps.protocols import Dataset
from refvps.runs import RunTrack
from refvps.types import Query

log = logging.getLogger(__name__)

FORM = b"refvps-truth/1\n"
_CHECKSUM_BYTES = 4


@dataclass(frozen=True, slots=True)
class TruthCache:
    """The truth of one data set, one file a target.

    Attributes:
        folder: where it lies; made when the first target is kept.
    """

    folder: Path

    def get(self, query: Query, stamp: str) -> TruthTrack | None:
        """Return the kept truth of a query's target, or None where there is none to trust."""
        try:
            return decode_truth(self._path(query).read_bytes(), stamp)
        except (OSError, ValueError):
            return None

    def keep(self, query: Query, stamp: str, truth: TruthTrack) -> None:
        """Keep the truth of a query's target; where that cannot be done, do without.

        Args:
            query: names the target.
            stamp: of the masks, before they were decoded.
            truth: what was decoded.
        """
        try:
            atomic.write_bytes(self._path(query), encode_truth(truth, stamp))
        except DataError as error:
            log.info("truth is not kept: %s", error.message)

    def _path(self, query: Query) -> Path:
        # Hashed, since the names of a data set made elsewhere need not be safe as file names.
        name = f"{query.clip.clip_id}\0{query.expression.target_id}"
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.truth"


def truth_cache(cache: Path, dataset: Dataset) -> TruthCache:
    """Return the cache of a data set's truth below the user's cache folder."""
    return TruthCache(cache / "truth" / dataset.digest[:32])


def encode_truth(truth: TruthTrack, stamp: str) -> bytes:
    """Return a file of a target's truth: its form, a checksum, a line of JSON, and the runs."""
    header = {"frames": truth.frame_ids, "size": truth.size, "stamp": stamp}
    pixels = truth.size.height * truth.size.width
    parts = [json.dumps(header).encode(), b"\n"]
    for track in truth.runs:
        offsets = np.repeat(np.arange(len(track)) * pixels, np.diff(track.first))
        # Places inside a frame fit 32 bits, which halves what is read.
        columns = (track.first, track.starts - offsets, track.ends - offsets)
        parts += [values.astype("<u4").tobytes() for values in columns]
    body = b"".join(parts)
    return FORM + zlib_ng.crc32(body).to_bytes(_CHECKSUM_BYTES, "little") + body


def decode_truth(content: bytes, stamp: str) -> TruthTrack:
    """Return the truth in a file.

    Raises:
        ValueError: it is damaged, of another form, or was decoded from other masks.
    """
    place = len(FORM) + _CHECKSUM_BYTES
    body = memoryview(content)[place:]
    if (
        not body
        or not content.startswith(FORM)
        or zlib_ng.crc32(body) != int.from_bytes(content[len(FORM) : place], "little")
    ):
        raise ValueError("not a file of kept truth")
    end = content.index(b"\n", place) + 1
    header = json.loads(content[place:end])
    if header["stamp"] != stamp:
        raise ValueError("the masks have changed since")
    size = Size(*header["size"])
    tracks, left = [], np.frombuffer(content, "<u4", offset=end)
    for _ in range(2):
        track, left = _track(left, len(header["frames"]), size)
        tracks.append(track)
    try:
        return TruthTrack.of_runs(header["frames"], *tracks)
    except ShapeError as error:
        raise ValueError(error.message) from error


def _track(values: np.ndarray, frames: int, size: Size) -> tuple[RunTrack, np.ndarray]:
    first = values[: frames + 1].astype(np.int64)
    runs = int(first[-1])
    offsets = np.repeat(np.arange(frames) * (size.height * size.width), np.diff(first))
    starts = values[frames + 1 : frames + 1 + runs] + offsets
    ends = values[frames + 1 + runs : frames + 1 + 2 * runs] + offsets
    return RunTrack(size, starts, ends, first), values[frames + 1 + 2 * runs :]
