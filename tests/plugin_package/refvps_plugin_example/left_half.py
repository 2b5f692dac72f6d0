"""A method that answers with the left part of the frame."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from refvps.frames import frame_size
from refvps.options import parse_options, resolved_options
from refvps.packed import pack
from refvps.protocols import MethodCard
from refvps.types import Prediction, Query


@dataclass(frozen=True, slots=True)
class LeftHalfOptions:
    """Where the part ends, as a share of the width."""

    share: float = 0.5


class LeftHalf:
    """Answers every query with the left part of the frame."""

    def __init__(self, options: LeftHalfOptions) -> None:
        self._options = options

    @property
    def card(self) -> MethodCard:
        return MethodCard(options=resolved_options(self._options), checkpoint="feed", seed=3)

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        for query in queries:
            height, width = frame_size(query.clip.frame_paths[0])
            mask = np.zeros((height, width), bool)
            mask[:, : round(width * self._options.share)] = True
            ids = query.clip.frame_ids
            yield Prediction(query, ids, (pack(mask),) * len(ids))


def load(options: Mapping[str, str]) -> LeftHalf:
    return LeftHalf(parse_options(LeftHalfOptions, options, "method 'left-half'"))
