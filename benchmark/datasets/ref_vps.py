"""Ref-VPS in the release format."""

from benchmark.datasets.release import ReleaseDataset
from refvps.errors import ConfigError
from refvps.protocols import DatasetSource
from refvps.release.reader import open_release


def load(source: DatasetSource) -> ReleaseDataset:
    """Open Ref-VPS.

    Raises:
        ConfigError: its folder is not known.
        DataError: the folder is no release.
    """
    if source.root is None:
        raise ConfigError(
            "the folder of data set 'ref-vps' is not known: give --root DIR, or write "
            '[datasets.ref-vps] root = "DIR" in refvps.toml'
        )
    return ReleaseDataset(open_release(source.root))
