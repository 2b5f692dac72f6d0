"""What a cluster gains: cost of each benchmark, stragglers and failures simulated and checked.

    python benchmarks/scaling.py                      # the tables of docs/scaling.md
    python benchmarks/scaling.py --plot docs/images/scaling.png
    python benchmarks/scaling.py --check              # the simulation against workers that sleep

The simulation knows no engine: units with durations, workers that are quick or slow and that die,
and who gets what. Units of a run are the clips of BURST or Ref-VPS, with lengths drawn as spread as
those of real videos are.
"""

import argparse
import heapq
import math
import os
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

# Beside this file lies benchmarks/rem.py, which is not the package.
sys.path = [path for path in sys.path if os.path.abspath(path) != os.path.dirname(__file__)]

from refvps.executor import WorkUnit  # noqa: E402
from refvps.shards import Shard  # noqa: E402
from rem.memory import GIGA, Load, footprint  # noqa: E402
from rem.reproduce.facts import read_facts  # noqa: E402
from rem.variants import MS_1_4B, WAN_14B  # noqa: E402

RATES = {"float32": 17.5, "float16": 35.5, "fast": 43.7}
"""Frames a second of ms-1.4b on one H100, one expression: benchmarks/RESULTS.md."""
MASK_BYTES = 729
"""Of a stored mask: the mean of torn blobs and of DAVIS masks, benchmarks/RESULTS.md."""
START = 60.0
"""Seconds until a worker has loaded ms-1.4b, taken for granted."""
GPUS = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Workers and their troubles.

    Attributes:
        workers: how many.
        slow: share of them that are slow.
        slowness: how much longer a slow one takes.
        lives: mean seconds until a worker dies; infinite for never.
        start: seconds until one, or its successor, is ready.
    """

    workers: int
    slow: float = 0.0
    slowness: float = 3.0
    lives: float = math.inf
    start: float = START


def simulate(units: Sequence[float], fleet: Fleet, shared: bool, seed: int) -> float:
    """Return how long a run takes, in seconds.

    Args:
        units: seconds of each on a quick worker.
        fleet: who works.
        shared: whether units are given to whoever is free, the longest first; else each worker
            has a shard of its own, and a dead one is started again on what it has left.
        seed: of everything that is drawn.
    """
    draw = np.random.default_rng(seed)
    slow = draw.permutation(fleet.workers) < round(fleet.slow * fleet.workers)
    pace = np.where(slow, fleet.slowness, 1.0)
    queues = (
        [deque(sorted(units, reverse=True))]
        if shared
        else [*map(deque, _shares(tuple(units), fleet.workers))]
    )
    free = [(fleet.start, worker) for worker in range(fleet.workers)]
    heapq.heapify(free)
    ends = 0.0
    while free:
        now, worker = heapq.heappop(free)
        queue = queues[0 if shared else worker]
        if not queue:
            continue
        took = queue[0] * pace[worker]
        life = draw.exponential(fleet.lives) if math.isfinite(fleet.lives) else math.inf
        if life < took:  # what it was at is done again, by it or by another
            heapq.heappush(free, (now + life + fleet.start, worker))
            if shared:
                queue.append(queue.popleft())
            continue
        queue.popleft()
        ends = max(ends, now + took)
        heapq.heappush(free, (now + took, worker))
    return ends


@cache
def _shares(units: tuple[float, ...], count: int) -> tuple[tuple[float, ...], ...]:
    """Return the units of every shard; one pass over what ``Shard.share`` gives each."""
    work = {str(place): max(1, round(1000 * seconds)) for place, seconds in enumerate(units)}
    return tuple(
        tuple(units[int(unit)] for unit in sorted(Shard(number, count).share(work), key=int))
        for number in range(1, count + 1)
    )


def clips_of(count: int, frames: int, expressions: int, rate: float, seed: int = 0) -> list[float]:
    """Return seconds of each clip, their lengths log-normal and as wide as those of DAVIS."""
    draw = np.random.default_rng(seed)
    lengths = draw.lognormal(0, 0.45, count)
    lengths *= frames / lengths.sum()
    return [float(length) * expressions / rate for length in lengths]


def print_costs() -> None:
    """Print what ms-1.4b takes on every benchmark, and what its windows and masks come to."""
    print(
        "| benchmark | masks | windows of 72 | H100 hours, float32 | fast | 8 GPUs | 64 | store |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, data in read_facts().datasets.items():
        each = data.frames / data.videos
        windows = data.expressions * math.ceil(each / 72)
        alone = data.query_frames / RATES["float32"] / 3600
        quick = data.query_frames / RATES["fast"] / 3600
        units = clips_of(data.videos, data.frames, data.expressions / data.videos, RATES["fast"])
        many = [simulate(units, Fleet(gpus), True, 1) / 3600 for gpus in GPUS[1:]]
        store = data.query_frames * MASK_BYTES / 1e6
        print(
            f"| {name} | {data.query_frames:,} | {windows:,} | {alone:.1f} | {quick:.1f} | "
            f"{many[0]:.2f} h | {many[1]:.2f} h | {store:,.0f} MB |"
        )
    for variant in (MS_1_4B, WAN_14B):
        load = Load(variant.precision, variant.windows["sample"][0], variant.size)
        print(f"{variant.name}: {footprint(variant, load).whole / GIGA:.1f} GB a GPU")


def median_of(units: Sequence[float], fleet: Fleet, shared: bool) -> float:
    """Return the median time of five runs."""
    return statistics.median(simulate(units, fleet, shared, seed) for seed in range(5))


TROUBLES: tuple[tuple[str, Callable[[int], Fleet]], ...] = (
    ("none", Fleet),
    ("1 in 8 three times slower", lambda n: Fleet(n, slow=1 / 8)),
    ("a worker dies every 2 h", lambda n: Fleet(n, lives=7200)),
    ("both", lambda n: Fleet(n, slow=1 / 8, lives=7200)),
)


def print_troubles() -> None:
    """Print the time over the ideal one, shared out and in shards."""
    for name, count, frames, rate in (
        ("Ref-VPS, 145 clips", 145, 23442, RATES["float32"]),
        ("BURST, 2,414 sequences", 2414, 2650000, RATES["fast"]),
    ):
        units = clips_of(count, frames, 4, rate)
        print(f"\n{name}: time over work divided by workers\n")
        print("| trouble | " + " | ".join(f"{n}, shared | {n}, shards" for n in GPUS[1:]) + " |")
        print("|---" * (1 + 2 * len(GPUS[1:])) + "|")
        for trouble, fleet in TROUBLES:
            cells = [
                f"{median_of(units, fleet(n), shared) / (sum(units) / n):.2f}"
                for n in GPUS[1:]
                for shared in (True, False)
            ]
            print(f"| {trouble} | {' | '.join(cells)} |")


def plot(path: str) -> None:
    """Draw efficiency by the number of workers."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    counts = [1, 2, 4, 8, 16, 32, 64, 128]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True, layout="constrained")
    for axis, (name, size, frames, rate) in zip(
        axes,
        (("Ref-VPS, 145 clips", 145, 23442, 17.5), ("BURST, 2,414 sequences", 2414, 2650000, 43.7)),
        strict=True,
    ):
        units = clips_of(size, frames, 4, rate)
        for (trouble, fleet), color in zip(TROUBLES, ("C0", "C1", "C2", "C3"), strict=True):
            for shared, line in ((True, "-"), (False, "--")):
                share = [100 * sum(units) / n / median_of(units, fleet(n), shared) for n in counts]
                label = trouble if shared else None
                axis.plot(counts, share, line, color=color, label=label, marker=".", markersize=4)
        axis.set_xscale("log", base=2)
        axis.set_xticks(counts, [str(n) for n in counts])
        axis.set_title(name, fontsize=10)
        axis.set_xlabel("GPUs, one worker each")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("efficiency, %")
    axes[0].set_ylim(0, 102)
    axes[1].legend(
        fontsize=8, title="solid: given out as workers are free\ndashed: --shard", title_fontsize=8
    )
    figure.savefig(path, dpi=110)


def make_sleeper() -> Callable[[tuple[float, str]], int]:
    """Return a worker that sleeps, and dies at a unit that says so, the first time."""
    return _sleep


def _sleep(unit: tuple[float, str]) -> int:
    seconds, mark = unit
    time.sleep(seconds / 2)
    if mark and not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(seconds / 2)
    return os.getpid()


def check(workers: int = 4, count: int = 60) -> None:
    """Run units that sleep on a local cluster, with and without deaths, and simulate the same."""
    import tempfile

    from refvps.cluster.connection import joined
    from refvps.cluster.executor import RayExecutor

    units = [max(0.1, min(1.6, s)) for s in clips_of(count, count * 100, 1, 200)]
    with joined(workers=workers), tempfile.TemporaryDirectory() as folder:
        for deaths in (0, 5):
            marks = {k: f"{folder}/{deaths}-{k}" for k in range(3, 3 + 9 * deaths, 9)}
            made = (
                WorkUnit(str(k), (seconds, marks.get(k, ""))) for k, seconds in enumerate(units)
            )
            outcomes = RayExecutor(workers).run(make_sleeper, made)
            next(outcomes)
            start = time.monotonic()
            sum(1 for _ in outcomes)
            took = time.monotonic() - start + units[0]
            foreseen = _with_deaths(units, marks, workers)
            print(f"{deaths} deaths: measured {took:.1f} s, foreseen {foreseen:.1f} s and starts")


def _with_deaths(units: Sequence[float], marks: dict[int, str], workers: int) -> float:
    """Return the time of greedy work in which marked units are begun twice; starts left out."""
    free, queue = [0.0] * workers, list(enumerate(units))
    died: set[int] = set()
    while queue:
        place, seconds = queue.pop(0)
        now = heapq.heappop(free)
        if place in marks and place not in died:
            died.add(place)
            queue.insert(0, (place, seconds))
            heapq.heappush(free, now + seconds / 2)
        else:
            heapq.heappush(free, now + seconds)
    return max(free)


def main() -> None:
    """Print, draw or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check:
        check()
    elif asked.plot:
        plot(asked.plot)
    else:
        print_costs()
        print_troubles()


if __name__ == "__main__":
    main()
