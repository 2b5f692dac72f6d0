"""The ``motion`` method: what moves, whatever the words say. A floor for every table."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import cv2

from baselines.motion_masks import MotionOptions, motion_masks
from refvps.frames import read_frames
from refvps.options import parse_options, resolved_options
from refvps.packed import pack
from refvps.protocols import MethodCard
from refvps.types import Clip, Prediction, Query


class Motion:
    """Answers every query with the pixels that move against the background."""

    def __init__(self, options: MotionOptions) -> None:
        self._options = options

    @property
    def card(self) -> MethodCard:
        """The method's numbers and the OpenCV that computes the flow."""
        return MethodCard(
            options=resolved_options(self._options),
            window=2,
            versions={"opencv": cv2.__version__},
        )

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        """Yield one prediction a query; the flow is taken once for all queries of a clip."""
        for clip, asked in groupby(queries, key=_clip):
            masks = tuple(pack(mask) for mask in motion_masks(read_frames(clip), self._options))
            for query in asked:
                yield Prediction(query, clip.frame_ids, masks)


def load(options: Mapping[str, str]) -> Motion:
    """Return the method; see ``MotionOptions`` for its options."""
    # Work is split by clip, so a thread pool inside OpenCV would only compete with it.
    cv2.setNumThreads(1)
    return Motion(parse_options(MotionOptions, options, "method 'motion'"))


def _clip(query: Query) -> Clip:
    return query.clip
