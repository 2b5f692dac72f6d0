"""Features computed before they are asked for, so that what a person waits for is short."""

from collections.abc import Callable, Set

from annotator.clip import ProjectClip
from annotator.scheduling import Priority, Scheduler, StoppedError
from annotator.segmenters.protocol import SegmenterSession
from annotator.server.pool import SessionPool

MOST_AHEAD = 8
"""Conditioning frames embedded before a propagation: as many as SAM 2 attends to."""


class Ahead:
    """Queues ``embed`` after clicks and before propagation, one frame a turn.

    Nobody waits for the result: what fails here fails again, and is told, where it is used.

    Args:
        pool: open clips, used by the scheduler's thread alone.
        scheduler: the thread that owns the model.
    """

    def __init__(self, pool: SessionPool, scheduler: Scheduler) -> None:
        self._pool, self._scheduler = pool, scheduler

    def on_screen(self, job_id: str, clip: ProjectClip, k: int) -> None:
        """Embed the keyframe that a job shows; one shown later makes it needless."""
        self._submit(self._embedding(job_id, clip, k), ("on screen", job_id))

    def propagation(
        self, job_id: str, clip: ProjectClip, start: int, conditioning: Set[int]
    ) -> None:
        """Embed where a propagation starts and what it goes by, the nearest frames first.

        Otherwise its first step would embed them all at once, and a click wait for that.
        """
        nearest = sorted(conditioning, key=lambda k: (abs(k - start), k))[:MOST_AHEAD]
        for k in dict.fromkeys((*nearest, start)):
            self._submit(self._embedding(job_id, clip, k), ("ahead", job_id, k))

    def _embedding(self, job_id: str, clip: ProjectClip, k: int) -> Callable[[], None]:
        def embed() -> None:
            session: SegmenterSession = self._pool.session(job_id, clip)
            session.embed(k)

        return embed

    def _submit(self, work: Callable[[], None], replaces: tuple[object, ...]) -> None:
        try:
            self._scheduler.submit(Priority.ON_SCREEN, work, replaces=replaces)
        except StoppedError:
            return  # the server is stopping: there is nothing left to prepare for
