"""What `refvps submit` does: checks, writes, and says what is in the archive."""

import dataclasses
import json
import os
from pathlib import Path

import click

from benchmark.datasets.open import open_dataset
from benchmark.submit.archive import problems_of, write_archive
from benchmark.submit.server import server_of
from refvps.errors import (
    ConfigError,
    DataError,
    MissingPredictionsError,
    UnreadablePredictionsError,
)
from refvps.predictions.find import find_predictions
from refvps.predictions.source import PredictionSource
from refvps.progress import progress
from refvps.types import Query


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """An archive that was written.

    Attributes:
        path: where.
        dataset: name and version of the data set.
        source: the folder of the masks.
        videos: how many videos are in it.
        expressions: how many expressions.
        frames: how many masks.
        empty: on how many frames the mask has no pixel.
        bytes: how large the file is.
    """

    path: Path
    dataset: str
    source: Path
    videos: int
    expressions: int
    frames: int
    empty: int
    bytes: int


def write_submission(
    data: tuple[str, Path | None], method: str, pred: Path, path: Path
) -> Submission:
    """Write the archive of a method's masks.

    Args:
        data: the data set as the user named it, and its folder.
        method: the method's name.
        pred: the folder of predicted masks.
        path: the archive.

    Raises:
        ConfigError: no server is known for the data set, or the archive's name is not right.
        DataError: the data set cannot be opened, or the archive not be written.
        MissingPredictionsError: expressions have no masks; nothing was written.
        UnreadablePredictionsError: masks lack frames, are damaged or of another size; nothing
            was written.
    """
    server = server_of(data[0])
    _require_writable(path)
    dataset = open_dataset(data[0], data[1], {"split": server.split})
    queries = tuple(dataset.queries())
    source = find_predictions(pred, method, dataset.name, queries)
    _require_masks(source, queries)
    frames = empty = 0
    with progress(f"write {path.name}", len(queries)) as shown:
        for found in write_archive(path, server, source, queries):
            frames += len(found.masks)
            empty += sum(mask.area == 0 for mask in found.masks)
            shown.step(items=len(found.masks))
    return Submission(
        path=path,
        dataset=f"{dataset.name} {dataset.version}",
        source=source.folder,
        videos=len({query.clip.clip_id for query in queries}),
        expressions=len(queries),
        frames=frames,
        empty=empty,
        bytes=path.stat().st_size,
    )


def print_submission(written: Submission, *, as_json: bool) -> None:
    """Print what is in an archive."""
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(written), default=str, indent=1))
        return
    click.echo(
        f"{written.path}: {written.videos} videos, {written.expressions} expressions, "
        f"{written.frames} masks of {written.dataset} ({written.empty} of them empty), "
        f"{written.bytes / 1e6:.1f} MB\nmasks from {written.source}"
    )


def _require_writable(path: Path) -> None:
    if path.suffix.lower() != ".zip":
        raise ConfigError(f"{path}: the server takes a .zip file; change --to")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(folder, f"cannot be written to, so {path.name} has no place; change --to")


def _require_masks(source: PredictionSource, queries: tuple[Query, ...]) -> None:
    missing = [query.query_id for query in queries if not source.has(query)]
    if missing:
        raise MissingPredictionsError(
            f"{source.folder}: masks are missing for {len(missing)} of {len(queries)} "
            f"expressions, the first {missing[0]}; predict them with `refvps predict`",
            details=missing,
        )
    problems: list[str] = []
    with progress("check masks", len(queries)) as shown:
        for query, found in zip(queries, problems_of(source, queries), strict=True):
            problems += found
            shown.step(items=len(query.clip.frame_ids))
    if problems:
        more = "" if len(problems) == 1 else f" ({len(problems)} such problems in all)"
        raise UnreadablePredictionsError(f"{problems[0]}{more}", details=problems)
