"""What a row needs that this machine does not have; nothing is downloaded."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from refvps.errors import DataError
from refvps.settings import Settings
from rem.reproduce.plan import Row

TRAINING_DATA = {
    "ms": ("refcoco", "ref-youtube-vos"),
    "wan": ("refcoco", "ref-youtube-vos"),
    "ms-mevis": ("mevis", "ref-youtube-vos"),
    "wan-mevis": ("mevis",),
}
"""Data sets that recipes train on; the longest beginning of a recipe's name counts."""


def missing(row: Row, weights: Mapping[str, str], settings: Settings) -> tuple[str, ...]:
    """Return what is missing, each with how to get it.

    Args:
        row: what is wanted.
        weights: where the user says weights lie.
        settings: of this machine.
    """
    if row.why_not:
        return (row.why_not,)
    return tuple(
        dict.fromkeys((*_weights(row, weights, settings), *_data(row, settings), *_base(row)))
    )


def _weights(row: Row, given: Mapping[str, str], settings: Settings) -> Iterator[str]:
    if not row.weights or row.method is None:
        return
    if row.method.method != "rem":
        standing = settings.methods.get(row.method.method, {})
        if "checkpoint" not in standing:
            yield (
                f"weights and code of {row.name}: `{row.method.get}` says how to get them; then "
                f"[methods.{row.method.method}] in refvps.toml names them"
            )
        return
    path = given.get(row.weights)
    if path is None:
        how = f"`{row.method.get}`, then " if row.method.get else ""
        yield f"weights: {how}--weights {row.weights}=PATH"
    elif not Path(path).exists():
        yield f"weights: {path}, which --weights names, is not there"


def _data(row: Row, settings: Settings) -> Iterator[str]:
    wanted = {data.name.partition(":")[0]: data.get for data in row.datasets if data.get}
    if row.recipe:
        names = [name for name in TRAINING_DATA if row.recipe.startswith(name)]
        for name in TRAINING_DATA[max(names, key=len)]:
            wanted.setdefault(name, f"refvps datasets --check {name} --root DIR")
    for name, how in wanted.items():
        entry = settings.datasets.get(name)
        if entry is None or entry.root is None:
            told = f"`{how}`" if how.startswith("refvps") else how
            yield f'data set {name}: {told}; then [datasets.{name}] root = "DIR" in refvps.toml'
        elif not entry.root.is_dir():
            yield f"data set {name}: {entry.root}, which refvps.toml names, is not there"


def _base(row: Row) -> Iterator[str]:
    """Yield the generator that is trained, if it is not in the hub cache."""
    if row.base is None:
        return
    from rem.base import find_base
    from rem.variants import variant_named

    try:
        find_base(variant_named(row.base), None, download=False)
    except DataError as error:
        yield f"generator: {error.problem}"
