"""Counts of a release: the paper's Table A, the lengths of Figure A, concepts and groups."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from refvps.errors import DataError
from refvps.frames import frame_size
from refvps.release.reader import Release
from refvps.release.schema import FULL, META_EXPRESSIONS
from refvps.types import Clip, MaskTrack, Size

BIN_SECONDS = 0.5
"""The width of a bar in the distribution of lengths."""


@dataclass(frozen=True, slots=True)
class FrameKinds:
    """Annotated frames of all targets by what they hold."""

    annotated: int
    with_target: int
    empty: int
    with_void: int


@dataclass(frozen=True, slots=True)
class ReleaseStatistics:
    """Counts of one release.

    Attributes:
        name: the release's name and version.
        clips: how many clips.
        videos: how many videos they were cut from.
        fps: frames a second; several rates are joined by ``/``.
        frames: frames of all clips.
        concepts: how many concepts occur.
        average_length: seconds.
        annotation_fps: masks a second.
        smallest: the smallest resolution, by pixels.
        largest: the largest resolution, by pixels.
        expressions: referring expressions of all clips.
        lengths: the length of every clip in seconds, by clip id.
        clips_by_concept: clips by concept.
        clips_by_group: clips by group; groups overlap.
        kinds: annotated frames by what they hold.
    """

    name: str
    clips: int
    videos: int
    fps: str
    frames: int
    concepts: int
    average_length: float
    annotation_fps: str
    smallest: str
    largest: str
    expressions: int
    lengths: dict[str, float]
    clips_by_concept: dict[str, int]
    clips_by_group: dict[str, int]
    kinds: FrameKinds

    def document(self) -> dict[str, Any]:
        """Return the statistics as JSON values."""
        return asdict(self)


def release_statistics(release: Release) -> ReleaseStatistics:
    """Count a release; reads every mask and the header of one frame a clip.

    Raises:
        DataError: the release has no clips, or a file is missing or damaged.
    """
    entries = release.videos
    if not entries:
        raise DataError(release.root / META_EXPRESSIONS, "the release has no clips to count")
    clips = [release.clip(clip_id) for clip_id in release.clip_ids]
    lengths = {clip.clip_id: float(len(clip.frame_paths) / clip.fps) for clip in clips}
    sizes = sorted({_size(release, clip) for clip in clips}, key=_pixels)
    return ReleaseStatistics(
        name=f"{release.name} {release.version}",
        clips=len(clips),
        videos=len({clip.video for clip in clips}),
        fps=_rates([entry.fps for entry in entries.values()]),
        frames=sum(len(clip.frame_paths) for clip in clips),
        concepts=len({clip.concept for clip in clips if clip.concept}),
        average_length=sum(lengths.values()) / len(lengths),
        annotation_fps=_rates([entry.fps / entry.annotation_stride for entry in entries.values()]),
        smallest=str(sizes[0]),
        largest=str(sizes[-1]),
        expressions=sum(len(entry.expressions) for entry in entries.values()),
        lengths=lengths,
        clips_by_concept=_counted([(clip.concept,) if clip.concept else () for clip in clips]),
        clips_by_group=_counted([clip.groups for clip in clips]),
        kinds=_frame_kinds(release),
    )


def _size(release: Release, clip: Clip) -> Size:
    """Return the size of a clip's frames, or of its masks where the release has no pixels."""
    if clip.frame_paths[0].is_file() or release.header.kind == FULL:
        return frame_size(clip.frame_paths[0])
    return release.annotated(clip.clip_id).size


def format_statistics(statistics: ReleaseStatistics) -> str:
    """Return the counts as text: Table A, then concepts, groups, lengths."""
    kinds = statistics.kinds
    table = {
        "Clips": statistics.clips,
        "FPS": statistics.fps,
        "Frames": f"{statistics.frames:,}",
        "Concepts": statistics.concepts,
        "Avg length (s)": f"{statistics.average_length:.2f}",
        "Annotation FPS": statistics.annotation_fps,
        "Min-resolution": statistics.smallest,
        "Max-resolution": statistics.largest,
        "Videos": statistics.videos,
        "Expressions": statistics.expressions,
        "Annotated frames": f"{kinds.annotated:,}",
        "  with the target": f"{kinds.with_target:,}",
        "  empty": f"{kinds.empty:,}",
        "  with void": f"{kinds.with_void:,}",
    }
    lines = [statistics.name, "", *_rows(table)]
    lines += ["", "clips by group (a clip may be in several)", *_rows(statistics.clips_by_group)]
    lines += ["", "clips by concept", *_rows(statistics.clips_by_concept)]
    lines += ["", "clips by length in seconds", *_rows(length_histogram(statistics))]
    return "\n".join(lines)


def length_histogram(statistics: ReleaseStatistics) -> dict[str, int]:
    """Return how many clips fall into each bar of ``BIN_SECONDS``, empty bars between included."""
    places = Counter(int(length / BIN_SECONDS) for length in statistics.lengths.values())
    return {
        f"{place * BIN_SECONDS:g} to {(place + 1) * BIN_SECONDS:g}": places[place]
        for place in range(min(places), max(places) + 1)
    }


def _frame_kinds(release: Release) -> FrameKinds:
    annotated = with_target = with_void = 0
    for clip_id in release.clip_ids:
        expressions = release.videos[clip_id].expressions.values()
        for target in sorted({expression.obj_id for expression in expressions}):
            track: MaskTrack = release.truth(clip_id, target)
            annotated += len(track.frame_ids)
            with_target += sum(1 for mask in track.masks if mask.area)
            with_void += sum(1 for void in track.voids if void is not None)
    return FrameKinds(annotated, with_target, annotated - with_target, with_void)


def _counted(names: Sequence[tuple[str, ...]]) -> dict[str, int]:
    counts = Counter(name for listed in names for name in listed)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _rates(rates: Sequence[float]) -> str:
    return "/".join(f"{rate:g}" for rate in sorted(set(rates)))


def _pixels(size: Size) -> tuple[int, int]:
    return size.height * size.width, size.width


def _rows(table: dict[str, Any]) -> list[str]:
    width = max(map(len, table), default=0)
    values = max((len(str(value)) for value in table.values()), default=0)
    return [f"{name:<{width}}  {value!s:>{values}}" for name, value in table.items()]
