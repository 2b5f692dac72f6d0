"""The stored masks of the methods that a figure compares."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError, MissingPredictionsError
from refvps.predictions.find import find_predictions
from refvps.predictions.source import PredictionSource
from refvps.protocols import Dataset
from refvps.types import Query


@dataclass(frozen=True, slots=True)
class StoredMethod:
    """A method's name and where its masks are."""

    name: str
    source: PredictionSource


def find_methods(
    names: Sequence[str],
    pred: Path | None,
    dataset: Dataset,
    *,
    queries: Sequence[Query],
    shown: Sequence[Query],
) -> tuple[StoredMethod, ...]:
    """Return the methods' masks, found as ``refvps-eval`` finds them.

    Args:
        names: the methods, in the order of the figure's rows.
        pred: the folder of predicted masks.
        dataset: the data set.
        queries: all of its queries, by which a layout is told.
        shown: those that need masks.

    Raises:
        ConfigError: methods but no folder, a name given twice, or one folder for two names.
        MissingPredictionsError: a method lacks masks of a query shown; the details name all.
    """
    if not names:
        return ()
    if pred is None:
        raise ConfigError("--methods needs the folder of their masks: --pred PRED")
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        raise ConfigError(f"method {repeated!r} is given twice in --methods")
    found = [
        StoredMethod(name, find_predictions(pred, name, dataset.name, queries)) for name in names
    ]
    for method in found:
        _require_masks(method, shown)
    owners: dict[Path, str] = {}
    for method in found:
        folder = method.source.folder
        # Masks right in PRED answer to any name; two rows of the same pixels compare nothing.
        if folder in owners:
            raise ConfigError(
                f"{folder}: {owners[folder]!r} and {method.name!r} would both be the masks in "
                "this folder; give one of them, or move masks to PRED/METHOD"
            )
        owners[folder] = method.name
    return tuple(found)


def _require_masks(method: StoredMethod, shown: Sequence[Query]) -> None:
    missing = [query.query_id for query in shown if not method.source.has(query)]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise MissingPredictionsError(
            f"{method.source.folder}: no masks of method {method.name!r} for {missing[0]}{more}; "
            f"predict them with `refvps predict --method {method.name}`, or check --pred",
            details=missing,
        )
