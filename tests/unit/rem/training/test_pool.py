from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from refvps.errors import ConfigError
from refvps.types import Clip, Expression, MaskTrack, Query
from rem.training.pool import gather
from rem.training.recipe import Data


@dataclass(frozen=True)
class Listed:
    """A data set of clips without pixels: ``count`` clips of two expressions."""

    name: str
    count: int
    concepts: int = 2
    version: str = "1"
    digest: str = "0"

    def queries(self) -> Iterator[Query]:
        for place in range(self.count):
            name = f"{self.name}-{place}"
            concept = f"concept {place % self.concepts}"
            clip = Clip(name, (Path("0.jpg"),), Fraction(1), video=name, concept=concept)
            for k in range(2):
                yield Query(clip, Expression(str(k), f"{name} said {k}", "1"))

    def truth(self, query: Query) -> MaskTrack:
        raise NotImplementedError


def data(**changes: object) -> Data:
    return Data(**{"videos": ("v",), "images": ("i",), "image_form": "pseudo-video", **changes})


def videos_of(items) -> set[str]:
    return {item.query.clip.video for item in items}


def test_held_out_videos_are_not_trained_on_and_stay_held_out() -> None:
    pool = gather([Listed("v", 200)], [], data(images=(), held_out=0.2), 42)
    assert not videos_of(pool.items) & videos_of(pool.held_out)
    assert 0.1 < len(pool.held_out) / 400 < 0.3
    smaller = gather([Listed("v", 100)], [], data(images=(), held_out=0.2), 42)
    assert videos_of(smaller.held_out) <= videos_of(pool.held_out)
    assert videos_of(gather([Listed("v", 200)], [], data(held_out=0.2), 7).held_out) != videos_of(
        pool.held_out
    )


@pytest.mark.parametrize(("ratio", "images"), [(2.0, 40), (1.0, 20), (0.0, 0)])
def test_table_e_images_for_each_video(ratio: float, images: int) -> None:
    pool = gather([Listed("v", 10)], [Listed("i", 50)], data(images_per_video=ratio, held_out=0), 1)
    assert (pool.videos, pool.images) == (20, images)
    assert all(item.still for item in pool.items[pool.videos :])


def test_images_are_drawn_from_each_set() -> None:
    sets = [Listed("a", 30), Listed("b", 30)]
    pool = gather([Listed("v", 1)], sets, data(images_per_set=7, held_out=0), 1)
    drawn = [item.query.clip.clip_id[0] for item in pool.items[pool.videos :]]
    assert drawn == ["a"] * 7 + ["b"] * 7
    assert gather([Listed("v", 1)], sets, data(images_per_set=7, held_out=0), 1) == pool


def test_more_images_than_there_are_is_refused() -> None:
    with pytest.raises(ConfigError, match="asks for 99 images of a set that has 6"):
        gather([Listed("v", 1)], [Listed("i", 3)], data(images_per_set=99, held_out=0), 1)


def test_a_subset_holds_videos_first_and_as_many_as_asked() -> None:
    pool = gather([Listed("v", 20)], [Listed("i", 20)], data(most_samples=30, held_out=0), 1)
    assert len(pool.items) == 30
    assert 0 < pool.videos < 30
    assert [item.still for item in pool.items] == [False] * pool.videos + [True] * pool.images


def test_a_concept_is_left_out_of_training_and_validation() -> None:
    pool = gather([Listed("v", 40)], [], data(leave_out_concepts=("concept 1",)), 1)
    found = {item.query.clip.concept for item in (*pool.items, *pool.held_out)}
    assert found == {"concept 0"}
    assert pool.left_out == 40


def test_nothing_left_is_refused() -> None:
    with pytest.raises(ConfigError, match="no samples"):
        gather([Listed("v", 4, concepts=1)], [], data(leave_out_concepts=("concept 0",)), 1)


def test_of_few_videos_one_is_held_out_unless_it_is_the_only_one() -> None:
    pool = gather([Listed("v", 3)], [], data(images=(), held_out=0.01), 1)
    assert len(videos_of(pool.held_out)) == 1
    assert len(videos_of(pool.items)) == 2
    assert not gather([Listed("v", 1)], [], data(images=(), held_out=0.01), 1).held_out
    assert not gather([Listed("v", 3)], [], data(images=(), held_out=0), 1).held_out
