"""The built-in demo release, rendered once into the user's cache."""

from benchmark.datasets.release import ReleaseDataset
from refvps.demo.build import demo_root
from refvps.errors import ConfigError
from refvps.protocols import DatasetSource
from refvps.release.reader import open_release


def load(source: DatasetSource) -> ReleaseDataset:
    """Open the demo release, rendering it first if the cache does not have it.

    Raises:
        ConfigError: a root was given.
        DataError: this machine renders different pixels, or the cache cannot be written.
    """
    if source.root is not None:
        raise ConfigError("data set 'demo' is built in and takes no --root; use --dataset release")
    return ReleaseDataset(open_release(demo_root(source.cache)))
