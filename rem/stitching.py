"""Decoded frames of windows, put in order; blended where windows overlap."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rem.windows import Window, blend_weights

if TYPE_CHECKING:
    from torch import Tensor


class Stitcher:
    """Takes the windows of a clip in order and gives every frame once, as soon as it is complete.

    A frame that one window answers is given as it was decoded, bit for bit. One that several
    answer is their mean, weighted by a ramp at the ends of windows.
    """

    def __init__(self, windows: Sequence[Window], overlap: int) -> None:
        self._overlap = overlap
        self._windows = windows
        self._answers = Counter(frame for window in windows for frame in window.frames)
        self._taken = self._given = 0
        self._waiting: dict[int, list[tuple[int, Tensor]]] = {}

    def add(self, decoded: "Tensor") -> Iterator["Tensor"]:
        """Yield the frames that are now complete, ``[n, 3, S, S]``.

        Args:
            decoded: the kept frames of the next window, ``[K, 3, S, S]``.
        """
        import torch

        frames = self._windows[self._taken].frames
        self._taken += 1
        weights = blend_weights(len(decoded), self._overlap)
        for index, weight, frame in zip(frames, weights, decoded, strict=True):
            self._waiting.setdefault(index, []).append((weight, frame))
        ready: list[Tensor] = []
        while len(self._waiting.get(self._given, ())) == self._answers[self._given] > 0:
            ready.append(_blended(self._waiting.pop(self._given)))
            self._given += 1
        if ready:
            yield torch.stack(ready)


def _blended(answers: list[tuple[int, "Tensor"]]) -> "Tensor":
    if len(answers) == 1:
        return answers[0][1]
    total = sum(weight for weight, _ in answers)
    mixed: Tensor = sum(frame * (weight / total) for weight, frame in answers)  # type: ignore[assignment]
    return mixed
