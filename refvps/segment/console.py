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
    watch = _Watch(request.choice.name)
    with closing(segment(request, folder, force=force, tell=watch.tell)) as steps:
        done = watch.follow(steps)
    if as_json:
        click.echo(json.dumps(_summary(done), ensure_ascii=False, indent=1))
        return
    for name in outputs.FILES:
        click.echo(done.folder / name)


class _Watch:
    """Shows each stage with a progress of its own."""

    def __init__(self, method: str) -> None:
        self._method = method
        self._bar: Progress | None = None
        self._before = 0

    def tell(self, step: Step) -> None:
        """Show a step of the stage that runs."""
        if self._bar is not None:
            most = max(step.total or 0, step.done)
            self._bar.reach(step.done, most, items=step.done - self._before)
            self._before = step.done

    def follow(self, steps: Steps) -> Segmented:
        """Run all steps and return what came out."""
        step = next(steps)
        while True:
            title = f"{step.stage} {self._method}" if step.stage == PREDICT else step.stage
            with progress(title, step.total or step.done) as self._bar:
                try:
                    step = self._stage(steps, step)
                except StopIteration as finished:
                    result: Segmented = finished.value
                    return result

    def _stage(self, steps: Steps, first: Step) -> Step:
        """Run the steps of a stage and return the first of the next."""
        step, self._before = first, 0
        while step.stage == first.stage:
            self.tell(step)
            step = next(steps)
        if self._bar is not None:
            self._bar.reach(self._before, self._before)
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
