"""Reads from the truth of a record's data how targets move and change."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmark.datasets.open import open_dataset
from benchmark.metrics.mask_change import TrackChange, track_change
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from refvps.errors import DataError
from refvps.protocols import Dataset

TrackKey = tuple[str, str]
"""A clip and a target in it."""


def open_same_data(item: Measured, name: str | None, root: Path | None) -> Dataset:
    """Open the data set that a record was made on.

    Args:
        item: the record and where it lies.
        name: the data set's name; by default the record's, or the release at ``root``.
        root: its folder; by default the one in ``refvps.toml``.

    Raises:
        DataError: its digest is not the record's.
        UnknownPluginError: no data set of that name is installed.
        ConfigError: the folder is not known.
    """
    record = item.record
    dataset = open_dataset(name or (None if root else record.dataset.name), root)
    if dataset.digest != record.dataset.digest:
        raise DataError(
            root or dataset.name,
            f"the data here has digest {dataset.digest[:12]}, {item.path} was made on "
            f"{record.dataset.digest[:12]}; name the folder of that data with --root",
        )
    return dataset


def track_keys(rows: Sequence[Row]) -> tuple[TrackKey, ...]:
    """Return every clip and target that rows are about, each once, sorted."""
    return tuple(sorted({(row.clip, row.target) for row in rows}))


def track_changes(dataset: Dataset, rows: Sequence[Row]) -> Iterator[tuple[TrackKey, TrackChange]]:
    """Yield how each target changes, in the data set's order.

    Args:
        dataset: opened by ``open_same_data``.
        rows: of a record on it.

    Raises:
        DataError: the data lacks a target of the record, or has it on other frames.
    """
    frames = {(row.clip, row.target): row.frames.ids for row in rows}
    for query in dataset.queries():
        key = (query.clip.clip_id, query.expression.target_id)
        if key not in frames:
            continue
        track, ids = dataset.truth(query), frames.pop(key)
        if track.frame_ids != ids:
            raise DataError(
                dataset.name,
                f"target {key[1]} of clip {key[0]} is annotated on other frames than in the "
                "record: evaluate again",
            )
        yield key, track_change(mask.dense() for mask in track.masks)
    if frames:
        clip, target = min(frames)
        raise DataError(dataset.name, f"has no target {target} in clip {clip}, as the record says")
