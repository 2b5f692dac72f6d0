"""Clips that a segmenter has open: as many as fit, the least used closed first."""

import time
from collections import OrderedDict
from collections.abc import Callable

from annotator.clip import Keyframes, ProjectClip
from annotator.segmenters.protocol import Segmenter, SegmenterSession

MOST_OPEN = 4
IDLE_SECONDS = 15 * 60.0


class SessionPool:
    """Open sessions by job. Used by the model's thread alone, so it needs no lock.

    A session is a cache: closing one loses time and nothing else.

    Args:
        segmenter: opens clips.
        most: sessions that are open at once.
        clock: seconds, never going back.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        most: int = MOST_OPEN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.segmenter = segmenter
        self._most, self._clock = most, clock
        self._open: OrderedDict[str, tuple[SegmenterSession, float]] = OrderedDict()

    def session(self, job_id: str, clip: ProjectClip) -> SegmenterSession:
        """Return the session of a job, opening it where it is not."""
        now = self._clock()
        held = self._open.pop(job_id, None)
        session = held[0] if held else self.segmenter.open(Keyframes(clip))
        self._open[job_id] = (session, now)
        for name, (other, used) in list(self._open.items()):
            if len(self._open) > self._most or used < now - IDLE_SECONDS:
                other.close()
                del self._open[name]
        return session

    def close(self) -> None:
        """Close all."""
        for session, _ in self._open.values():
            session.close()
        self._open.clear()

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)
