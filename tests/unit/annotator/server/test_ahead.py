"""What is embedded before it is asked for, and in which order."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from annotator.clip import ProjectClip
from annotator.planes import Planes
from annotator.scheduling import Priority, Scheduler
from annotator.segmenters.fake import FakeSegmenter, FakeSession
from annotator.server.ahead import MOST_AHEAD, Ahead
from annotator.server.desk import Asked, Desk
from annotator.server.pool import SessionPool
from refvps.packed import empty, pack
from refvps.types import Size
from support.projects import SIZE, copied_project


class Noting(FakeSegmenter):
    """The usual segmenter of the tests; it also writes down what it is asked, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []

    def open(self, frames) -> FakeSession:
        return NotingSession(frames, self.asked)


class NotingSession(FakeSession):
    def __init__(self, frames, asked: list) -> None:
        super().__init__(frames, lambda: None)
        self.asked = asked

    def embed(self, k: int) -> None:
        super().embed(k)
        self.asked.append(("embed", k))

    def propagate(self, start, stop, conditioning, keep):
        for k, found in super().propagate(start, stop, conditioning, keep):
            self.asked.append(("carry", k))
            yield k, found


class Held:
    """Keeps the model's thread busy until it is let go, so that a queue builds up."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.go = threading.Event()
        scheduler.submit(Priority.CLICK, self.go.wait)


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    with Scheduler() as made:
        yield made


@pytest.fixture
def clip(tmp_path: Path) -> ProjectClip:
    return copied_project(tmp_path / "p").clip("clip-0")


def done(scheduler: Scheduler) -> None:
    scheduler.submit(Priority.BACKGROUND, lambda: None).result(10)


def test_only_the_frame_shown_last_is_embedded(scheduler: Scheduler, clip: ProjectClip) -> None:
    segmenter = Noting()
    ahead, held = Ahead(SessionPool(segmenter), scheduler), Held(scheduler)
    for k in (1, 2, 3):
        ahead.on_screen("job", clip, k)
    ahead.on_screen("another", clip, 7)
    held.go.set()
    done(scheduler)
    assert segmenter.asked == [("embed", 3), ("embed", 7)]


def test_a_click_comes_before_what_is_embedded_ahead(
    scheduler: Scheduler, clip: ProjectClip
) -> None:
    segmenter = Noting()
    ahead, held = Ahead(SessionPool(segmenter), scheduler), Held(scheduler)
    ahead.propagation("job", clip, 2, {0, 5})
    scheduler.submit(Priority.CLICK, lambda: segmenter.asked.append(("click", 0)))
    held.go.set()
    done(scheduler)
    assert segmenter.asked == [("click", 0), ("embed", 0), ("embed", 5), ("embed", 2)]


def test_no_more_is_embedded_than_a_propagation_goes_by(
    scheduler: Scheduler, clip: ProjectClip
) -> None:
    segmenter = Noting()
    Ahead(SessionPool(segmenter), scheduler).propagation("job", clip, 10, set(range(11)))
    done(scheduler)
    assert [k for _, k in segmenter.asked] == [10, 9, 8, 7, 6, 5, 4, 3]
    assert len(segmenter.asked) == MOST_AHEAD


def test_a_propagation_finds_its_frames_embedded(scheduler: Scheduler, tmp_path: Path) -> None:
    project, segmenter = copied_project(tmp_path / "p"), Noting()
    desk = Desk(project, SessionPool(segmenter), scheduler)
    job = project.job("clip-0-mask-ann")
    target = np.zeros(SIZE, bool)
    target[6:14, 0:8] = True
    desk.paint(job, 0, Planes(pack(target), empty(Size(*SIZE))), Asked(0, "tab", 1))
    carried = [step.k for step in desk.propagate(job, 1, 4, forward=True, session="tab")]
    assert carried == [1, 2, 3]
    assert segmenter.asked[:2] == [("embed", 0), ("embed", 1)]
    assert [what for what, _ in segmenter.asked[2:]] == ["carry"] * 3


def test_a_frame_that_cannot_be_read_does_not_stop_the_thread(
    scheduler: Scheduler, clip: ProjectClip
) -> None:
    segmenter = Noting()
    ahead = Ahead(SessionPool(segmenter), scheduler)
    ahead.on_screen("job", clip, 99)
    ahead.on_screen("another", clip, 1)
    done(scheduler)
    assert segmenter.asked == [("embed", 1)]


def test_a_stopped_server_embeds_nothing_and_says_nothing(clip: ProjectClip) -> None:
    scheduler, segmenter = Scheduler(), Noting()
    scheduler.close()
    Ahead(SessionPool(segmenter), scheduler).on_screen("job", clip, 1)
    assert segmenter.asked == []
