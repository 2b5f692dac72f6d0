"""What ``refvps analyse`` does: progress on stderr, results on stdout or in files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmark.analysis.analysis import Analysis, json_text
from benchmark.analysis.consistency import Steps, consistency_analysis
from benchmark.analysis.coverage import coverage_analysis
from benchmark.analysis.failures import failures_analysis
from benchmark.analysis.frames import frames_analysis
from benchmark.analysis.outputs import check_targets, write_analysis
from benchmark.analysis.speed import RunCost, choose_clips, measure, parse_size, resized
from benchmark.analysis.speed_table import SpeedSetting, speed_analysis
from benchmark.analysis.truth import open_same_data, track_changes, track_keys
from benchmark.datasets.open import open_dataset
from benchmark.report.measured import Measured, read_measured
from benchmark.report.record import EvalRecord, Row
from benchmark.report.text import format_text
from benchmark.rules.by_name import RULES
from refvps.frames import frame_size
from refvps.method_choice import MethodChoice
from refvps.progress import progress

Data = tuple[str | None, Path | None]
"""A data set as the user named it: its name and its folder, either of which may be left out."""


def consistency(paths: Sequence[Path], steps: Steps, to: Sequence[Path], *, as_json: bool) -> None:
    """Print or write temporal consistency."""
    check_targets(to, pictures=False)
    deliver(consistency_analysis(_as_averaged(paths), steps), to, as_json=as_json)


def frames(paths: Sequence[Path], to: Sequence[Path], *, as_json: bool) -> None:
    """Print or write what lies behind mean J."""
    check_targets(to, pictures=False)
    deliver(frames_analysis(_as_averaged(paths)), to, as_json=as_json)


def _as_averaged(paths: Sequence[Path]) -> list[Measured]:
    """Read records, with the rows that their rule averages J over."""
    return [
        replace(item, record=item.record.model_copy(update={"rows": _scored_rows(item.record)}))
        for item in read_measured(paths)
    ]


def _scored_rows(record: EvalRecord) -> tuple[Row, ...]:
    return RULES[record.rule.name].scored_rows(record.rows)


def coverage(paths: Sequence[Path], min_clips: int, to: Sequence[Path], *, as_json: bool) -> None:
    """Print, draw or write how J is spread over classes."""
    check_targets(to, pictures=True)
    deliver(coverage_analysis(read_measured(paths), min_clips), to, as_json=as_json)


def failures(
    paths: Sequence[Path], data: Data, bins: int, to: Sequence[Path], *, as_json: bool
) -> None:
    """Print, draw or write what goes with failure; truth is read for it."""
    check_targets(to, pictures=True)
    measured = read_measured(paths)
    dataset = open_same_data(measured[0], *data)
    rows = measured[0].record.rows
    changes = {}
    with progress("read truth", len(track_keys(rows)), item="steps") as shown:
        for key, change in track_changes(dataset, rows):
            changes[key] = change
            shown.step(items=change.steps)
    deliver(failures_analysis(measured, changes, bins), to, as_json=as_json)


@dataclass(frozen=True, slots=True)
class SpeedWish:
    """How a user wants the cost of a method measured.

    Attributes:
        frames: frames of a clip.
        runs: runs that count.
        warm_up: runs before them.
        size: HEIGHTxWIDTH; None for frames as they are.
    """

    frames: int
    runs: int
    warm_up: int
    size: str | None


def speed(
    choice: MethodChoice, data: Data, wish: SpeedWish, to: Sequence[Path], *, as_json: bool
) -> None:
    """Measure what a method costs, and print or write it."""
    check_targets(to, pictures=False)
    size = parse_size(wish.size) if wish.size else None
    dataset = open_dataset(*data)
    queries = choose_clips(dataset, wish.frames)
    costs: list[RunCost] = []
    with TemporaryDirectory(prefix="refvps-speed-") as folder:
        if size is not None:
            queries = tuple(resized(queries, size, Path(folder)))
        sizes = {frame_size(query.clip.frame_paths[0]) for query in queries}
        runs = wish.warm_up + wish.runs
        with progress(f"run {choice.name}", runs) as shown:
            for cost in measure(choice.on(dataset.name), queries, runs):
                costs.append(cost)
                shown.step(items=wish.frames)
    name, version = dataset.name, dataset.version
    setting = SpeedSetting(
        method=choice.name,
        options=dict(choice.options),
        dataset=f"{name} {version}",
        frames=wish.frames,
        size=sizes.pop() if len(sizes) == 1 else None,
        warm_up=wish.warm_up,
    )
    deliver(speed_analysis(setting, costs), to, as_json=as_json)


def deliver(found: Analysis, to: Sequence[Path], *, as_json: bool) -> None:
    """Write the files and print their names; without files print the tables; or print JSON."""
    write_analysis(found, to)
    if as_json:
        click.echo(json_text(found.values))
    elif to:
        click.echo("\n".join(map(str, to)))
    else:
        click.echo(format_text(found.document))
