"""The segmenter without weights, behind the protocol."""

import hashlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np

from annotator.segmenters import requests
from annotator.segmenters.byte_cache import ByteCache
from annotator.segmenters.classic.appearance import compared
from annotator.segmenters.classic.clicks import (
    FREE,
    answer,
    first_clicks,
    mean_of,
    share_of,
)
from annotator.segmenters.classic.flow import carried, grey_of
from annotator.segmenters.classic.regions import Regions, regions_of
from annotator.segmenters.classic.walk import walk
from annotator.segmenters.logits import certain, resized_logits
from annotator.segmenters.protocol import Conditioning, FrameSource, Prediction, Prompts
from refvps.types import BoolArray, FloatArray, UInt8Array

CACHE_BYTES = 64 << 20
"""Memory for superpixels of all open clips: some 60 frames."""

ANSWER_BYTES = 2 << 20
"""Memory for answers, each of which the next click goes on from: some 150."""

STEEPNESS = 10.0
"""Logit of a pixel that is the target for certain."""

FADING = 0.97
"""What is left of the score after each step, at best."""


class ClassicSegmenter:
    """See ``Segmenter``."""

    name = "classic"

    def __init__(self) -> None:
        self._cache: ByteCache[Regions] = ByteCache(CACHE_BYTES)
        self._answers: ByteCache[FloatArray] = ByteCache(ANSWER_BYTES)

    def provenance(self) -> dict[str, Any]:
        """See ``Segmenter``."""
        packages = ("scikit-image", "scipy", "opencv-python-headless")
        return {"name": self.name, "versions": {one: version(one) for one in packages}}

    def open(self, frames: FrameSource) -> "ClassicSession":
        """See ``Segmenter``."""
        return ClassicSession(frames, self._cache, self._answers)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What is carried from frame to frame.

    Attributes:
        grey: uint8 ``[h, w]``, the frame.
        field: float64 ``[h, w]``, how likely each pixel is the target.
        score: of the mask.
    """

    grey: UInt8Array
    field: FloatArray
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
    """Colours that a person's masks show, with their weights."""

    colours: FloatArray
    inside: FloatArray
    outside: FloatArray


class ClassicSession:
    """See ``SegmenterSession``."""

    def __init__(
        self, frames: FrameSource, cache: ByteCache[Regions], answers: ByteCache[FloatArray]
    ) -> None:
        self._frames = frames
        self._cache, self._answers = cache, answers
        self._key = object()  # unlike an id, never that of a session which is gone

    def embed(self, k: int) -> None:
        """See ``SegmenterSession``."""
        requests.require_frame(self._frames, k)
        self._regions(k)

    def predict(self, k: int, prompts: Prompts) -> Prediction:
        """See ``SegmenterSession``."""
        requests.require_prompts(self._frames, k, prompts)
        if not prompts.has_marks and prompts.mask is not None:
            return certain(prompts.mask)
        regions = self._regions(k)
        likely = self._answer(k, regions, prompts)
        return self._prediction(likely[regions.labels], _decidedness(regions, likely))

    def propagate(
        self, start: int, stop: int, conditioning: Conditioning, keep: Set[int]
    ) -> Iterator[tuple[int, Prediction]]:
        """See ``SegmenterSession``.

        Travel begins at the nearest conditioning frame behind; frames between it and ``start``
        are passed without being yielded.
        """
        requests.require_conditioning(self._frames, conditioning)
        asked = requests.travelled(self._frames, start, stop, keep)
        step = 1 if stop > start else -1
        return self._steps(asked, dict(requests.as_prompts(conditioning)), step)

    def close(self) -> None:
        """See ``SegmenterSession``."""
        mine = self._key
        for cache in (self._cache, self._answers):
            cache.drop(lambda key: isinstance(key, tuple) and key[0] is mine)

    def _steps(
        self, asked: list[int], known: Mapping[int, Prompts], step: int
    ) -> Iterator[tuple[int, Prediction]]:
        if not asked:
            return
        here = min(known, key=lambda k: ((asked[0] - k) * step < 0, abs(k - asked[0])))
        wanted = set(asked)
        state, examples = self._begun(here, known)
        toward = 1 if asked[0] > here else -1
        passed = list(range(here, asked[0], toward))[1:]
        travel = list(range(asked[0], asked[-1] + step, step))
        for place, k in enumerate([*passed, *travel]):
            if k in known:
                state, examples = self._begun(k, known)
            else:
                state = self._carried(state, examples, k)
            if place >= len(passed) and k in wanted:
                yield k, self._told(k, known, state)

    def _begun(self, k: int, known: Mapping[int, Prompts]) -> tuple[_State, _Examples]:
        """Return what travel starts with at a conditioning frame."""
        found = self.predict(k, known[k])
        grey = grey_of(self._frames.frame(k))
        field = _shrunk(found.mask, grey)
        regions = self._regions(k)
        share = share_of(regions, found.mask)
        examples = _Examples(
            regions.colours, regions.pixels * share**2, regions.pixels * (1 - share) ** 2
        )
        return _State(grey, field, found.score), examples

    def _carried(self, state: _State, examples: _Examples, k: int) -> _State:
        """Return the state one frame on: moved by the flow, then settled on superpixels."""
        grey = grey_of(self._frames.frame(k))
        moved, sure = carried(state.field, state.grey, grey)
        regions = self._regions(k)
        prior, trust = mean_of(regions, moved), mean_of(regions, sure)
        alike = compared(
            regions.colours,
            (examples.colours, examples.inside),
            (examples.colours, examples.outside),
        )
        mixed = trust * prior + (1 - trust) * np.sqrt(prior * alike)
        nobody = np.zeros(len(prior), bool)
        likely = walk(regions, nobody, prior, mixed, 0.5 + 2 * trust)
        field = 0.5 * moved * sure + (1 - 0.5 * sure) * likely[regions.labels]
        inside = field > 0.5
        held = float(sure[inside].mean()) if inside.any() else 0.5
        return _State(grey, field, state.score * FADING * (0.5 + 0.5 * held))

    def _told(self, k: int, known: Mapping[int, Prompts], state: _State) -> Prediction:
        if k in known:
            return self.predict(k, known[k])
        return self._prediction(state.field, state.score)

    def _answer(self, k: int, regions: Regions, prompts: Prompts) -> FloatArray:
        """Return the answer to some marks; it goes on from an earlier one where that is kept."""
        before = None
        if len(prompts.points) > FREE:
            fewer = first_clicks(prompts, len(prompts.points) - 1)
            before = self._answers.find((self._key, k, _named(fewer)))
        return self._answers.get(
            (self._key, k, _named(prompts)), lambda: answer(regions, prompts, before)
        )

    def _regions(self, k: int) -> Regions:
        return self._cache.get((self._key, k), lambda: regions_of(self._frames.frame(k)))

    def _prediction(self, field: FloatArray, score: float) -> Prediction:
        logits = (field * 2 - 1) * STEEPNESS
        height, width = self._frames.size
        full = cv2.resize(
            logits.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
        )
        return Prediction(np.asarray(full > 0), float(np.clip(score, 0, 1)), resized_logits(logits))


def _named(prompts: Prompts) -> tuple[bytes, ...]:
    """Return what tells marks from others."""
    box, mask = prompts.box, prompts.mask
    return (
        prompts.points.tobytes(),
        prompts.labels.tobytes(),
        b"" if box is None else box.tobytes(),
        b"" if mask is None else hashlib.sha256(np.packbits(mask).tobytes()).digest(),
    )


def _shrunk(mask: BoolArray, like: UInt8Array) -> FloatArray:
    height, width = like.shape
    share = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(share, np.float64)


def _decidedness(regions: Regions, likely: FloatArray) -> float:
    """Return an estimate of J: how sharply the target is told from the rest."""
    inside = likely > 0.5
    if not inside.any():
        return 0.0
    sure = (likely * regions.pixels)[inside].sum() / regions.pixels[inside].sum()
    spill = (likely * regions.pixels)[~inside].sum() / regions.pixels[inside].sum()
    return float(sure / (1 + spill))
