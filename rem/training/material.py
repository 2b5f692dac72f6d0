"""The data of a run, opened and divided before anything heavy is loaded."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.datasets.open import open_dataset
from refvps.errors import ConfigError
from refvps.protocols import Dataset
from rem.training.keys import key_number
from rem.training.pool import Item, Pool, gather
from rem.training.recipe import Recipe

log = logging.getLogger(__name__)

EVALUATION_ONLY = ("ref-davis", "ref-vps", "burst", "vspw", "demo")
"""Data sets that results are reported on; choosing a model on one is choosing on the test."""

ANY_RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Material:
    """The opened data of a run.

    Attributes:
        pool: what is trained on, and what is held out.
        digests: of every data set, by its name.
        validation: the queries that decide which checkpoint is best.
    """

    pool: Pool
    digests: Mapping[str, str]
    validation: Sequence[Item] = field(repr=False)


def open_material(recipe: Recipe, roots: Mapping[str, Path]) -> Material:
    """Open all data sets of a recipe.

    Args:
        recipe: names them.
        roots: their folders by name; those in ``refvps.toml`` need none.

    Raises:
        RefvpsError: a data set cannot be opened, or nothing is left to train or validate on.
    """
    used = {bare_name(name) for name in named_datasets(recipe)}
    unknown = sorted(set(roots) - used)
    if unknown:
        raise ConfigError(
            f"--data {unknown[0]}=…: the recipe does not use it; it uses {', '.join(sorted(used))}"
        )

    def opened(name: str) -> Dataset:
        return open_dataset(name, roots.get(bare_name(name)))

    videos = [opened(name) for name in recipe.data.videos]
    images = [opened(name) for name in recipe.data.images]
    pool = gather(videos, images, recipe.data, recipe.seed)
    digests = {dataset.name: dataset.digest for dataset in (*videos, *images)}
    items: Sequence[Item] = pool.held_out
    if recipe.validation.dataset is not None:
        dataset = opened(recipe.validation.dataset)
        digests[f"validation {dataset.name}"] = dataset.digest
        items = [Item(dataset, query, still=False) for query in dataset.queries()]
        warn_if_evaluated(recipe.validation.dataset)
    chosen = chosen_queries(items, recipe.validation.samples, recipe.seed)
    if not chosen:
        raise ConfigError("nothing is held out to validate on: raise data.held_out")
    return Material(pool, digests, tuple(chosen))


def chosen_queries(items: Sequence[Item], most: int, seed: int) -> list[Item]:
    """Return at most ``most`` items, the same whatever their order."""
    ranked = sorted(items, key=lambda item: key_number(seed, "val", item.query.query_id))
    return ranked[:most]


def warn_if_evaluated(name: str) -> None:
    """Warn where a model is chosen on a data set that results are reported on."""
    if bare_name(name) in EVALUATION_ONLY:
        log.warning(
            "the best checkpoint is chosen on %s: its results there are not zero-shot any more",
            name,
        )


def with_release(recipe: Recipe, folder: Path) -> tuple[Recipe, dict[str, Path]]:
    """Return the recipe with one folder in the release format instead of its own data sets."""
    changes = {"videos": (ANY_RELEASE,), "images": (), "images_per_set": None}
    data = {**recipe.data.model_dump(), **changes, "images_per_video": None, "order": "mixed"}
    return Recipe.model_validate({**recipe.model_dump(), "data": data}), {ANY_RELEASE: folder}


def named_datasets(recipe: Recipe) -> list[str]:
    """Return the data sets that a recipe names, with their options."""
    extra = [recipe.validation.dataset] if recipe.validation.dataset else []
    return [*recipe.data.videos, *recipe.data.images, *extra]


def bare_name(name: str) -> str:
    """Return a data set's name without its options."""
    return name.partition(":")[0]
