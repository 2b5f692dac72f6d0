"""What one query's pictures are made of: frames, truth and predicted masks, joined by frame id."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmark.figure.methods import StoredMethod
from benchmark.metrics.region_similarity import region_counts
from refvps.errors import DataError, UnreadablePredictionsError
from refvps.frames import read_frame
from refvps.predictions.source import PredictionSource
from refvps.types import MaskTrack, PackedMask, Query, Size, UInt8Array


@dataclass(frozen=True, slots=True)
class TruthMask:
    """The target and the ignored pixels of an annotated frame."""

    frame_id: str
    mask: PackedMask
    void: PackedMask | None


@dataclass(frozen=True, slots=True)
class PredictedMask:
    """A method's mask on a frame.

    Attributes:
        method: its name.
        frame_id: the frame the mask was made for.
        mask: the mask.
        j: region similarity on the frame of the moment's truth, a fraction; None without truth.
    """

    method: str
    frame_id: str
    mask: PackedMask
    j: float | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything there is to draw at one frame.

    Attributes:
        frame_id: the frame.
        seconds: its time from the start of the clip.
        frame: RGB, uint8 ``[H, W, 3]``.
        truth: of this frame, or of the last annotated one before it; None where there is none.
        predicted: one a method, of this frame or, where a method stored annotated frames alone,
            of the last one before it; None where there is none.
    """

    frame_id: str
    seconds: Fraction
    frame: UInt8Array
    truth: TruthMask | None
    predicted: tuple[PredictedMask | None, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A query, its truth and the methods' masks; frames are read when asked for.

    Attributes:
        query: the clip and the expression.
        truth: its annotated frames, or None where truth is left out.
        methods: the methods' names.
        masks: for each method, its masks by frame id.
    """

    query: Query
    truth: MaskTrack | None
    methods: tuple[str, ...]
    masks: tuple[dict[str, PackedMask], ...]

    def moment(self, frame_id: str, *, hold: bool = False) -> Moment:
        """Return what there is to draw at a frame.

        Args:
            frame_id: a frame of the clip.
            hold: whether masks that this frame lacks are taken from the last frame before it
                that has one, as a video does.

        Raises:
            DataError: the frame cannot be read, or is not of the size of its truth.
            UnreadablePredictionsError: a mask is not of the size of the frame.
        """
        clip = self.query.clip
        index = clip.frame_ids.index(frame_id)
        frame = read_frame(clip.frame_paths[index])
        past = clip.frame_ids[index::-1] if hold else (frame_id,)
        truth = self._truth_at(past)
        size = Size(*frame.shape[:2])
        if truth is not None and truth.mask.size != size:
            raise DataError(
                clip.frame_paths[index],
                f"frame is {size}; the truth of frame {truth.frame_id} is {truth.mask.size}",
            )
        places = range(len(self.masks))
        predicted = tuple(self._predicted_at(place, past, size, truth) for place in places)
        return Moment(frame_id, index / clip.fps, frame, truth, predicted)

    def _truth_at(self, past: Sequence[str]) -> TruthMask | None:
        if self.truth is None:
            return None
        places = {frame_id: place for place, frame_id in enumerate(self.truth.frame_ids)}
        found = next((frame_id for frame_id in past if frame_id in places), None)
        if found is None:
            return None
        place = places[found]
        return TruthMask(found, self.truth.masks[place], self.truth.voids[place])

    def _predicted_at(
        self, place: int, past: Sequence[str], size: Size, truth: TruthMask | None
    ) -> PredictedMask | None:
        method, masks = self.methods[place], self.masks[place]
        found = next((frame_id for frame_id in past if frame_id in masks), None)
        if found is None:
            return None
        mask = masks[found]
        if mask.size != size:
            raise UnreadablePredictionsError(
                f"{self.query.query_id}: the mask of method {method!r} on frame {found} is "
                f"{mask.size}; the frame is {size}: predict at the size of the frames"
            )
        scored = None if truth is None else masks.get(truth.frame_id)
        j = (
            None
            if truth is None or scored is None
            else region_counts(scored, truth.mask, truth.void).j
        )
        return PredictedMask(method, found, mask, j)


def read_material(
    query: Query,
    truth: MaskTrack | None,
    methods: Sequence[StoredMethod],
    frame_ids: Sequence[str],
) -> Material:
    """Read the masks of every method on the given frames of a query.

    Raises:
        DataError: a mask is missing or damaged.
    """
    masks = tuple(_read(method.source, query, frame_ids) for method in methods)
    return Material(query, truth, tuple(method.name for method in methods), masks)


def read_whole_material(
    query: Query, truth: MaskTrack | None, methods: Sequence[StoredMethod]
) -> Material:
    """Read the masks of every method on all frames of a query.

    A method that stored fewer frames than the clip has is read on the annotated ones, if there is
    truth to say which those are.

    Raises:
        DataError: a mask is missing or damaged.
    """
    every = query.clip.frame_ids
    masks = []
    for method in methods:
        wanted = every
        if truth is not None:
            stored = method.source.read(query, truth.frame_ids).stored_frames
            wanted = truth.frame_ids if stored < len(every) else every
        masks.append(_read(method.source, query, wanted))
    return Material(query, truth, tuple(method.name for method in methods), tuple(masks))


def _read(
    source: PredictionSource, query: Query, frame_ids: Sequence[str]
) -> dict[str, PackedMask]:
    return dict(zip(frame_ids, source.read(query, frame_ids).packed(), strict=True))
