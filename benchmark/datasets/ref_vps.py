"""Ref-VPS in the release format, or in another layout that a mapping file describes."""

from dataclasses import dataclass

from benchmark.datasets.check import Guide
from benchmark.datasets.mapped import MappedDataset, open_mapped
from benchmark.datasets.opening import require_root
from benchmark.datasets.release import ReleaseDataset
from refvps.options import parse_options
from refvps.protocols import DatasetSource
from refvps.release.reader import open_release

NAME = "ref-vps"

GUIDE = Guide(
    source=("its authors have announced it; https://github.com/miccooper9/ReferEverything",),
    layout=(
        "the release format: JPEGImages/CLIP/00000.jpg, Annotations/CLIP/00000.png,",
        "meta_expressions/valid/meta_expressions.json, release.json; see `refvps release`",
        "or any other, described by a mapping file: docs/datasets.md",
    ),
    options={"mapping": "a TOML file, below the root or absolute, that says where things lie"},
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the data set.

    Attributes:
        mapping: a mapping file, below the root or absolute; without it the release format is read.
    """

    mapping: str | None = None


def load(source: DatasetSource) -> ReleaseDataset | MappedDataset:
    """Open Ref-VPS.

    Raises:
        ConfigError: its folder is not known, or an option is wrong.
        DataError: the folder is no release, or does not fit the mapping file.
    """
    root = require_root(source, NAME)
    options = parse_options(Options, source.options, f"data set {NAME!r}")
    if options.mapping is None:
        return ReleaseDataset(open_release(root))
    return open_mapped(NAME, root, root / options.mapping)
