"""One clip open with SAM 2: prompts in, masks out, whichever package runs the network."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from annotator.segmenters import requests
from annotator.segmenters.byte_cache import ByteCache
from annotator.segmenters.logits import certain, resized_logits, thresholded
from annotator.segmenters.protocol import Conditioning, FrameSource, Prediction, Prompts
from annotator.segmenters.sam.network import POINTERS, Answer, Features, Memory, Network, Question
from annotator.segmenters.sam.pixels import marks_of, pixels_of, prior_of

MOST_GIVEN = 8
"""Conditioning frames that are attended to: the nearest. More cost time and room, and say less."""


class Sam2Session:
    """See ``SegmenterSession``."""

    def __init__(self, network: Network, frames: FrameSource, cache: ByteCache[Features]) -> None:
        self._network = network
        self._frames = frames
        self._cache = cache
        self._key = object()  # unlike an id, never that of a session which is gone

    def embed(self, k: int) -> None:
        """See ``SegmenterSession``."""
        requests.require_frame(self._frames, k)
        self._features(k)

    def predict(self, k: int, prompts: Prompts) -> Prediction:
        """See ``SegmenterSession``. A mask alone comes back as it is, not as the model sees it."""
        requests.require_prompts(self._frames, k, prompts)
        if not prompts.has_marks and prompts.mask is not None:
            return certain(prompts.mask)
        return self._prediction(self._ask(self._prompted(k, prompts, remember=False)))

    def propagate(
        self, start: int, stop: int, conditioning: Conditioning, keep: Set[int]
    ) -> Iterator[tuple[int, Prediction]]:
        """See ``SegmenterSession``."""
        requests.require_conditioning(self._frames, conditioning)
        asked = requests.travelled(self._frames, start, stop, keep)
        return self._steps(asked, dict(requests.as_prompts(conditioning)), backward=stop < start)

    def close(self) -> None:
        """See ``SegmenterSession``."""
        mine = self._key
        self._cache.drop(lambda key: isinstance(key, tuple) and key[0] is mine)

    def _steps(
        self, asked: list[int], known: Mapping[int, Prompts], *, backward: bool
    ) -> Iterator[tuple[int, Prediction]]:
        given: dict[int, Any] = {}
        tracked: dict[int, Any] = {}
        for k in asked:
            if k in known:
                yield k, self.predict(k, known[k])
                continue
            memory = Memory(self._given(k, known, given), tracked)
            answer = self._ask(
                Question(k, len(self._frames), memory=memory, backward=backward, remember=True)
            )
            tracked[k] = answer.entry
            self._forget(tracked, k)
            yield k, self._prediction(answer)

    def _given(
        self, k: int, known: Mapping[int, Prompts], given: dict[int, Any]
    ) -> Mapping[int, Any]:
        """Return the memories of the conditioning frames nearest to ``k``, made when needed."""
        nearest = sorted(known, key=lambda other: (abs(other - k), other))[:MOST_GIVEN]
        for other in nearest:
            if other not in given:
                question = self._prompted(other, known[other], remember=True)
                given[other] = self._ask(question).entry
        for other in given.keys() - set(nearest):
            del given[other]
        return {other: given[other] for other in sorted(nearest)}

    def _forget(self, tracked: dict[int, Any], k: int) -> None:
        """Keep no more of the past than the next frame can use."""
        for other in list(tracked):
            distance = abs(k - other)
            if distance >= POINTERS:
                del tracked[other]
            elif distance >= self._network.memories:
                tracked[other] = self._network.forgotten(tracked[other])

    def _prompted(self, k: int, prompts: Prompts, *, remember: bool) -> Question:
        side, count = self._network.side, len(self._frames)
        marks = marks_of(prompts, self._frames.size, side)
        if marks is None:
            return Question(k, count, mask=prompts.mask, remember=remember)
        prior = prior_of(prompts.mask, side)
        return Question(k, count, marks=marks, prior=prior, remember=remember)

    def _ask(self, question: Question) -> Answer:
        return self._network.answer(self._features(question.k), question)

    def _features(self, k: int) -> Features:
        return self._cache.get((self._key, k), lambda: self._encoded(k))

    def _encoded(self, k: int) -> Features:
        return self._network.encode(pixels_of(self._frames.frame(k), self._network.side))

    def _prediction(self, answer: Answer) -> Prediction:
        mask = thresholded(answer.logits, self._frames.size)
        return Prediction(mask, answer.score, resized_logits(answer.logits))
