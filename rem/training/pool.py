"""What there is to train on: queries of data sets, a part of which is held out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refvps.errors import ConfigError
from refvps.protocols import Dataset
from refvps.types import Query
from rem.training.keys import key_number, numbers
from rem.training.recipe import Data


@dataclass(frozen=True, slots=True)
class Item:
    """A query to train on.

    Attributes:
        dataset: where its truth is.
        query: clip and expression.
        still: whether it is a single image.
    """

    dataset: Dataset = field(repr=False)
    query: Query
    still: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """All items of a run.

    Attributes:
        items: to train on: those of videos, then those of single images.
        videos: how many of them are of videos.
        held_out: for validation; no video or image of them is trained on.
        left_out: how many were left out because of their concept.
    """

    items: tuple[Item, ...]
    videos: int
    held_out: tuple[Item, ...]
    left_out: int = 0

    @property
    def images(self) -> int:
        """How many items are of single images."""
        return len(self.items) - self.videos


def gather(videos: Sequence[Dataset], images: Sequence[Dataset], data: Data, seed: int) -> Pool:
    """Collect the items that a recipe asks for.

    What is held out depends on the seed and on the video or image alone, so that it stays held out
    whatever else is trained on.

    Raises:
        ConfigError: fewer images than asked for, or nothing is left.
    """
    moving, out_moving, left = _split(videos, data, seed, still=False)
    sets = [_split([dataset], data, seed, still=True) for dataset in images]
    still = _chosen_images([kept for kept, _, _ in sets], len(moving), data, seed)
    if data.most_samples is not None:
        moving, still = _cut(moving, still, data.most_samples, seed)
    held_out = [*out_moving, *(item for _, out, _ in sets for item in out)]
    if data.held_out and not held_out:
        moving, still, held_out = _one_held_out(moving, still, seed)
    if not moving and not still:
        raise ConfigError("no samples are left to train on")
    gone = left + sum(count for _, _, count in sets)
    return Pool((*moving, *still), len(moving), tuple(held_out), gone)


def _split(
    datasets: Sequence[Dataset], data: Data, seed: int, *, still: bool
) -> tuple[list[Item], list[Item], int]:
    """Return the items to train on, those held out, and how many concepts took away."""
    kept: list[Item] = []
    out: list[Item] = []
    left = 0
    for dataset in datasets:
        for query in dataset.queries():
            if query.clip.concept in data.leave_out_concepts:
                left += 1
                continue
            held = _is_held_out(query.clip.video, data.held_out, seed)
            (out if held else kept).append(Item(dataset, query, still))
    return kept, out, left


def _is_held_out(video: str, share: float, seed: int) -> bool:
    return key_number(seed, "held out", video) < share * 2**63


def _one_held_out(
    moving: list[Item], still: list[Item], seed: int
) -> tuple[list[Item], list[Item], list[Item]]:
    """Hold out one video, or image, where the share came to none; the only one is kept."""
    together = [*moving, *still]
    videos = {item.query.clip.video for item in together}
    if len(videos) < 2:
        return moving, still, []
    out = min(videos, key=lambda video: key_number(seed, "held out", video))

    def rest(items: list[Item]) -> list[Item]:
        return [item for item in items if item.query.clip.video != out]

    return rest(moving), rest(still), [i for i in together if i.query.clip.video == out]


def _chosen_images(sets: Sequence[list[Item]], videos: int, data: Data, seed: int) -> list[Item]:
    if data.images_per_set is not None:
        return [
            item
            for place, items in enumerate(sets)
            for item in _drawn(items, data.images_per_set, seed, place)
        ]
    together = [item for items in sets for item in items]
    if data.images_per_video is not None:
        return _drawn(together, round(videos * data.images_per_video), seed, "all")
    return together


def _drawn(items: list[Item], count: int, seed: int, name: int | str) -> list[Item]:
    if count > len(items):
        raise ConfigError(
            f"the recipe asks for {count} images of a set that has {len(items)} to train on"
        )
    places = numbers(seed, "images", name).choice(len(items), count, replace=False)
    return [items[place] for place in sorted(places)]


def _cut(
    moving: list[Item], still: list[Item], count: int, seed: int
) -> tuple[list[Item], list[Item]]:
    total = len(moving) + len(still)
    if count >= total:
        return moving, still
    places = sorted(numbers(seed, "subset").choice(total, count, replace=False))
    chosen = [*moving, *still]
    kept = [place for place in places if place < len(moving)]
    return [chosen[p] for p in kept], [chosen[p] for p in places[len(kept) :]]
