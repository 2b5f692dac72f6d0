"""A method as the user chose it, loaded wherever it is to run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from refvps import plugins
from refvps.protocols import FitsDatasets, Method


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A method by name and options, so that every worker can load its own.

    Attributes:
        name: an entry point of ``refvps.methods``.
        options: option texts.
        dataset: the name of the data set that it is to run on, or None for any other video.
    """

    name: str
    options: Mapping[str, str]
    dataset: str | None = None

    def on(self, dataset: str) -> "MethodChoice":
        """Return the same choice, for a data set."""
        return replace(self, dataset=dataset)

    def load(self) -> Method:
        """Import and make the method.

        Raises:
            UnknownPluginError: no method of that name is installed.
            ConfigError: an option is wrong.
        """
        method: Method = plugins.load(plugins.METHODS, self.name)(self.options)
        if self.dataset is not None and isinstance(method, FitsDatasets):
            return method.for_dataset(self.dataset)
        return method


def choices_of(names: Sequence[str], given: Mapping[str, str]) -> tuple[MethodChoice, ...]:
    """Return methods with their options.

    Each has what ``[methods.NAME]`` in ``refvps.toml`` says; over that, the options given; over
    those, the ones given as ``NAME.KEY``, which are of that method alone.

    Args:
        names: of the methods.
        given: option texts by key.

    Raises:
        ConfigError: ``refvps.toml`` is wrong.
    """
    from refvps.settings import read_settings

    standing = read_settings().methods
    scoped = {key: key.partition(".")[0] for key in given if key.partition(".")[0] in names}
    shared = {key: value for key, value in given.items() if key not in scoped}
    return tuple(
        MethodChoice(
            name,
            {
                **standing.get(name, {}),
                **shared,
                **{key[len(name) + 1 :]: given[key] for key in scoped if scoped[key] == name},
            },
        )
        for name in names
    )
