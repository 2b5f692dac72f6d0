"""Memory of the annotator's server with a clip of 60 s open, and with ten of them.

python benchmarks/annotator_memory.py
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from annotator.clip import ClipFacts, read_clip, write_clip
from annotator.keyframe import Keyframe, State
from annotator.schedule import Schedule
from annotator.segmenters.fake import FakeSegmenter
from annotator.segmenters.protocol import Prompts
from annotator.server.pool import SessionPool
from annotator.store.head import Head, Stamped, head_document
from annotator.store.work import HEAD, Work
from refvps.frames import encode_frame

SIZE = (576, 1024)
FRAMES = 1440


def resident() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Make the clips, open them one after another, click on each, and print what is resident."""
    folder = Path(tempfile.mkdtemp(prefix="refvps-memory-"))
    os.fsync = lambda _descriptor: None  # the disk is not what is measured
    try:
        frame = encode_frame(np.random.default_rng(0).integers(0, 255, (*SIZE, 3), np.uint8))
        write_clip(folder / "clip-0", (frame for _ in range(FRAMES)), ClipFacts("v"), 4)
        for number in range(1, 10):
            shutil.copytree(folder / "clip-0", folder / f"clip-{number}", copy_function=os.link)
        schedule = Schedule(FRAMES)
        keyframe = Keyframe(State.EDITED, "a" * 64, "b" * 64, source="hand")
        frames = {k: Stamped(keyframe, k + 1, "tab", k) for k in range(schedule.keyframes)}
        text = json.dumps(head_document(Head(len(frames), frames), schedule))
        pool, works = SessionPool(FakeSegmenter()), []
        print(f"nothing open: {resident():.0f} MB")
        for number in range(10):
            clip = read_clip(folder / f"clip-{number}")
            (folder / f"work-{number}").mkdir()
            (folder / f"work-{number}" / HEAD).write_text(text)
            works.append(Work(folder / f"work-{number}", clip.schedule))
            session = pool.session(f"job-{number}", clip)
            for k in (0, schedule.keyframes - 1):
                session.predict(k, Prompts(np.array([[9.5, 9.5]]), np.array([True])))
            if number in (0, 9):
                print(
                    f"{number + 1} open, {schedule.keyframes} keyframes each: {resident():.0f} MB"
                )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
