"""What nothing needs is removed, and nothing else; undo goes on after a restart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotator.console import tidy_project
from annotator.keyframe import Digest, Keyframe, State
from annotator.planes import encode_plane
from annotator.schedule import Schedule
from annotator.store.past import told
from annotator.store.tidy import tidy_work
from annotator.store.verify import verify_work
from annotator.store.work import Change, Work
from refvps.errors import DataError
from refvps.packed import pack
from refvps.types import Size
from support.projects import copied_project

SCHEDULE = Schedule(41)
SIZE = Size(8, 8)


def stored(work: Work, number: int) -> Digest:
    mask = np.zeros(SIZE, bool)
    mask.ravel()[number] = True
    return work.objects.put(encode_plane(pack(mask)))


def painted(folder: Path, count: int) -> tuple[Work, list[Digest]]:
    """A work whose keyframe 2 was painted so many times."""
    work = Work(folder, SCHEDULE)
    digests = [stored(work, number) for number in range(count)]
    for digest in digests:
        frames = {2: Keyframe(State.EDITED, digest, source="hand")}
        work.commit(Change(frames, facts={"job": "j", "what": "painted"}))
    return work, digests


def test_the_last_revisions_of_every_keyframe_stay(tmp_path: Path) -> None:
    work, digests = painted(tmp_path, 9)
    first = {0: Keyframe(State.EDITED, digests[0], source="hand")}
    work.commit(Change(first, facts={"job": "j"}))
    stray = stored(work, 60)  # a crash came between the plane and its event
    counted = tidy_work(work, 3, remove=False)
    assert (counted.planes, counted.kept) == (6, 4)
    assert work.objects.has(stray)
    assert tidy_work(work, 3) == counted
    assert {d for d in digests if work.objects.has(d)} == {digests[0], *digests[-3:]}
    assert not work.objects.has(stray)
    assert verify_work(tmp_path, SCHEDULE, SIZE) == []
    assert tidy_work(work, 3).planes == 0


def test_undo_after_tidying_goes_back_as_far_as_planes_stay(tmp_path: Path) -> None:
    work, digests = painted(tmp_path, 9)
    tidy_work(work, 3)
    history, rev = told(work.events(), SCHEDULE, "j")
    assert rev == 9
    assert [step.after[2].target for step in history.done] == digests[-2:]


def test_a_plane_that_is_stored_again_is_missed_again(tmp_path: Path) -> None:
    work, digests = painted(tmp_path, 5)
    tidy_work(work, 1)
    again = replace(work.head.keyframes[2], target=stored(work, 0))
    work.commit(Change({2: again}))
    assert verify_work(tmp_path, SCHEDULE, SIZE) == []
    work.objects.path(digests[0]).unlink()
    (problem,) = verify_work(tmp_path, SCHEDULE, SIZE)
    assert digests[0] in problem


def test_a_log_that_cannot_be_written_keeps_every_plane(tmp_path: Path, monkeypatch) -> None:
    work, digests = painted(tmp_path, 5)

    def full(_events: object) -> None:
        raise DataError("events.jsonl", "cannot be written: No space left on device")

    monkeypatch.setattr(work, "log", full)
    with pytest.raises(DataError):
        tidy_work(work, 1)
    assert all(work.objects.has(digest) for digest in digests)


def test_leftovers_of_killed_processes_go_and_a_served_project_is_left_alone(
    tmp_path: Path,
) -> None:
    project = copied_project(tmp_path / "p")
    (project.root / "clips/.partial-ab").mkdir()
    (project.root / "ann/.partial-cd").write_text("x")
    with project.alone(), pytest.raises(DataError, match="another process has the project open"):
        tidy_project(project.root, 20, remove=True)
    assert "2 unfinished files" in tidy_project(project.root, 20, remove=True)
    assert not list(project.root.rglob(".partial-*"))
