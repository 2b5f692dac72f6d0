"""Predicting on a local Ray cluster against the process pool, in turn, masks compared.

    python benchmarks/ray_overhead.py --workers 2 --rounds 3

Prints time on the clock and CPU seconds of the command and all that it started, and the ratios of
the medians. On a busy machine the CPU seconds are the ones to read: processes are looked at five
times a second while they run, since Ray's workers are waited for by nobody that could tell.
``--units N`` instead times N empty units after both have started, for the cost of a unit itself.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from refvps.cluster.connection import joined
from refvps.cluster.executor import RayExecutor
from refvps.executor import Executor, ProcessExecutor, WorkUnit

ENGINES = ("processes", "ray")


def timed(engine: str, method: str, workers: int, pred: Path) -> tuple[float, float]:
    """Return seconds on the clock and CPU seconds of one command."""
    command = [str(Path(sys.executable).with_name("refvps")), "predict", "--method", method]
    start, seen = time.monotonic(), {}
    with subprocess.Popen(
        [*command, "--pred", str(pred), "--engine", engine, "--workers", str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        while running.poll() is None:
            seen |= cpu_seconds(running.pid)
            time.sleep(0.2)
    if running.returncode:
        sys.exit(f"{engine}: exit code {running.returncode}")
    return time.monotonic() - start, sum(seen.values())


def cpu_seconds(parent: int) -> dict[int, float]:
    """Return the CPU seconds so far of a process and of each that descends from it, by its id."""
    above, spent = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        process = int(path.parent.name)
        above[process] = int(fields[1])
        spent[process] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return {process: value for process, value in spent.items() if descends(process, parent, above)}


def descends(process: int, parent: int, above: dict[int, int]) -> bool:
    """Return whether a process is another, or below it."""
    while process != parent and process in above:
        process = above[process]
    return process == parent


def masks(pred: Path) -> dict[str, bytes]:
    """Return every file of masks by its name."""
    return {str(p.relative_to(pred)): p.read_bytes() for p in sorted(pred.rglob("*.json.gz"))}


def make_empty() -> Callable[[int], int]:
    """Return a worker that does nothing."""
    return int


def unit_cost(executor: Executor, units: int) -> float:
    """Return milliseconds an empty unit takes, once the workers have started."""
    outcomes = executor.run(make_empty, (WorkUnit(str(k), k) for k in range(units + 50)))
    for _ in range(50):
        next(outcomes)
    start = time.monotonic()
    count = sum(1 for _ in outcomes)
    return 1000 * (time.monotonic() - start) / count


def main() -> None:
    """Time both engines and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", default="motion")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--units", type=int)
    asked = parser.parse_args()
    if asked.units:
        print(f"processes: {unit_cost(ProcessExecutor(asked.workers), asked.units):.2f} ms a unit")
        with joined(workers=asked.workers):
            print(f"ray: {unit_cost(RayExecutor(asked.workers), asked.units):.2f} ms a unit")
        return
    found: dict[str, list[tuple[float, float]]] = {engine: [] for engine in ENGINES}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.rounds):
            for engine in ENGINES:
                pred = Path(folder) / f"{engine}-{number}"
                found[engine].append(timed(engine, asked.method, asked.workers, pred))
                print(f"{engine}: {found[engine][-1][0]:.1f} s, {found[engine][-1][1]:.1f} CPU s")
                same = masks(pred) == masks(Path(folder) / "processes-0")
                if not same:
                    sys.exit(f"{engine}: masks differ")
    clock, cpu = (
        [statistics.median(times[place] for times in found[engine]) for engine in ENGINES]
        for place in (0, 1)
    )
    print(f"{os.cpu_count()} cores, {asked.workers} workers, masks equal")
    print(f"ray over processes: {clock[1] / clock[0]:.2f} on the clock, {cpu[1] / cpu[0]:.2f} CPU")


if __name__ == "__main__":
    main()
