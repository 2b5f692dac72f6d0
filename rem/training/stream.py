"""Which samples make up the batch of a step: a pure function of the step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from refvps.errors import ConfigError
from refvps.latest import Latest
from rem.training.keys import numbers


@dataclass(frozen=True, slots=True)
class Place:
    """One sample of a batch.

    Attributes:
        index: which sample, of videos and then images counted on.
        position: how many samples came before it in the run; what its draws are keyed by.
    """

    index: int
    position: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The order of all samples of a run.

    Attributes:
        videos: number of samples from videos.
        images: number of samples from single images.
        batch: samples a step, over all processes.
        order: ``mixed``, one random order of all; or ``alternate``, an even step shows images
            and an odd one videos.
        reshuffle: whether each epoch has an order of its own.
        seed: of the run.
    """

    videos: int
    images: int
    batch: int
    order: Literal["mixed", "alternate"]
    reshuffle: bool
    seed: int
    _orders: dict[str, Latest[int, np.ndarray]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Check that there is something to draw."""
        if self.videos + self.images < 1:
            raise ConfigError("no samples are left to train on")
        if self.order == "alternate" and not (self.videos and self.images):
            raise ConfigError("images and videos cannot alternate: there are only one of them")

    @property
    def steps_an_epoch(self) -> float:
        """Steps that show as many samples as there are."""
        return (self.videos + self.images) / self.batch

    def at(self, step: int) -> list[Place]:
        """Return the batch of a step, counted from 0."""
        if self.order == "mixed":
            start, count, first, name = step, self.videos + self.images, 0, "all"
        elif step % 2 == 0:
            start, count, first, name = step // 2, self.images, self.videos, "images"
        else:
            start, count, first, name = step // 2, self.videos, 0, "videos"
        drawn = range(start * self.batch, (start + 1) * self.batch)
        return [
            Place(first + self._drawn(name, count, number), step * self.batch + k)
            for k, number in enumerate(drawn)
        ]

    def _drawn(self, name: str, count: int, number: int) -> int:
        epoch, place = divmod(number, count)
        kept = self._orders.setdefault(name, Latest())
        shown = epoch if self.reshuffle else 0
        order = kept.of(shown, lambda: numbers(self.seed, "order", name, shown).permutation(count))
        return int(order[place])


def share_of(places: Sequence[Place], process: int, processes: int) -> list[Place]:
    """Return the part of a batch that one process works on: a stretch of it.

    Raises:
        ConfigError: the batch cannot be divided equally.
    """
    if len(places) % processes:
        raise ConfigError(
            f"optimiser.batch = {len(places)} cannot be divided among {processes} processes: "
            "use a multiple of them"
        )
    each = len(places) // processes
    return list(places[process * each : (process + 1) * each])
