"""What it costs to answer a query in a worker instead of in this process.

    python benchmarks/worker.py [--repeats N] [--seconds S] [--frames T]

Both sides run the same adapter on the same clip: it waits, so that other work on the machine does
not blur the ratio, and then makes masks with an outline. In this process the masks are packed as
any method packs them; from the worker they come through files. Calls take turns.
"""

import argparse
import importlib.util
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from baselines.worker.adapter_file import read_adapter
from baselines.worker.method import WorkerMethod
from baselines.worker.options import choose
from refvps.frames import encode_frame
from refvps.packed import pack
from refvps.types import Clip, Expression, Query

HEIGHT, WIDTH = 480, 854

ADAPTER = """
DEFAULTS = {"seconds": 1.0}

def load(spec, report):
    pass

def predict(job, report):
    import time
    import numpy as np
    rows, columns = np.mgrid[: job["height"], : job["width"]]
    frames = len(job["frames"])
    masks = np.zeros((frames, job["height"], job["width"]), bool)
    for number in range(frames):
        time.sleep(job["options"]["seconds"] / frames)
        masks[number] = (rows - 240) ** 2 + (columns - 300 - 4 * number) ** 2 < 120 ** 2
        report(number + 1, frames)
    return masks, {}
"""


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--frames", type=int, default=32)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        here, there = measured(Path(name), given)
    ratio = statistics.median(there) / statistics.median(here)
    print(f"{given.frames} frames of {WIDTH}x{HEIGHT}, {given.repeats} calls each, in turns")
    for title, times in (("in this process", here), ("in a worker", there)):
        print(f"{title:<16} {statistics.median(times):.3f} s ({min(times):.3f}–{max(times):.3f})")
    print(f"ratio            {ratio:.4f}")


def measured(folder: Path, given: argparse.Namespace) -> tuple[list[float], list[float]]:
    """Return seconds a call, in this process and in a worker."""
    (folder / "adapter.py").write_text(ADAPTER)
    query = Query(drawn(folder, given.frames), Expression("0", "the disc", "1"))
    options = {"seconds": str(given.seconds), "logs": str(folder / "logs"), "device": "cpu"}
    method = WorkerMethod(choose(read_adapter(folder / "adapter.py"), options, "benchmark"))
    list(method.predict([query]))  # started and loaded
    found = importlib.util.spec_from_file_location("adapter", folder / "adapter.py")
    adapter = importlib.util.module_from_spec(found)
    found.loader.exec_module(adapter)
    job = {
        "frames": [str(path) for path in query.clip.frame_paths],
        "height": HEIGHT,
        "width": WIDTH,
        "options": {"seconds": given.seconds},
    }
    here, there = [], []
    for _ in range(given.repeats):
        start = time.perf_counter()
        masks, _ = adapter.predict(job, lambda *_: None)
        packed = tuple(pack(mask) for mask in masks)
        here.append(time.perf_counter() - start)
        start = time.perf_counter()
        (answer,) = method.predict([query])
        there.append(time.perf_counter() - start)
        assert answer.masks == packed
    method.close()
    return here, there


def drawn(folder: Path, frames: int) -> Clip:
    """Return a clip of plain frames."""
    content = encode_frame(np.full((HEIGHT, WIDTH, 3), 128, np.uint8))
    paths = tuple(folder / f"{index:05}.jpg" for index in range(frames))
    for path in paths:
        path.write_bytes(content)
    return Clip("plain", paths, Fraction(24), video="plain")


if __name__ == "__main__":
    main()
