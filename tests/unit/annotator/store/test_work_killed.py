"""kill -9 before and after every step of writing a save, in turn."""

import json
import os
import subprocess
import sys
from pathlib import Path

from annotator.schedule import Schedule
from annotator.store.verify import verify_work
from annotator.store.work import Work

# Every step in a fork of its own: a new interpreter each would take half a minute.
WRITER = """
import json, os, sys
from pathlib import Path
from annotator.keyframe import Keyframe, State
from annotator.schedule import Schedule
from annotator.store.work import Change, Work
from support.kill_steps import Killer

def save(folder, killer):
    killer.install()
    work = Work(folder, Schedule(41))
    for k in range(3):
        target = work.objects.put(bytes([k]) * 3000)
        work.commit(Change({k: Keyframe(State.EDITED, target)}, {k: 0}, session="s", seq=k + 1))
        killer.step()
        (folder.parent / f"{folder.name}.told").write_text(str(k + 1))

root, at, died = Path(sys.argv[1]), 0, True
while died:
    child = os.fork()
    if child == 0:
        save(root / str(at), Killer(at))
        os._exit(0)
    died = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    at += 1
print(at)
"""


def test_every_step_leaves_one_revision_or_the_other(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path)], capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 50
    for at in range(steps):
        folder = tmp_path / str(at)
        told = tmp_path / f"{at}.told"
        acknowledged = int(told.read_text()) if told.exists() else 0
        if not folder.exists():
            assert acknowledged == 0
            continue
        work = Work(folder, Schedule(41))
        assert work.head.rev in (acknowledged, acknowledged + 1)
        assert sorted(work.head.frames) == list(range(work.head.rev))
        for k, keyframe in work.head.keyframes.items():
            assert work.objects.get(keyframe.target) == bytes([k]) * 3000
        revisions = [event["rev"] for event in work.events()]
        assert revisions == list(range(1, work.head.rev + 1))
        assert verify_work(folder, Schedule(41)) == []
        if (folder / "HEAD.json").exists():
            json.loads((folder / "HEAD.json").read_bytes())
