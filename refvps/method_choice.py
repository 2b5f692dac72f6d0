"""A method as the user chose it, loaded wherever it is to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from refvps import plugins
from refvps.protocols import Method


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A method by name and options, so that every worker can load its own.

    Attributes:
        name: an entry point of ``refvps.methods``.
        options: option texts.
    """

    name: str
    options: Mapping[str, str]

    def load(self) -> Method:
        """Import and make the method.

        Raises:
            UnknownPluginError: no method of that name is installed.
            ConfigError: an option is wrong.
        """
        method: Method = plugins.load(plugins.METHODS, self.name)(self.options)
        return method
