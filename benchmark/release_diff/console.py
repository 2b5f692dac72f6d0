"""What `refvps release diff` does."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmark.datasets.release import ReleaseDataset
from benchmark.harness.evaluation import build_record, plan_stored
from benchmark.harness.score import collect_scores, score
from benchmark.metrics.agreement_means import mean
from benchmark.metrics.region_similarity import region_counts
from benchmark.report.document import percent
from refvps.executor import InlineExecutor
from refvps.release.changes import Changes, changes
from refvps.release.reader import Release, open_release


def print_difference(old: Path, new: Path, scored: tuple[str, Path] | None, as_json: bool) -> None:
    """Print what differs between two releases.

    Args:
        old: a release.
        new: the one that follows it.
        scored: a method and its folder of stored masks, to compare scores by; None for none.
        as_json: print JSON.
    """
    before, after = open_release(old), open_release(new)
    found = changes(before, after)
    alike = {clip: mask_likeness(before, after, clip) for clip in found.masks}
    scores = None if scored is None else _scores(before, after, *scored)
    if as_json:
        document = {"changes": asdict(found), "step": found.step, "masks": alike, "scores": scores}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(_lines(before, after, found, alike)))
    if scores is not None:
        _print_scores(scores)


def mask_likeness(old: Release, new: Release, clip_id: str) -> float | None:
    """Return the mean J of a clip's new masks with its old ones, where neither has void.

    None where no annotated frame is shared, or targets are named otherwise.
    """
    values = []
    targets = {
        entry.obj_id
        for release in (old, new)
        for entry in release.videos[clip_id].expressions.values()
    }
    for target in sorted(targets):
        one, other = old.truth(clip_id, target), new.truth(clip_id, target)
        frames = {frame: (mask, void) for frame, mask, void in one.frames()}
        for frame, mask, void in other.frames():
            if frame in frames:
                known, _ = frames[frame]
                values.append(region_counts(mask, known, void).j)
    return mean(values)


def _lines(
    before: Release, after: Release, found: Changes, alike: dict[str, float | None]
) -> list[str]:
    lines = [f"{before.name} {before.version} -> {after.name} {after.version}", *found.lines]
    for clip, value in alike.items():
        said = "no frame in common" if value is None else f"J with the old masks {percent(value)}"
        lines.append(f"  {clip}: {said}")
    lines.append(f"the version has to change in its {found.step} number")
    return lines


def _scores(before: Release, after: Release, method: str, pred: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    by_clip: list[dict[str, float]] = []
    for name, release in (("old", before), ("new", after)):
        dataset = ReleaseDataset(release)
        plan = plan_stored(dataset, method, pred)
        outcomes = score(plan.dataset, plan.source, plan.queries, InlineExecutor())
        record = build_record(plan, collect_scores([each.value for each in outcomes]))
        found[name] = record.summary.j.mean
        rows: dict[str, list[float]] = {}
        for row in record.rows:
            rows.setdefault(row.clip, []).append(row.j)
        by_clip.append({clip: sum(values) / len(values) for clip, values in rows.items()})
    old, new = by_clip
    found["clips"] = {
        clip: [old.get(clip), new.get(clip)]
        for clip in sorted(old.keys() | new.keys())
        if old.get(clip) != new.get(clip)
    }
    return found


def _print_scores(scores: dict[str, Any]) -> None:
    old, new = scores["old"], scores["new"]
    click.echo(f"J {percent(old)} -> {percent(new)} ({100 * (new - old):+.1f})")
    for clip, pair in scores["clips"].items():
        shown = ["–" if value is None else percent(value) for value in pair]
        click.echo(f"  {clip}: {shown[0]} -> {shown[1]}")
