"""The ``full-frame`` method: every pixel, always. What a table scores for free."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from refvps.frames import frame_size
from refvps.options import parse_options, resolved_options
from refvps.packed import full
from refvps.protocols import MethodCard
from refvps.types import Prediction, Query


@dataclass(frozen=True, slots=True)
class FullFrameOptions:
    """The method has no options."""


class FullFrame:
    """Answers every query with the whole frame."""

    def __init__(self, options: FullFrameOptions) -> None:
        self._options = options

    @property
    def card(self) -> MethodCard:
        """Nothing but the method itself decides its masks."""
        return MethodCard(options=resolved_options(self._options))

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        """Yield a full mask for every frame of every query."""
        for query in queries:
            mask = full(frame_size(query.clip.frame_paths[0]))
            frame_ids = query.clip.frame_ids
            yield Prediction(query, frame_ids, (mask,) * len(frame_ids))


def load(options: Mapping[str, str]) -> FullFrame:
    """Return the method."""
    return FullFrame(parse_options(FullFrameOptions, options, "method 'full-frame'"))
