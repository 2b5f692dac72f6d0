"""Runs the jobs of the page, one a session at a time, and says how far each is."""

import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps.segment import outputs
from refvps.segment.jobs import Job, JobAsked
from refvps.segment.page_look import finished, running, waiting, wrong


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page shows at a moment.

    Attributes:
        status: HTML, one line.
        first: whether results of an earlier job are to be cleared.
        pictures: overlay video, area over time and contact sheet, once all is done.
        archive: all results as a zip file, likewise.
    """

    status: str
    first: bool = False
    pictures: tuple[Path, ...] = ()
    archive: Path | None = None


class Runner:
    """Starts and stops the jobs of all sessions."""

    def __init__(self, folder: Path) -> None:
        """Keep results below a folder until they are shown."""
        self._folder = folder
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def run(self, session: str, video: str | None, *typed: str | None) -> Iterator[Outcome]:
        """Run a job; closing the iterator stops it.

        Args:
            session: whose job it is.
            video: the file, or None if none was uploaded.
            typed: sentences, method, options, start, end and frames a second.
        """
        if not video:
            yield Outcome(wrong("upload a video first, or choose an example"), first=True)
            return
        # An empty field is None.
        sentences, method, options, *times = (text or "" for text in typed)
        asked = JobAsked(
            video=video,
            expressions=_lines(sentences),
            method=method,
            options=_lines(options),
            times=(times[0], times[1], times[2]),
        )
        yield Outcome(waiting(), first=True)
        place = self._folder / "jobs" / secrets.token_hex(6)
        place.mkdir(parents=True)
        job = Job(asked, place / f"{Path(video).stem or 'video'}-{method}")
        with self._lock:
            self._jobs[session] = job
        try:
            yield from _followed(job)
        finally:
            job.stop()
            with self._lock:
                if self._jobs.get(session) is job:
                    del self._jobs[session]
            # What was shown has been copied by then.
            shutil.rmtree(place, ignore_errors=True)

    def stop(self, session: str) -> None:
        """Stop the job of a session, if one runs."""
        with self._lock:
            job = self._jobs.get(session)
        if job is not None:
            job.stop()

    def stop_all(self) -> None:
        """Stop every job."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.stop()


def _followed(job: Job) -> Iterator[Outcome]:
    """Yield what a job says, until it ends."""
    start, stage = time.monotonic(), ""
    warnings: list[str] = []
    for message in job.messages():
        if "error" in message:
            yield Outcome(wrong(message["error"]))
        elif "warning" in message:
            warnings.append(message["warning"])
        elif "finished" in message:
            yield _results(Path(message["finished"]), time.monotonic() - start, warnings)
        else:
            if message["stage"] != stage:
                stage, since = message["stage"], time.monotonic()
            rate = message["done"] / max(time.monotonic() - since, 1e-3)
            rate = rate if time.monotonic() - since > 1 else 0
            far = running(stage, message["done"], message["total"], rate, warnings)
            yield Outcome(far)


def _results(folder: Path, seconds: float, warnings: Sequence[str]) -> Outcome:
    archive = shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    return Outcome(
        finished(f"Done in {seconds:.1f} s", warnings),
        pictures=tuple(folder / name for name in (outputs.OVERLAY, outputs.PLOT, outputs.SHEET)),
        archive=Path(archive),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
