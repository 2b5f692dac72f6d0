"""Finds where and in which layout predictions lie below the folder a user names."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from refvps.errors import DataError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.names import require_safe_name
from refvps.predictions.png_trees import ExpressionFolders, PaletteTree
from refvps.predictions.run_file import RUN_FILE
from refvps.predictions.source import PredictionSource
from refvps.predictions.store import PredictionStore
from refvps.types import Query


def store_folder(pred: Path, method: str, dataset: str) -> Path:
    """Return ``PRED/METHOD/DATASET``, where predictions of a method are stored.

    Raises:
        DataError: a name is not safe as a folder name.
    """
    return (
        pred
        / require_safe_name(method, "method name")
        / require_safe_name(dataset, "data set name")
    )


def find_predictions(
    pred: Path,
    method: str,
    dataset: str,
    queries: Sequence[Query],
    kernels: Kernels = NUMPY_KERNELS,
) -> PredictionSource:
    """Return the predictions of a method on a data set, in the layout they are in.

    ``PRED/METHOD/DATASET`` is looked at first, then ``PRED/METHOD``, then ``PRED`` itself, each
    also with the ``Annotations`` folder of a submission; the first that holds masks of any query
    is taken. With none, the answer is the empty store at ``PRED/METHOD/DATASET``.

    Raises:
        DataError: a folder holds masks in two layouts.
    """
    home = store_folder(pred, method, dataset)
    for folder in (home, pred / method, pred):
        if folder.is_file():
            raise DataError(folder, "is a file; expected a folder of predictions")
        readings = _readings(folder, queries, kernels)
        found = [source for source in readings if _answers_any(source, queries)]
        if len(found) > 1:
            raise DataError(
                folder,
                f"holds masks in two layouts: {found[0].layout}; and {found[1].layout}; "
                "move one of them away",
            )
        if found:
            return found[0]
    return PredictionStore(home, kernels)


def _readings(
    folder: Path, queries: Sequence[Query], kernels: Kernels
) -> Iterator[PredictionSource]:
    if not folder.is_dir():
        return
    yield PredictionStore(folder, kernels)
    targets: dict[str, set[str]] = {}
    for query in queries:
        targets.setdefault(query.clip.clip_id, set()).add(query.expression.target_id)
    for tree in (folder, folder / "Annotations"):
        yield ExpressionFolders(tree)
        yield PaletteTree(tree, targets)


def _answers_any(source: PredictionSource, queries: Sequence[Query]) -> bool:
    if isinstance(source, PredictionStore) and (source.folder / RUN_FILE).is_file():
        return True
    if isinstance(source, PaletteTree):
        return any(_has_frames(source.folder / query.clip.clip_id) for query in queries)
    return any(source.has(query) for query in queries)


def _has_frames(folder: Path) -> bool:
    """Return whether mask files lie right in a clip's folder, not in folders of expressions."""
    return folder.is_dir() and any(path.suffix == ".png" for path in folder.iterdir())
