"""A method as the user chose it, loaded wherever it is to run."""

from collections.abc import Mapping
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
