"""What `refvps segment` does: progress on stderr, the paths of the results on stdout."""

import json
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import click

from refvps import plugins
from refvps.errors import ConfigError
from refvps.method_choice import MethodChoice
from refvps.options import split_options
from refvps.progress import Progress, progress
from refvps.segment import outputs
from refvps.segment.request import Request, clean_expressions
from refvps.segment.run import PREDICT, Segmented, Step, Steps, segment
from refvps.video.times import Span, read_rate, read_time


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user typed.

    Attributes:
        video: a file or a folder.
        expressions: what to segment.
        method: a method's name, or None.
        options: ``key=value`` texts.
        times: start, end and frames a second, or None each.
    """

    video: Path
    expressions: tuple[str, ...]
    method: str | None
    options: tuple[str, ...]
    times: tuple[str | None, str | None, str | None]

    def request(self) -> Request:
        """Return what was typed, checked.

        Raises:
            ConfigError: something typed cannot be right.
        """
        start, end, rate = self.times
        if self.method is None:
            known = ", ".join(plugins.names(plugins.METHODS))
            raise ConfigError(f"name a method with --method; installed: {known}")
        return Request(
            video=self.video,
            expressions=clean_expressions(self.expressions),
            choice=MethodChoice(self.method, split_options(self.options)),
            span=Span(
                Fraction(0) if start is None else read_time(start),
                None if end is None else read_time(end),
            ),
            rate=None if rate is None else read_rate(rate),
        )


def segment_video(asked: Asked, to: Path | None, *, force: bool, as_json: bool) -> None:
    """Segment a video, show how far it is, and say where the results are."""
    request = asked.request()
    folder = to or Path(f"{request.clip_id}-{request.choice.name}")
    with closing(segment(request, folder, force=force)) as steps:
        done = _watched(steps, request.choice.name)
    if as_json:
        click.echo(json.dumps(_summary(done), ensure_ascii=False, indent=1))
        return
    for name in outputs.FILES:
        click.echo(done.folder / name)


def _watched(steps: Steps, method: str) -> Segmented:
    """Run all steps, each stage with a progress of its own."""
    step = next(steps)
    while True:
        title = f"{step.stage} {method}" if step.stage == PREDICT else step.stage
        with progress(title, step.total or step.done) as bar:
            try:
                step = _watch_stage(steps, step, bar)
            except StopIteration as finished:
                result: Segmented = finished.value
                return result


def _watch_stage(steps: Steps, first: Step, bar: Progress) -> Step:
    """Run the steps of a stage and return the first of the next."""
    step, before = first, 0
    while step.stage == first.stage:
        bar.reach(step.done, max(step.total or 0, step.done), items=step.done - before)
        before = step.done
        step = next(steps)
    bar.reach(before, before)
    return step


def _summary(done: Segmented) -> dict[str, object]:
    return {
        "folder": str(done.folder),
        "files": {Path(name).stem: str(done.folder / name) for name in outputs.FILES},
        "expressions": [
            {"id": curve.expression_id, "text": curve.text, "mean_share": curve.mean_share}
            for curve in done.curves
        ],
    }
