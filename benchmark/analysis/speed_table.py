"""The cost of a method as a table: the paper's Table B."""

import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmark.analysis.analysis import Analysis, csv_text
from benchmark.analysis.speed import RunCost, cores
from benchmark.report.document import Cell, Column, Document, Table, TableRow, count, words
from refvps.types import Size

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class SpeedSetting:
    """What was run.

    Attributes:
        method: its name.
        options: the options given.
        dataset: where the clips are from.
        frames: frames of a clip.
        size: of the frames; None where clips differ.
        warm_up: runs before those that are counted.
    """

    method: str
    options: dict[str, str]
    dataset: str
    frames: int
    size: Size | None
    warm_up: int


def speed_analysis(setting: SpeedSetting, costs: Sequence[RunCost]) -> Analysis:
    """Return time and memory of a method.

    Args:
        setting: what was run.
        costs: every run in order, those for warming up first; at least one more than those.
    """
    counted = costs[setting.warm_up :]
    seconds = [cost.seconds for cost in counted]
    mean = statistics.fmean(seconds)
    deviation = statistics.stdev(seconds) if len(seconds) > 1 else None
    device = [cost.device_bytes for cost in costs if cost.device_bytes is not None]
    last = costs[-1]
    values: dict[str, Any] = {
        "setting": asdict(setting) | {"size": setting.size and list(setting.size)},
        "runs": len(counted),
        "clips": len({cost.clip for cost in counted}),
        "seconds_a_clip": {
            "mean": mean,
            "sd": deviation,
            "median": statistics.median(seconds),
            "least": min(seconds),
            "most": max(seconds),
        },
        "frames_a_second": setting.frames / mean,
        "first_run_seconds": costs[0].seconds,
        "load_seconds": last.load_seconds,
        "memory_bytes": {
            "loaded": last.loaded_bytes,
            "peak": last.peak_bytes,
            "device_peak": max(device, default=None),
        },
        "machine": machine(),
    }
    table = _table(values, setting.method)
    document = Document(f"Cost of {setting.method}", (), (table,), _facts(setting, values))
    return Analysis(document, values, _csv(costs, setting.warm_up))


def machine() -> dict[str, str | int]:
    """Return what the numbers depend on."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text("utf-8").splitlines() if listed.exists() else []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _table(values: dict[str, Any], method: str) -> Table:
    spent, memory = values["seconds_a_clip"], values["memory_bytes"]
    heads = ["method", "frames/s", "s a clip", "sd", "median", "peak MB", "loaded MB"]
    numbers = [
        f"{values['frames_a_second']:.3g}",
        *("-" if spent[key] is None else f"{spent[key]:.3g}" for key in ("mean", "sd", "median")),
        *(f"{memory[key] / MEGABYTE:.0f}" for key in ("peak", "loaded")),
    ]
    if memory["device_peak"] is not None:
        heads.append("device MB")
        numbers.append(f"{memory['device_peak'] / MEGABYTE:.0f}")
    return Table(
        title="Time and memory",
        columns=tuple(Column(head, number=head != "method") for head in heads),
        rows=(TableRow((words(method), *map(Cell, numbers))),),
        notes=(
            "time: from asking for a clip with one expression to holding its masks, reading the "
            "frames included",
            "memory: of the method's own process at its peak, and before its first clip; processes "
            "that it starts are not in it",
        ),
    )


def _facts(setting: SpeedSetting, values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    size = f"{setting.size.height}x{setting.size.width}" if setting.size else "various"
    runs, found = values["runs"], values["machine"]
    return (
        (
            "runs",
            f"{runs}, round {count(values['clips'], 'clip')} of {setting.dataset}, after "
            f"{count(setting.warm_up, 'run')} for warming up that "
            f"{'is' if setting.warm_up == 1 else 'are'} not counted",
        ),
        ("clips", f"{count(setting.frames, 'frame')} each, height x width {size}"),
        (
            "first run",
            f"{values['first_run_seconds']:.3g} s, after {values['load_seconds']:.3g} s to load",
        ),
        (
            "machine",
            f"{found['processor']}, {count(int(found['cores']), 'core')}; {found['system']}; "
            f"Python {found['python']}",
        ),
    )


def _csv(costs: Sequence[RunCost], warm_up: int) -> str:
    return csv_text(
        ("run", "counted", "clip", "seconds", "peak_bytes", "device_bytes"),
        (
            (run, int(run > warm_up), cost.clip, cost.seconds, cost.peak_bytes, cost.device_bytes)
            for run, cost in enumerate(costs, start=1)
        ),
    )
