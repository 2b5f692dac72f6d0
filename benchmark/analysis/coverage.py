"""Concept coverage: J of every class, sorted; the paper's Figure D."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

from benchmark.analysis.analysis import Analysis, csv_text, facts_without_intervals
from benchmark.analysis.averages import fmean
from benchmark.analysis.coverage_plot import draw_coverage
from benchmark.metrics.coverage import (
    area_under_coverage,
    coverage_curve,
    hardest_mean,
    share_at_least,
)
from benchmark.report.document import Cell, Column, Document, Table, TableRow, count, percent, words
from benchmark.report.facts import data_name
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from benchmark.rules.per_category import scores_by_category
from refvps.errors import ConfigError, DataError

THRESHOLDS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class ClassScore:
    """J of one class: the mean over its clips of the mean over a clip's expressions.

    Attributes:
        name: the class, a concept or category of the data set.
        j: a fraction in [0, 1].
        clips: how many clips show it.
        videos: from how many videos they are.
    """

    name: str
    j: float
    clips: int
    videos: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The classes of a method, best first; equal ones by name."""

    label: str
    classes: tuple[ClassScore, ...]

    @property
    def scores(self) -> tuple[float, ...]:
        """J of every class, in the order of rank."""
        return tuple(each.j for each in self.classes)


def class_scores(rows: Sequence[Row], min_clips: int = 1) -> tuple[ClassScore, ...]:
    """Return J of every class with enough clips, best first.

    Args:
        rows: of a record; those without a class are left out.
        min_clips: classes with fewer clips are left out.
    """
    found = [
        ClassScore(name, fmean([j for _, j in clips]), len(clips), len({v for v, _ in clips}))
        for name, clips in scores_by_category([row for row in rows if row.concept]).items()
        if len(clips) >= min_clips
    ]
    return tuple(sorted(found, key=lambda each: (-each.j, each.name)))


def coverage_analysis(measured: Sequence[Measured], min_clips: int = 1) -> Analysis:
    """Return how J is spread over classes, for every method.

    Raises:
        DataError: the data set names no classes.
        ConfigError: no class has enough clips.
    """
    record = measured[0].record
    if not any(row.concept for row in record.rows):
        raise DataError(
            measured[0].path,
            "its data set names no concepts, so there are no classes to cover",
        )
    found = [Coverage(item.label, class_scores(item.record.rows, min_clips)) for item in measured]
    classes, left_out = found[0].classes, _left_out(record.rows, min_clips)
    if not classes:
        most = max(each.clips for each in class_scores(record.rows))
        raise ConfigError(
            f"--min-clips {min_clips}: no class has so many; the most any has is {most}"
        )
    document = Document(
        f"Concept coverage on {data_name(record)}",
        (),
        (_table(found, left_out, min_clips),),
        facts_without_intervals(record),
    )
    values = {
        "dataset": record.dataset.model_dump(),
        "min_clips": min_clips,
        "classes_left_out": left_out,
        "methods": [_values(each) for each in found],
    }
    title = f"{data_name(record)}: {_classes_text(classes)}"
    return Analysis(document, values, _csv(found), partial(draw_coverage, found, title))


def _left_out(rows: Sequence[Row], min_clips: int) -> int:
    return len(class_scores(rows)) - len(class_scores(rows, min_clips))


def _classes_text(classes: Sequence[ClassScore]) -> str:
    fewest, most = min(c.clips for c in classes), max(c.clips for c in classes)
    clips = count(fewest, "clip") if fewest == most else f"{fewest} to {most} clips"
    return f"{len(classes)} classes of {clips} each" if len(classes) > 1 else f"1 class of {clips}"


def _table(found: Sequence[Coverage], left_out: int, min_clips: int) -> Table:
    reached = tuple(f"J >= {percent(each).removesuffix('.0')}" for each in THRESHOLDS)
    heads = ("method", "area", "hardest quarter", *reached)
    notes = [
        f"{_classes_text(found[0].classes)}; a class of few clips can move far with one more",
        "area: under the share of classes with J >= t, t from 0 to 100; it is the mean over "
        "classes",
        "hardest quarter: mean J of the quarter of the classes in which the method is worst",
        "J >= t: share of the classes that reach it",
    ]
    if left_out:
        classes = f"{left_out} class{'es' if left_out > 1 else ''}"
        notes.insert(1, f"{classes} of fewer than {count(min_clips, 'clip')} left out")
    return Table(
        title="Coverage of classes, in percent",
        columns=tuple(Column(head, number=head != "method") for head in heads),
        rows=tuple(_row(each) for each in found),
        notes=tuple(notes),
    )


def _row(found: Coverage) -> TableRow:
    scores = found.scores
    shares = (
        area_under_coverage(scores),
        hardest_mean(scores),
        *(share_at_least(scores, threshold) for threshold in THRESHOLDS),
    )
    return TableRow((words(found.label), *(Cell(percent(share), share) for share in shares)))


def _values(found: Coverage) -> dict[str, object]:
    curve = coverage_curve(found.scores)
    return {
        "method": found.label,
        "area": area_under_coverage(found.scores),
        "hardest_quarter": hardest_mean(found.scores),
        "classes": [
            {"rank": rank, **asdict(each)} for rank, each in enumerate(found.classes, start=1)
        ],
        "share_at_least": [
            {"t": step / (len(curve) - 1), "share": share} for step, share in enumerate(curve)
        ],
    }


def _csv(found: Sequence[Coverage]) -> str:
    return csv_text(
        ("method", "rank", "class", "j", "clips", "videos"),
        (
            (each.label, rank, item.name, item.j, item.clips, item.videos)
            for each in found
            for rank, item in enumerate(each.classes, start=1)
        ),
    )
