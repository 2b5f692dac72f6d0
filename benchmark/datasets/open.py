"""Opens a data set by name, from the command line's and the machine's settings."""

from collections.abc import Mapping
from pathlib import Path

from refvps import plugins
from refvps.options import split_options
from refvps.protocols import Dataset, DatasetSource
from refvps.settings import read_settings

ANY_RELEASE = "release"


def open_dataset(
    name: str | None, root: Path | None, options: Mapping[str, str] | None = None
) -> Dataset:
    """Open a data set.

    Args:
        name: an entry point of ``refvps.datasets``, with options if any: ``mevis`` or
            ``mevis:split=valid,…``; by default the one that ``refvps.toml`` names, else
            ``demo``; with a root and no name, the release in that folder.
        root: its folder; by default the one in ``refvps.toml``.
        options: option texts of the data set, over those of ``refvps.toml``; those in the name
            are over both.

    Raises:
        UnknownPluginError: no data set of that name is installed.
        ConfigError: the settings or options are wrong, or the data set needs a folder.
        DataError: the folder does not hold the data set.
    """
    settings = read_settings()
    named = name or (ANY_RELEASE if root else settings.dataset)
    chosen, _, listed = named.partition(":")
    given = split_options(listed.split(",")) if listed else {}
    factory = plugins.load(plugins.DATASETS, chosen)
    entry = settings.datasets.get(chosen)
    dataset: Dataset = factory(
        DatasetSource(
            root=root or (entry.root if entry else None),
            cache=settings.cache_folder,
            options={**(entry.options if entry else {}), **(options or {}), **given},
        )
    )
    return dataset
