"""Pictures of a release's counts, drawn with matplotlib."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from refvps import atomic
from refvps.errors import MissingExtraError
from refvps.release.statistics import BIN_SECONDS, ReleaseStatistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#24324a"
BAR = "#c2557e"
DPI = 160


def write_plots(statistics: ReleaseStatistics, folder: Path) -> tuple[Path, ...]:
    """Write ``lengths.png``, ``concepts.png`` and ``groups.png``; return their paths.

    Raises:
        MissingExtraError: matplotlib is not installed.
        DataError: the folder cannot be written.
    """
    bars = {
        "concepts": ("Clips by concept", statistics.clips_by_concept),
        "groups": ("Clips by group (a clip may be in several)", statistics.clips_by_group),
    }
    written = [_save(folder / "lengths.png", _draw_lengths(statistics))]
    for name, (title, counts) in bars.items():
        if counts:
            written.append(_save(folder / f"{name}.png", _draw_bars(title, counts)))
    return tuple(written)


def _draw_lengths(statistics: ReleaseStatistics) -> "Figure":
    figure, axes = _figure(7.0, 3.6)
    from matplotlib.ticker import MaxNLocator

    lengths = sorted(statistics.lengths.values())
    first, last = int(lengths[0] / BIN_SECONDS), int(lengths[-1] / BIN_SECONDS) + 1
    edges = [place * BIN_SECONDS for place in range(first, last + 1)]
    axes.hist(lengths, bins=edges, color=BAR, edgecolor="white", linewidth=1)
    axes.axvline(statistics.average_length, color=INK, linewidth=1, linestyle="--")
    axes.annotate(
        f"mean {statistics.average_length:.2f} s",
        (statistics.average_length, axes.get_ylim()[1]),
        textcoords="offset points",
        xytext=(5, -12),
        color=INK,
    )
    axes.set(xlabel="length of a clip in seconds", ylabel="clips")
    axes.set_title(f"{statistics.name}: {statistics.clips} clips by length", loc="left")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _draw_bars(title: str, counts: dict[str, int]) -> "Figure":
    figure, axes = _figure(7.0, 0.9 + 0.28 * len(counts))
    names = list(counts)[::-1]
    drawn = axes.barh(names, [counts[name] for name in names], color=BAR, height=0.72)
    axes.bar_label(drawn, padding=3, color=INK)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title(title, loc="left")
    return figure


def _figure(width: float, height: float) -> "tuple[Figure, Axes]":
    try:
        # A figure of its own, without pyplot: no window system and no state shared by callers.
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("plots of a release", "plots") from error
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK)
    return figure, axes


def _save(path: Path, figure: "Figure") -> Path:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    atomic.write_bytes(path, buffer.getvalue())
    return path
