"""Writes the archive of a submission: every mask checked first, then streamed into the file."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmark.submit.server import Server
from refvps import atomic
from refvps.errors import RefvpsError, ShapeError, UnreadablePredictionsError
from refvps.frames import frame_size
from refvps.grey_png import grey_png
from refvps.packed import PackedMask, Size
from refvps.predictions.source import PredictionSource
from refvps.types import Query

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time an archive can hold, so that the same masks give the same bytes."""
_UNIX, _READABLE = 3, 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Masks:
    """The masks of one query on every frame that its data set lists."""

    query: Query
    masks: tuple[PackedMask, ...]


def problems_of(source: PredictionSource, queries: Sequence[Query]) -> Iterator[tuple[str, ...]]:
    """Yield what is wrong with the stored masks, one tuple a query, empty where nothing is.

    Every mask is decoded and compared with the size of its clip's first frame.
    """
    for _, asked in groupby(queries, key=lambda query: query.clip.clip_id):
        size: Size | None = None
        for query in asked:
            try:
                if size is None:
                    size = frame_size(query.clip.frame_paths[0])
                _require_size(query, _read(source, query), size)
            except RefvpsError as error:
                yield (error.message,)
            else:
                yield ()


def write_archive(
    path: Path, server: Server, source: PredictionSource, queries: Iterable[Query]
) -> Iterator[Masks]:
    """Write the archive, yielding each query's masks when they are in it.

    One query's masks are in memory at a time. The file takes its name once it is whole.

    Raises:
        DataError: a mask cannot be read any more, or the archive cannot be written.
    """
    with atomic.new_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for query in queries:
            found = _read(source, query)
            for frame_id, mask in zip(query.clip.frame_ids, found.masks, strict=True):
                entry = zipfile.ZipInfo(server.name(query, frame_id), _EPOCH)
                entry.create_system, entry.external_attr = _UNIX, _READABLE
                # PNG is compressed as it is.
                entry.compress_type = zipfile.ZIP_STORED
                archive.writestr(entry, grey_png(mask))
            yield found


def _read(source: PredictionSource, query: Query) -> Masks:
    try:
        return Masks(query, source.read(query, query.clip.frame_ids).packed())
    except ShapeError as error:
        raise UnreadablePredictionsError(f"{query.query_id}: {error.message}") from error


def _require_size(query: Query, found: Masks, size: Size) -> None:
    for frame_id, mask in zip(query.clip.frame_ids, found.masks, strict=True):
        if mask.size != size:
            raise UnreadablePredictionsError(
                f"{query.query_id}: mask of frame {frame_id} is {mask.size}; the frame is {size}: "
                "the server wants masks at the size of the frames"
            )
