"""Batches of a run, read ahead by other processes; each is a function of its step alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from refvps.errors import DataError
from rem.training.batch import Batch
from rem.training.cache import LatentCache
from rem.training.frames import sample_frames
from rem.training.keys import numbers
from rem.training.pool import Item, Pool
from rem.training.recipe import Recipe
from rem.training.samples import read_sample, spelled
from rem.training.stream import Place, Stream, share_of

Captions = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of one process, by step.

    Attributes:
        pool: what there is.
        recipe: how it is shown.
        process: which process this is.
        processes: how many there are.
        cache: latents made beforehand, or None.
        captions: texts by clip for ``denoise``, or None.
        stream: the order.
    """

    pool: Pool
    recipe: Recipe
    process: int = 0
    processes: int = 1
    cache: LatentCache | None = None
    captions: Captions | None = None
    stream: Stream = field(init=False)

    def __post_init__(self) -> None:
        """Fix the order."""
        data = self.recipe.data
        stream = Stream(
            self.pool.videos,
            self.pool.images,
            self.recipe.optimiser.batch,
            data.order,
            data.reshuffle,
            self.recipe.seed,
        )
        object.__setattr__(self, "stream", stream)
        share_of(stream.at(0), self.process, self.processes)

    def __getitem__(self, step: int) -> Batch:
        """Read this process's part of a step's batch."""
        places = share_of(self.stream.at(step), self.process, self.processes)
        count = self._frames(step)
        if self.cache is not None:
            return self._cached(places, count, self.cache)
        return self._read(places, count)

    def _frames(self, step: int) -> int:
        share = self.recipe.objective.single_frame
        single = share > 0 and numbers(self.recipe.seed, "single", step).random() < share
        return 1 if single else self.recipe.model.frames

    def _read(self, places: list[Place], count: int) -> Batch:
        import torch

        items = [self.pool.items[place.index] for place in places]
        samples = [
            read_sample(item, place.position, self.recipe, count)
            for item, place in zip(items, places, strict=True)
        ]
        return Batch(
            torch.from_numpy(np.stack([sample.frames for sample in samples])),
            torch.from_numpy(np.stack([sample.masks for sample in samples])),
            None,
            None,
            [self._text(item, place) for item, place in zip(items, places, strict=True)],
            [place.position for place in places],
            [item.query.query_id for item in items],
        )

    def _cached(self, places: list[Place], count: int, cache: LatentCache) -> Batch:
        import torch

        items = [self.pool.items[place.index] for place in places]
        found = []
        for item, place in zip(items, places, strict=True):
            random = numbers(self.recipe.seed, "frames", place.position)
            length = cache.length(item)
            shown = [0] * (1 if self.recipe.data.image_form == "still" else count)
            chosen = shown if item.still else sample_frames(length, count, random)
            found.append(cache.read(item, chosen))
        return Batch(
            None,
            torch.stack([kept.pixels for kept in found]),
            torch.stack([kept.frames for kept in found]),
            torch.stack([kept.masks for kept in found]),
            [self._text(item, place) for item, place in zip(items, places, strict=True)],
            [place.position for place in places],
            [item.query.query_id for item in items],
        )

    def _text(self, item: Item, place: Place) -> str:
        objective = self.recipe.objective
        text = item.query.expression.text
        if objective.kind == "denoise":
            random = numbers(self.recipe.seed, "text", place.position)
            if random.random() < objective.empty_text:
                return ""
            if self.captions is not None:
                choice = self.captions[item.query.clip.clip_id]
                text = choice[int(random.integers(len(choice)))]
        return spelled(text, lower_case=self.recipe.data.lower_case)


def load_batches(batches: Batches, steps: range, workers: int) -> Iterator[Batch]:
    """Yield the batches of some steps, in order, read ahead by ``workers`` processes."""
    from torch.utils.data import DataLoader

    by_step: Any = batches
    loader: Any = DataLoader(
        by_step,
        batch_size=None,
        sampler=list(steps),
        num_workers=min(workers, len(steps)),
        prefetch_factor=4 if workers else None,
    )
    yield from loader


def read_captions(path: Path, pool: Pool) -> Captions:
    """Read captions by clip.

    Raises:
        DataError: not of that form, or a clip to train on has none.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(path, f"cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise DataError(path, "expected an object of captions by clip id")
    for item in (*pool.items, *pool.held_out):
        clip_id = item.query.clip.clip_id
        texts = found.get(clip_id)
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            raise DataError(path, f"clip {clip_id} needs a list of captions, at least one")
    return found
