"""The record of one evaluation: every count needed to print it again, without masks."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmark.metrics.contour_accuracy import f_measure
from benchmark.metrics.region_similarity import jaccard
from benchmark.report.upgrade import upgrade
from refvps import atomic
from refvps.errors import DataError
from refvps.predictions.run_file import RunFile
from refvps.strict_json import read_json


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class DatasetPart(_Part):
    """The data that was scored on."""

    name: str
    version: str
    digest: str
    fps: str
    """Frames a second, as a fraction."""
    coverage: str | None = None
    """How much of the data this machine had, in words; null for all of it."""


class MethodPart(_Part):
    """The method and the masks that were scored."""

    name: str
    run: RunFile | None
    """What made the masks; null where nothing was written down."""
    layout: str
    encodings: tuple[str, ...]
    masks_digest: str
    """SHA-256 over every query and the bytes of its masks."""
    frame_rate: str
    """Frames a second with a mask: "24", "6 (annotated frames only)" or "mixed"."""


class RulePart(_Part):
    """How scores were averaged."""

    name: str
    order: str


class Interval(_Part):
    """A confidence interval of a mean over clips; fractions in [0, 1]."""

    low: float
    high: float
    level: float
    resamples: int
    seed: int


class Score(_Part):
    """A mean J over clips; fractions in [0, 1]."""

    mean: float
    interval: Interval | None
    """Null below two videos, where nothing can be resampled."""
    clips: int
    videos: int
    expressions: int


class NamedScore(_Part):
    """A score of one group or concept."""

    name: str
    j: Score
    f: Score | None


class Subset(_Part):
    """The scores of a part of the queries, averaged by the same rule."""

    j: Score
    f: Score | None
    categories: int


class OwnReferents(_Part):
    """Scores of every prediction with the target that its expression was written for."""

    j: Score
    f: Score
    j_and_f: float


class SetsPart(_Part):
    """What a rule adds that averages over sets of expressions, one an annotator."""

    sets: tuple[NamedScore, ...]
    targets: int
    """Targets of all clips that are averaged over, in every set."""
    unasked: int
    """Of these, targets without an expression."""
    own: OwnReferents | None
    """Beside a score for which predictions were matched with targets; else null."""
    elsewhere: int
    """Predictions that were matched with another target than their own, or with none."""


class FrameTotals(_Part):
    """Annotated frames by what they hold, each counted once a clip and target."""

    annotated: int
    with_target: int
    empty: int
    with_void: int
    void_only: int
    """Frames without a target but with void."""


class Summary(_Part):
    """What the table prints."""

    j: Score
    f: Score | None
    """Contour accuracy; null where it was not computed."""
    j_and_f: float | None
    """The mean of the two means; null where F was not computed."""
    j_flat_expressions: float
    """Flat mean over (clip, expression) pairs; where predictions are matched, over what the rule
    averages: the targets of every set."""
    j_flat_frames: float
    """Flat mean over all scored frames of all of these."""
    groups: tuple[NamedScore, ...]
    concepts: tuple[NamedScore, ...]
    frames: FrameTotals
    empty_predictions: float
    """Share of scored frames whose predicted mask is empty outside void."""
    exhaustive: Subset | None = None
    """Over queries where everything of the category is annotated; null where the data set does not
    say, or there are none."""
    sets: SetsPart | None = None
    """Null for rules that know no sets of expressions."""


class FrameCounts(_Part):
    """Pixel counts of a query's annotated frames; columns of equal length, void left out."""

    ids: tuple[str, ...]
    intersection: tuple[int, ...]
    union: tuple[int, ...]
    predicted: tuple[int, ...]
    target: tuple[int, ...]
    void: tuple[int, ...]

    def j(self) -> list[float]:
        """Return J of every frame, fractions in [0, 1]."""
        return [jaccard(*pair) for pair in zip(self.intersection, self.union, strict=True)]


class ContourColumns(_Part):
    """Boundary pixels of a query's annotated frames, as ``frames`` lists them; void left out."""

    n_pred: tuple[int, ...]
    n_truth: tuple[int, ...]
    matched_pred: tuple[int, ...]
    matched_truth: tuple[int, ...]

    def f(self) -> list[float]:
        """Return F of every frame, fractions in [0, 1]."""
        columns = (self.n_pred, self.n_truth, self.matched_pred, self.matched_truth)
        return [f_measure(*counts) for counts in zip(*columns, strict=True)]


class OtherTarget(_Part):
    """What a query's prediction shares with another target of its clip, void left out.

    Columns go with the frames of the row; the prediction's own pixels are in the row.
    """

    target: str
    intersection: tuple[int, ...]
    pixels: tuple[int, ...]
    """The target's."""
    n_truth: tuple[int, ...]
    matched_pred: tuple[int, ...]
    matched_truth: tuple[int, ...]


class Row(_Part):
    """The score of one clip and expression, with the target the expression was written for."""

    clip: str
    expression: str
    target: str
    text: str
    annotator: str | None
    video: str
    concept: str | None
    groups: tuple[str, ...]
    j: float
    f: float | None
    """Contour accuracy; null where it was not computed."""
    frames: FrameCounts
    contours: ContourColumns | None
    exhaustive: bool | None = None
    """Whether everything of the target's category is annotated; null where that is not said."""
    matched: str | None = None
    """The target that the rule matched the prediction with; null where it matches none."""
    others: tuple[OtherTarget, ...] = ()
    """The clip's other targets, where the rule compares with all of them."""


class EvalRecord(_Part):
    """One evaluation. The same masks and data give the same bytes; it holds no clock."""

    form: Literal["refvps-record/3"] = Field("refvps-record/3", alias="schema")
    tool: dict[str, str]
    """Versions of what computed the scores."""
    dataset: DatasetPart
    method: MethodPart
    rule: RulePart
    summary: Summary
    rows: tuple[Row, ...]

    def document(self) -> dict[str, Any]:
        """Return the record as JSON values, with the digest that shows a later edit."""
        body: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return {**body, "digest": _digest(body)}

    def write(self, path: Path) -> None:
        """Write the record atomically, one query a line, so that two records can be compared.

        Row by row: as JSON values all of them would take as much memory again as they do here.
        """
        head = self.model_dump(mode="json", by_alias=True, exclude={"rows"})
        head["digest"] = _digest(head, self._row_documents())
        text = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)
        with atomic.new_file(path) as temporary, temporary.open("x", encoding="utf-8") as file:
            file.write(f'{text[:-2]},\n "rows": [\n  ')
            for place, row in enumerate(self._row_documents()):
                file.write(",\n  " if place else "")
                file.write(json.dumps(row, ensure_ascii=False, allow_nan=False))
            file.write("\n ]\n}\n")

    def _row_documents(self) -> Iterator[dict[str, Any]]:
        return (row.model_dump(mode="json", by_alias=True) for row in self.rows)


def read_record(path: Path) -> EvalRecord:
    """Read a record, of this schema or an older one.

    Raises:
        DataError: missing, malformed, of a newer schema, edited since it was written, or its
            summary does not follow from its counts.
    """
    # It needs the rules, and they need the parts above.
    from benchmark.report.consistency import find_contradiction

    document = read_json(path)
    if not isinstance(document, dict):
        raise DataError(path, "not a record of refvps-eval: expected a JSON object")
    stated = document.pop("digest", None)
    newest = upgrade(path, document)
    try:
        record = EvalRecord.model_validate(newest)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(path, f"not a record of this version: {where}: {first['msg']}") from error
    if stated != _digest(document):
        raise DataError(path, "was edited after it was written; evaluate again")
    problem = find_contradiction(record)
    if problem:
        raise DataError(path, f"contradicts itself: {problem}; evaluate again")
    return record


def _digest(document: dict[str, Any], rows: Iterable[Any] | None = None) -> str:
    """Return the SHA-256 of a record as JSON without spaces and with sorted keys.

    Args:
        document: the record, with its rows unless they are given apart.
        rows: its rows, which need never be in memory together.
    """
    hashed = hashlib.sha256()
    for place, key in enumerate(sorted({*document, "rows"})):
        hashed.update(f"{',' if place else '{'}{_canonical(key)}:".encode())
        if key != "rows":
            hashed.update(_canonical(document[key]).encode())
            continue
        hashed.update(b"[")
        for number, row in enumerate(document["rows"] if rows is None else rows):
            hashed.update(f"{',' if number else ''}{_canonical(row)}".encode())
        hashed.update(b"]")
    hashed.update(b"}")
    return hashed.hexdigest()


def _canonical(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
