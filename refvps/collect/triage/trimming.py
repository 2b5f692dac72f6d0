"""A video as it is trimmed: by the numbers of its frames, so that nothing is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from refvps.collect.clip_times import read_part
from refvps.collect.cut import (
    CONTEXT,
    Change,
    Part,
    annotated_frames,
    part_around,
    plan,
    shots_of,
)
from refvps.collect.export import is_usual_size
from refvps.collect.folder import curve_path
from refvps.collect.probe import Probed
from refvps.collect.proposals import LEAST_FRAMES, too_rapid
from refvps.collect.results import StageRow
from refvps.collect.stages.exporting import changes_of
from refvps.collect.stages.videos import probed_of
from refvps.collect.store.records import Boundary, Media
from refvps.collect.store.store import Store
from refvps.collect.timeline import Timeline
from refvps.errors import CollectError, RefvpsError
from refvps.types import Size
from refvps.video.times import Span

LEAST_SEGMENT = Fraction(1, 2)
"""Seconds; shorter shots are not offered as parts of a split."""


@dataclass(frozen=True, slots=True)
class Frames:
    """A part by its frames, all of them included.

    Attributes:
        first: of the clip.
        last: of the clip.
        event_first: of the event.
        event_last: of the event.
    """

    first: int
    last: int
    event_first: int
    event_last: int


@dataclass(frozen=True, slots=True)
class Film:
    """A video that is trimmed.

    Attributes:
        probed: its frames.
        changes: where its shots change.
    """

    probed: Probed
    changes: tuple[Change, ...]

    @property
    def timeline(self) -> Timeline:
        """When its frames are shown."""
        return self.probed.timeline

    def part(self, frames: Frames) -> Part:
        """Return the times of a part; it is one that can be exported.

        Raises:
            CollectError: frames that there are not, or not in order.
            ConfigError: a change of shot lies in it.
        """
        f = frames
        if not 0 <= f.first <= f.event_first <= f.event_last <= f.last < len(self.timeline):
            raise CollectError("the event lies within the clip, and the clip within the video")
        clip = Span(self.timeline.time(f.first), self._end(f.last))
        part = Part(clip, Span(self.timeline.time(f.event_first), self._end(f.event_last)))
        plan(self.timeline, part.span, self.changes)
        return part

    def frames(self, part: Part) -> Frames:
        """Return which frames a part shows."""
        ends = (self._last(part.span.end), self._last(part.event.end))
        return Frames(
            self.timeline.at(part.span.start),
            ends[0],
            self.timeline.at(part.event.start),
            ends[1],
        )

    def around(self, event_first: int, event_last: int) -> Frames:
        """Return the clip around an event, with context where its shot has it.

        Raises:
            CollectError: frames that there are not, or not in order.
            ConfigError: a change of shot lies in the event.
        """
        if not 0 <= event_first <= event_last < len(self.timeline):
            raise CollectError("the event lies within the video, and ends after it starts")
        event = Span(self.timeline.time(event_first), self._end(event_last))
        found = self.frames(part_around(self.timeline, self.changes, event))
        return Frames(found.first, found.last, event_first, event_last)

    def segments(self) -> tuple[Frames, ...]:
        """Return the shots that are long enough to be parts; the event leaves context free."""
        spans = [
            span
            for span in shots_of(self.timeline, self.changes)
            if (span.end or 0) - span.start >= LEAST_SEGMENT
        ]
        return tuple(self._with_context(span) for span in spans)

    def longest(self) -> Frames:
        """Return the longest shot, or all of the video where it has none to speak of."""
        found = self.segments()
        if not found:
            last = len(self.timeline) - 1
            return Frames(0, last, 0, last)
        return max(found, key=lambda each: self._end(each.last) - self.timeline.time(each.first))

    def _with_context(self, span: Span) -> Frames:
        end = span.end or self.timeline.end
        context = CONTEXT if end - span.start > 4 * CONTEXT else Fraction(0)
        return self.frames(Part(span, Span(span.start + context, end - context)))

    def _end(self, index: int) -> Fraction:
        """Return when a frame is no longer shown."""
        last = index == len(self.timeline) - 1
        return self.timeline.end if last else self.timeline.time(index + 1)

    def _last(self, end: Fraction | None) -> int:
        """Return the last frame that is shown before a time."""
        if end is None or end >= self.timeline.end:
            return len(self.timeline) - 1
        index = self.timeline.at(end)
        return max(0, index - 1) if self.timeline.time(index) == end else index


def film_of(store: Store, media: Media) -> Film:
    """Return a video of the store.

    Raises:
        DataError: it was not probed, or is gone.
    """
    probed = probed_of(store, store.folder, media)
    return Film(probed, changes_of(store, media.media_id, probed))


def jumps_of(store: Store, candidate_id: str, film: Film) -> list[int]:
    """Return the first frames after places where a video may jump within a shot."""
    row = store.get(StageRow, candidate_id=candidate_id, stage="analyse")
    stamps = row.detail.get("jumps", ()) if row and row.status == "ok" else ()
    return [film.timeline.place(each) for each in stamps]


def film_document(
    store: Store, film: Film, media: Media, parts: Sequence[str], jumps: Sequence[int]
) -> dict[str, Any]:
    """Return what the page needs to trim a video.

    Args:
        store: where.
        film: the video.
        media: its file.
        jumps: see ``jumps_of``.
        parts: the parts that are decided; the first of them is where trimming starts.
    """
    timeline = film.timeline
    chosen = film.frames(read_part(parts[0])) if parts else film.longest()
    first = int(timeline.pts[0])
    return {
        "media": media.media_id,
        "pts": [int(each) - first for each in timeline.pts],
        "base": [timeline.base.numerator, timeline.base.denominator],
        "lasts": timeline.lasts,
        "size": list(film.probed.shown_size),
        "boundaries": list(_boundaries(store, film, media)),
        "jumps": list(jumps),
        "curve": _curve(store, media),
        "part": _numbers(chosen),
        "segments": [_numbers(each) for each in film.segments()],
        "decided": bool(parts),
    }


def part_document(film: Film, frames: Frames, least: int = LEAST_FRAMES) -> dict[str, Any]:
    """Return what a part would be as a clip: counts, context, its first and last frame.

    Args:
        film: the video.
        frames: the part.
        least: annotated frames that should show the event.
    """
    try:
        part = film.part(frames)
    except RefvpsError as error:
        return {"problem": error.message}
    planned = plan(film.timeline, part.span, film.changes).indices
    start, end = part.span.start, part.span.end or Fraction(0)
    rapid = too_rapid(part, least)
    size = film.probed.shown_size
    return {
        "problem": "",
        "seconds": float(end - start),
        "frames": len(planned),
        "annotated": annotated_frames(part),
        "least": least,
        "rapid": rapid.text if rapid else "",
        "before": float(part.event.start - start),
        "after": float(end - (part.event.end or end)),
        "first": planned[0],
        "last": planned[-1],
        "size": [size.width, size.height],
        "usual": is_usual_size(Size(size.height, size.width)),
    }


def _numbers(frames: Frames) -> list[int]:
    return [frames.first, frames.last, frames.event_first, frames.event_last]


def _boundaries(store: Store, film: Film, media: Media) -> Any:  # noqa: ANN401 - an iterator
    place = film.timeline.place
    for each in store.all(Boundary, media_id=media.media_id):
        yield {
            "before": place(each.pts_start),
            "after": place(each.pts_end),
            "kind": each.kind,
            "score": each.score,
        }


def _curve(store: Store, media: Media) -> list[float]:
    path = curve_path(store.folder, media.media_id)
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return []  # the page shows none; trimming does not depend on it
    return [round(float(each), 4) for each in np.nan_to_num(found)]
