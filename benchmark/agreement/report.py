"""The report: every number that is printed, from the results of all pairs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmark.agreement.labelled import ExpressionNote, Labelling, PairSource
from benchmark.agreement.measure import PairResult, frame_document, measure
from benchmark.metrics.agreement_band import BANDS
from benchmark.metrics.agreement_guards import Guards, guards
from benchmark.metrics.agreement_means import Means, clip_means, mean, means
from benchmark.metrics.bootstrap import LEVEL, RESAMPLES, SEED, bootstrap_interval
from benchmark.metrics.label_agreement import IgnoreRule
from benchmark.report.document import count

SCHEMA = "refvps-agreement/1"
PAPER = 0.871
"""The paper's inter-annotator mean IoU, supplement A.3; order and rule for Ignore are not said."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean IoU over clips with its interval; fractions.

    Attributes:
        name: of what.
        mean: over keyframes, pairs, then clips.
        low: lower end of the 95 % bootstrap interval over clips; None below two clips.
        high: upper end.
        clips: how many clips.
        videos: how many videos they were cut from.
        keyframes: how many keyframes.
    """

    name: str
    mean: float
    low: float | None
    high: float | None
    clips: int
    videos: int
    keyframes: int


@dataclass(frozen=True, slots=True)
class Variant:
    """The mean IoU by another rule, in four orders of averaging."""

    rule: IgnoreRule
    with_absent: bool
    means: Means


@dataclass(frozen=True, slots=True)
class Agreement:
    """A finished report.

    Attributes:
        title: what was compared.
        facts: where the labels come from.
        headline: the mean IoU, union-ignore, over keyframes, then clips; None where nothing can
            be compared.
        by_videos: the interval with clips of one video drawn together, where videos are fewer
            than clips; else None.
        variants: every other reading of "mean IoU", the headline's among them.
        concepts: by concept.
        groups: by group; groups overlap.
        people: by pair of people.
        made: by who decided the pixels.
        bands: mean IoU over keyframes near the boundary, by width in pixels.
        guards: over all keyframes.
        pairs: every pair, by clip.
        covered: clips compared, and clips there are, by concept.
        notes: how expressions go together.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    headline: Mean | None
    by_videos: tuple[float, float] | None
    variants: tuple[Variant, ...]
    concepts: tuple[Mean, ...]
    groups: tuple[Mean, ...]
    people: tuple[Mean, ...]
    made: tuple[tuple[str, int, float | None], ...]
    bands: Mapping[int, float | None]
    guards: Guards
    pairs: tuple[PairResult, ...]
    covered: Mapping[str, tuple[int, int]]
    notes: tuple[ExpressionNote, ...]

    def document(self) -> dict[str, Any]:
        """Return the report as JSON takes it: with the counts, so that all can be recomputed."""
        return {
            "schema": SCHEMA,
            "title": self.title,
            "facts": dict(self.facts),
            "headline": None if self.headline is None else asdict(self.headline),
            "interval": {"level": LEVEL, "resamples": RESAMPLES, "seed": SEED, "over": "clips"},
            "interval_over_videos": self.by_videos,
            "paper": PAPER,
            "variants": [
                {"ignore": v.rule.value, "with_absent": v.with_absent, **asdict(v.means)}
                for v in self.variants
            ],
            "concepts": [asdict(each) for each in self.concepts],
            "groups": [asdict(each) for each in self.groups],
            "people": [asdict(each) for each in self.people],
            "made": [{"made": m, "keyframes": n, "mean": v} for m, n, v in self.made],
            "bands": {str(radius): value for radius, value in self.bands.items()},
            "guards": asdict(self.guards),
            "warnings": list(warnings(self)),
            "covered": {name: list(counts) for name, counts in self.covered.items()},
            "pairs": [_pair_document(pair) for pair in self.pairs],
            "expressions": [asdict(note) for note in self.notes],
        }


def agreement(
    source: PairSource, on_pair: Callable[[int, int], None] = lambda _done, _of: None
) -> Agreement:
    """Measure all pairs of a source.

    Args:
        source: where labels come from.
        on_pair: called with how many pairs are done, and of how many.

    Raises:
        DataError: labels cannot be read.
    """
    keys, results = source.pairs(), []
    for key in keys:
        results.append(measure(source.load(key)))
        on_pair(len(results), len(keys))
    return summarised(source, tuple(results))


def summarised(source: PairSource, results: tuple[PairResult, ...]) -> Agreement:
    """Return the report on pairs that were measured."""
    frames = [frame for each in results for frame in each.frames]
    return Agreement(
        title=source.title,
        facts=tuple(source.facts),
        headline=mean_of("all clips", results),
        by_videos=_over_videos(results),
        variants=tuple(
            Variant(rule, with_absent, means(_clips(results), rule, with_absent=with_absent))
            for with_absent in (True, False)
            for rule in IgnoreRule
        ),
        concepts=_by(
            results, [(each.key.concept,) if each.key.concept else () for each in results]
        ),
        groups=_by(results, [each.key.groups for each in results]),
        people=_by(results, [(each.key.people,) for each in results]),
        made=_by_maker(results),
        bands={
            radius: mean(
                both / either for both, either in (frame.bands[place] for frame in frames) if either
            )
            for place, radius in enumerate(BANDS)
        },
        guards=guards([frame.counts for frame in frames]),
        pairs=results,
        covered=_covered(source.concepts, results),
        notes=tuple(source.expressions()),
    )


def mean_of(name: str, results: Sequence[PairResult]) -> Mean | None:
    """Return the mean IoU of some pairs with its interval over clips; None without any."""
    by_clip = clip_means(_clips(results))
    if not by_clip:
        return None
    kept = [each for each in results if each.key.clip in by_clip]
    ends: tuple[float | None, float | None] = (None, None)
    if len(by_clip) > 1:
        ends = bootstrap_interval([[value] for value in by_clip.values()])
    return Mean(
        name=name,
        mean=mean(by_clip.values()) or 0.0,
        low=ends[0],
        high=ends[1],
        clips=len(by_clip),
        videos=len({each.key.video for each in kept}),
        keyframes=sum(sum(counts.counted() for counts in each.counts) for each in kept),
    )


def warnings(report: Agreement) -> tuple[str, ...]:
    """Return what a reader must be warned of before the headline is believed, one line each."""
    found, seen = [], report.guards
    if seen.ignored_whole:
        found.append(
            f"{seen.ignored_whole} of {count(seen.keyframes, 'keyframe')} ignored as a whole: "
            "nothing can be compared there, and it is not counted as agreement"
        )
    if seen.hidden:
        found.append(
            f"{count(seen.hidden, 'keyframe')} whose whole target lies below somebody's Ignore: "
            "scored 100 though nothing of the target was compared"
        )
    if seen.valid is not None and seen.valid < 0.9:
        found.append(
            f"only {100 * seen.valid:.1f} % of the pixels are compared; the rest is Ignore"
        )
    if seen.ignore_iou is not None and seen.ignore_iou < 0.5:
        found.append(
            f"the two ignore different pixels: IoU of Ignore is {100 * seen.ignore_iou:.1f}"
        )
    if seen.kappa is not None and seen.kappa < 0.6:
        found.append(f"they differ on when the target is there: kappa {seen.kappa:.2f}")
    bare = sorted(name for name, (compared, _) in report.covered.items() if not compared)
    if bare:
        listed = ", ".join(bare[:5]) + (", …" if len(bare) > 5 else "")
        found.append(f"{len(bare)} of {len(report.covered)} concepts are not covered: {listed}")
    left_out = sum(each.left_out for each in report.pairs)
    if left_out:
        found.append(f"{count(left_out, 'keyframe')} labelled by one of two people alone, left out")
    return tuple(found)


def _clips(results: Sequence[PairResult]) -> list[Any]:
    return [each.clip_frames for each in results]


def _over_videos(results: Sequence[PairResult]) -> tuple[float, float] | None:
    by_clip = clip_means(_clips(results))
    videos: dict[str, list[float]] = {}
    for each in {each.key.clip: each.key for each in results}.values():
        if each.clip in by_clip:
            videos.setdefault(each.video, []).append(by_clip[each.clip])
    if not 1 < len(videos) < len(by_clip):
        return None
    return bootstrap_interval(list(videos.values()))


def _by(results: Sequence[PairResult], names: Sequence[tuple[str, ...]]) -> tuple[Mean, ...]:
    parts: dict[str, list[PairResult]] = {}
    for each, listed in zip(results, names, strict=True):
        for name in listed:
            parts.setdefault(name, []).append(each)
    found = (mean_of(name, parts[name]) for name in sorted(parts))
    return tuple(each for each in found if each is not None)


def _by_maker(results: Sequence[PairResult]) -> tuple[tuple[str, int, float | None], ...]:
    found = []
    for made in ("hand", "mixed", "model"):
        values = [
            value
            for each in results
            for frame in each.frames
            if frame.made == made and (value := frame.counts.iou()) is not None
        ]
        if values:
            found.append((made, len(values), mean(values)))
    return tuple(found)


def _covered(
    concepts: Mapping[str, int], results: Sequence[PairResult]
) -> dict[str, tuple[int, int]]:
    clips = {each.key.clip: each.key.concept for each in results}
    compared = list(clips.values())
    return {name: (compared.count(name), total) for name, total in sorted(concepts.items())}


def _pair_document(pair: PairResult) -> dict[str, Any]:
    key = pair.key
    return {
        "clip": key.clip,
        "video": key.video,
        "concept": key.concept,
        "groups": list(key.groups),
        "first": _labelling(key.first),
        "second": _labelling(key.second),
        "iou": pair.iou,
        "left_out": pair.left_out,
        "shift": asdict(pair.shift),
        "guards": asdict(pair.guards),
        "keyframes": [frame_document(frame) for frame in pair.frames],
    }


def _labelling(labelling: Labelling) -> dict[str, str]:
    return asdict(labelling)
