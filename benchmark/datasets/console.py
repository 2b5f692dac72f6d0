"""What ``refvps datasets --check`` does: where to get a data set, and whether it is whole."""

import inspect
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from benchmark.datasets.check import Checkable, Guide
from benchmark.datasets.open import open_dataset
from refvps import plugins
from refvps.errors import DataError
from refvps.progress import progress
from refvps.protocols import Dataset


def check_dataset(name: str, root: Path | None, *, as_json: bool) -> None:
    """Print where to get a data set and what its folder must look like, then read all of it.

    Args:
        name: its name, with options if any; see ``open_dataset``.
        root: its folder, if not the one in ``refvps.toml``.
        as_json: whether to print what was read as JSON, and nothing else.

    Raises:
        ConfigError: its folder or an option is wrong or not known.
        DataError: it cannot be opened, or has problems; the details name them all.
    """
    guide = _guide(name)
    if not as_json and guide is not None:
        click.echo(format_guide(name.partition(":")[0], guide))
    dataset = open_dataset(name, root)
    counts, problems, notes = _read_all(dataset)
    if problems:
        more = "" if len(problems) == 1 else f" ({len(problems)} problems in all)"
        raise DataError(name, f"{problems[0]}{more}", details=problems)
    if as_json:
        found = {
            "name": name,
            "version": dataset.version,
            "digest": dataset.digest,
            "counts": counts,
            "notes": notes,
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo(format_findings(dataset, counts, notes))


def format_guide(name: str, guide: Guide) -> str:
    """Return a guide as text."""
    width = max(map(len, guide.options), default=0)
    lines = [f"{name}: where to get it", *(f"  {line}" for line in guide.source)]
    lines += ["what its folder must look like", *(f"  {line}" for line in guide.layout)]
    lines += [f"options, as {name}:KEY=VALUE,… or in refvps.toml"] if guide.options else []
    lines += [f"  {key:<{width}}  {text}" for key, text in guide.options.items()]
    return "\n".join(lines)


def format_findings(dataset: Dataset, counts: Mapping[str, int], notes: list[str]) -> str:
    """Return what was read as text."""
    shown = {name: f"{count:,}" for name, count in counts.items()}
    width = max(map(len, shown), default=0)
    lines = [f"read {dataset.name} {dataset.version}, digest {dataset.digest[:12]}"]
    lines += [f"  {name:<{width}}  {text:>11}" for name, text in shown.items()]
    lines += [f"note: {note}" for note in notes]
    return "\n".join([*lines, "no problem found"] if isinstance(dataset, Checkable) else lines)


def _read_all(dataset: Dataset) -> tuple[dict[str, int], list[str], list[str]]:
    """Return sums over clips, problems and notes, in the order they were found."""
    counts: Counter[str] = Counter()
    problems: list[str] = []
    notes: list[str] = []
    if not isinstance(dataset, Checkable):
        counts["queries"] = sum(1 for _ in dataset.queries())
        return dict(counts), problems, [f"{dataset.name} was opened; it has no check of its own"]
    with progress(f"check {dataset.name}", dataset.clips) as shown:
        for clip in dataset.check():
            counts.update(clip.counts)
            problems += clip.problems
            notes += clip.notes
            shown.step()
    return dict(counts), problems, notes


def _guide(name: str) -> Guide | None:
    module = inspect.getmodule(plugins.load(plugins.DATASETS, name.partition(":")[0]))
    guide = getattr(module, "GUIDE", None)
    return guide if isinstance(guide, Guide) else None
