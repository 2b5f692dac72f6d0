"""Frames with the truth and the prediction over them, where data and masks are at hand."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmark.datasets.open import open_dataset
from benchmark.harness.score import digest_of_masks
from benchmark.report.examples import Example, choose_examples
from benchmark.report.measured import Measured
from benchmark.report.record import EvalRecord
from refvps.errors import DataError, RefvpsError
from refvps.frames import read_frame
from refvps.overlay import overlay
from refvps.predictions.find import find_predictions, store_folder
from refvps.predictions.source import PredictedMasks
from refvps.protocols import Dataset, SealedFrames
from refvps.types import Query, UInt8Array

LONGER_SIDE = 480
"""Pictures are made smaller to this, so that a page stays light."""

JPEG_QUALITY = 84


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame, drawn twice; JPEG bytes.

    Attributes:
        frame_id: which frame.
        j: J of the frame.
        truth: with the target pink and void yellow.
        predicted: with the prediction pink.
    """

    frame_id: str
    j: float
    truth: bytes
    predicted: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """An example with its pictures."""

    example: Example
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Overlays:
    """What can be shown of a method.

    Attributes:
        label: the method.
        shown: its examples; none where ``missing`` says why.
        missing: why there are none, in words for the page; None if there are.
    """

    label: str
    shown: tuple[Shown, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Frames:
    """Where the pictures of a page come from.

    Attributes:
        wanted: whether there shall be any.
        root: the data set's folder, if named.
        pred: the folder of predictions, if named.
        dataset: the data set as the user named it, with its options; by default the one of the
            record's name, or the release at ``root``.
    """

    wanted: bool
    root: Path | None = None
    pred: Path | None = None
    dataset: str | None = None


def require_at_hand(item: Measured, frames: Frames) -> Path:
    """Return PRED, the folder of predictions, if data and masks are those that a record scored.

    Raises:
        RefvpsError: they are not here, or others are.
    """
    place = frames.pred or _folder_of_predictions(item)
    dataset = _same_data(item.record, frames)
    queries = {(q.clip.clip_id, q.expression.expression_id): q for q in dataset.queries()}
    _same_masks(item.record, place, queries)
    return place


def draw_overlays(item: Measured, frames: Frames) -> Overlays:
    """Draw a method's best, median and worst clip, or say why that cannot be done.

    Nothing is drawn from data or masks whose digest is not the record's, nor on frames that were
    changed since, where the data set can tell.

    Args:
        item: the record and where it lies.
        frames: where data and masks are; by default the record lies at
            ``PRED/METHOD/DATASET/record.json``.
    """
    try:
        place = frames.pred or _folder_of_predictions(item)
        dataset = _same_data(item.record, frames)
        queries = {(q.clip.clip_id, q.expression.expression_id): q for q in dataset.queries()}
        masks = _same_masks(item.record, place, queries)
        shown = tuple(
            _draw(example, dataset, queries, masks) for example in choose_examples(item.record.rows)
        )
    except RefvpsError as error:
        return Overlays(item.label, (), error.message)
    return Overlays(item.label, shown)


Queries = dict[tuple[str, str], Query]
Masks = dict[tuple[str, str], PredictedMasks]


def _folder_of_predictions(item: Measured) -> Path:
    """Return PRED of ``PRED/METHOD/DATASET/record.json``."""
    home = item.path.resolve().parent
    names = (item.record.method.name, item.record.dataset.name)
    if len(home.parts) < 3 or (home.parent.name, home.name) != names:
        raise DataError(
            item.path,
            "does not lie beside its masks, as PRED/METHOD/DATASET/record.json; "
            "name their folder with --pred",
        )
    return home.parent.parent


def _same_data(record: EvalRecord, frames: Frames) -> Dataset:
    root = frames.root
    dataset = open_dataset(frames.dataset or (None if root else record.dataset.name), root)
    if dataset.digest != record.dataset.digest:
        raise DataError(
            root or dataset.name,
            f"the data here has digest {dataset.digest[:12]}, the record was made on "
            f"{record.dataset.digest[:12]}; name that data with --dataset and --root",
        )
    return dataset


def _same_masks(record: EvalRecord, pred: Path, queries: Queries) -> Masks:
    name, dataset = record.method.name, record.dataset.name
    source = find_predictions(pred, name, dataset, tuple(queries.values()))
    read: Masks = {}
    for row in record.rows:
        key = (row.clip, row.expression)
        if key not in queries or not source.has(queries[key]):
            raise DataError(
                store_folder(pred, name, dataset), f"the masks of {'/'.join(key)} are not here"
            )
        read[key] = source.read(queries[key], row.frames.ids)
    found = digest_of_masks(("/".join(key), masks.digest) for key, masks in read.items())
    if found != record.method.masks_digest:
        raise DataError(
            source.folder, "the masks here are not those that were scored; evaluate them again"
        )
    return read


def _draw(example: Example, dataset: Dataset, queries: Queries, masks: Masks) -> Shown:
    row = example.row
    key = (row.clip, row.expression)
    truth = {
        frame_id: (mask, void) for frame_id, mask, void in dataset.truth(queries[key]).frames()
    }
    frame_paths = {path.stem: path for path in queries[key].clip.frame_paths}
    scores = row.frames.j()
    moments = []
    for frame_id in example.frame_ids:
        if isinstance(dataset, SealedFrames):
            dataset.require_frame(frame_paths[frame_id])
        frame = read_frame(frame_paths[frame_id])
        target, void = truth[frame_id]
        place = row.frames.ids.index(frame_id)
        ignored = None if void is None else void.dense()
        moments.append(
            Moment(
                frame_id,
                scores[place],
                _jpeg(overlay(frame, target.dense(), void=ignored)),
                _jpeg(overlay(frame, masks[key].packed()[place].dense())),
            )
        )
    return Shown(example, tuple(moments))


def _jpeg(picture: UInt8Array) -> bytes:
    image = Image.fromarray(picture)
    image.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
