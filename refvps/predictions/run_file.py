"""``run.json``: what made the predictions in a folder, and whether more may be added to it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refvps import atomic
from refvps.errors import DataError, ResumeError
from refvps.mask_png import read_file
from refvps.protocols import Dataset, MethodCard

RUN_FILE = "run.json"


class RunFile(BaseModel):
    """The provenance of a folder of predictions.

    Everything here is fixed when the first prediction is stored; later runs that differ in
    ``checkpoint``, ``options``, ``method`` or the data set are refused.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True)

    form: Literal["refvps-run/1"] = Field("refvps-run/1", alias="schema")
    """The version of this file's form."""
    method: str
    """The method's name."""
    dataset: str
    """The data set's name."""
    dataset_version: str
    """The data set's version."""
    dataset_digest: str
    """SHA-256 over the data set's paths and files."""
    options_given: dict[str, str]
    """Options as the user gave them."""
    options: dict[str, str]
    """Every option in force."""
    checkpoint: str | None
    """SHA-256 of the weights; null for a method without weights."""
    device: str
    """What it ran on."""
    seed: int | None
    """The seed of its random numbers; null if it draws none."""
    window: int | None
    """Frames seen at once; null if not fixed."""
    frame_rate: str
    """Frames a second that were predicted, as a fraction."""
    versions: dict[str, str]
    """Versions of what can change a mask."""
    note: str | None = None
    """What everyone who reads the scores must know; printed with them."""


def describe_run(
    method: str,
    card: MethodCard,
    dataset: Dataset,
    *,
    given: dict[str, str],
    frame_rate: str,
) -> RunFile:
    """Return the provenance of the predictions that a method is about to make."""
    return RunFile(
        method=method,
        dataset=dataset.name,
        dataset_version=dataset.version,
        dataset_digest=dataset.digest,
        options_given=given,
        options=dict(card.options),
        checkpoint=card.checkpoint,
        device=card.device,
        seed=card.seed,
        window=card.window,
        frame_rate=frame_rate,
        versions={**_own_versions(), **card.versions},
        note=card.note,
    )


def read_run(folder: Path) -> RunFile | None:
    """Return a folder's provenance, or None if it has none.

    Raises:
        DataError: the file is there but damaged.
    """
    path = folder / RUN_FILE
    return parse_run(path, read_file(path)) if path.is_file() else None


def parse_run(path: Path | str, content: bytes) -> RunFile:
    """Return the provenance that a file holds.

    Raises:
        DataError: it is damaged; ``path`` says where it lies.
    """
    try:
        return RunFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(
            path,
            f"{where}: {first['msg']}; restore it, or predict into another folder",
        ) from error


def write_run(folder: Path, run: RunFile) -> None:
    """Write a folder's provenance atomically."""
    atomic.write_json(folder / RUN_FILE, run.model_dump(by_alias=True))


def require_same_run(folder: Path, stored: RunFile, planned: RunFile) -> None:
    """Refuse to go on with predictions that something else made.

    Raises:
        ResumeError: names every difference in method, checkpoint, options or data set.
    """
    differences = [
        f"{name} was {before or 'none'}, is {now or 'none'}"
        for name, before, now in _compared(stored, planned)
        if before != now
    ]
    if differences:
        count = "" if len(differences) == 1 else f" (and {len(differences) - 1} more differences)"
        raise ResumeError(
            f"{folder / RUN_FILE}: the predictions here were made otherwise: {differences[0]}"
            f"{count}; use another --pred folder, or --no-run to score them as they are",
            details=differences,
        )


def _compared(stored: RunFile, planned: RunFile) -> list[tuple[str, str | None, str | None]]:
    options = sorted(set(stored.options) | set(planned.options))
    return [
        ("method", stored.method, planned.method),
        ("checkpoint", stored.checkpoint, planned.checkpoint),
        *((f"option {key}", stored.options.get(key), planned.options.get(key)) for key in options),
        ("data set", stored.dataset, planned.dataset),
        ("data-set digest", stored.dataset_digest, planned.dataset_digest),
    ]


def _own_versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    return {
        "refvps": version("refvps"),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "pillow": version("pillow"),
    }
