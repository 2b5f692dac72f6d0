"""A segmentation from the video to the folder of results, in steps that can be stopped."""

import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from refvps import atomic
from refvps.answers import answers_in_order
from refvps.drawing.fonts import plain_matplotlib
from refvps.errors import DataError, RefvpsError
from refvps.frames import frame_size
from refvps.grey_png import grey_png
from refvps.predictions.store import PredictionStore
from refvps.protocols import Method, TellsProgress
from refvps.segment import outputs
from refvps.segment.area import AreaCurve, area_curve
from refvps.segment.pictures import Pictures
from refvps.segment.record import describe
from refvps.segment.request import Request
from refvps.segment.shot import Shot, take_shot
from refvps.types import Expression, Prediction, Query, Size
from refvps.video.source import VideoSource, open_video
from refvps.video.times import FOLDER_RATE
from refvps.video.writer import require_video

FRAMES = "frames"
"""Holds the decoded frames while a segmentation is made; gone when it is done."""

READ, PREDICT, DRAW = "read", "predict", "draw"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a segmentation has come.

    Attributes:
        stage: ``READ``, ``PREDICT`` or ``DRAW``.
        done: frames of the stage that are done; of all expressions, when predicting.
        total: of about how many, or None where that is not known.
    """

    stage: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Segmented:
    """What came out.

    Attributes:
        folder: of the results.
        clip_id: names the clip's folders below ``masks`` and ``rle``.
        curves: the area of each target.
    """

    folder: Path
    clip_id: str
    curves: tuple[AreaCurve, ...]


Steps = Generator[Step, None, Segmented]


def segment(
    request: Request,
    folder: Path,
    *,
    force: bool = False,
    tell: Callable[[Step], None] | None = None,
) -> Steps:
    """Segment a video and write everything; the folder is there whole, or not at all.

    Closing the generator stops the work and leaves nothing behind.

    Args:
        request: what to segment, and how.
        folder: to write.
        force: whether an earlier result there is replaced.
        tell: told of steps between those that are yielded, while a method that tells is at work.

    Yields:
        A step, often.

    Raises:
        ConfigError: wrong options, or no frame in the part asked for.
        DataError: the video is damaged, or the folder is taken or cannot be written.
        MissingExtraError: PyAV or matplotlib is not installed.
        RefvpsError: the method cannot do it, and says why.
    """
    require_video()
    outputs.require_free(folder, force=force)
    with plain_matplotlib("segmenting a video", "video"):
        source = open_video(request.video, folder_rate=request.rate or FOLDER_RATE)
        method = request.choice.load()
        made = _Made(len(request.expressions), tell)
        if isinstance(method, TellsProgress):
            method.tell(made)
        with atomic.new_folder(folder, replace=force) as work:
            with _scratch(work / FRAMES) as frames:
                shot = yield from _read(source, request, frames)
                predictions = yield from _predict(method, _queries(shot, request), work, made)
                curves = tuple(map(area_curve, predictions))
                pictures = Pictures(source.facts, shot, predictions, curves, request.choice.name)
                for done in pictures.write_overlay(work / outputs.OVERLAY):
                    yield Step(DRAW, done, len(shot.times))
                pictures.write_stills(work)
            record = describe(request, source.facts, shot, method.card, curves)
            atomic.write_json(work / outputs.RECORD, record)
    return Segmented(folder, request.clip_id, curves)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(source: VideoSource, request: Request, folder: Path) -> Generator[Step, None, Shot]:
    taking = take_shot(source, request, folder)
    while True:
        try:
            done, expected = next(taking)
        except StopIteration as finished:
            shot: Shot = finished.value
            return shot
        yield Step(READ, done, expected)


def _queries(shot: Shot, request: Request) -> tuple[Query, ...]:
    return tuple(
        Query(shot.clip, Expression(str(place), text, str(place + 1)))
        for place, text in enumerate(request.expressions)
    )


def _predict(
    method: Method, queries: Sequence[Query], work: Path, made: "_Made"
) -> Generator[Step, None, tuple[Prediction, ...]]:
    store = PredictionStore(work / outputs.TRACKS)
    made.frames = len(queries[0].clip.frame_ids)
    yield made.step()
    predictions: list[Prediction] = []
    size = frame_size(queries[0].clip.frame_paths[0])
    for answer in answers_in_order(method, queries):
        prediction = _require_whole(answer, size)
        store.write(prediction)
        _write_masks(prediction, work / outputs.MASKS)
        predictions.append(prediction)
        made.answers = len(predictions)
        yield made.step()
    return tuple(predictions)


class _Made:
    """Counts the masks that are made, by what the method tells and by what it has answered."""

    def __init__(self, expressions: int, tell: Callable[[Step], None] | None) -> None:
        self._expressions, self._tell = expressions, tell
        self._told = 0
        self.frames = 0
        self.answers = 0

    def __call__(self, masks: int) -> None:
        """Count masks that the method says it made since it last said so."""
        self._told += masks
        if self._tell is not None:
            self._tell(self.step())

    def step(self) -> Step:
        """Return how far predicting has come."""
        total = self.frames * self._expressions
        return Step(PREDICT, min(max(self._told, self.frames * self.answers), total), total)


def _write_masks(prediction: Prediction, folder: Path) -> None:
    query = prediction.query
    place = folder / query.clip.clip_id / query.expression.expression_id
    try:
        place.mkdir(parents=True)
        for frame_id, mask in zip(prediction.frame_ids, prediction.masks, strict=True):
            (place / f"{frame_id}.png").write_bytes(grey_png(mask))
    except OSError as error:
        raise DataError(place, f"cannot be written: {error.strerror or error}") from error


def _require_whole(prediction: Prediction, size: Size) -> Prediction:
    """Return a prediction if it has a mask of the right size on every frame of its clip."""
    query = prediction.query
    missing = set(query.clip.frame_ids) - set(prediction.frame_ids)
    if missing:
        raise RefvpsError(
            f"the method left out {len(missing)} of {len(query.clip.frame_ids)} frames of "
            f"{query.expression.text!r}, the first of them {min(missing)}"
        )
    if prediction.masks[0].size != size:
        raise RefvpsError(
            f"the method answered with masks of {prediction.masks[0].size}; the frames are {size}"
        )
    return prediction
