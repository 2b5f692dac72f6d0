"""What scoring holds in memory, by the number of clips.

    python benchmarks/memory.py --folder SETS [--clips 150,300,600,1200,2400] [--plot FILE.png]
        [--only burst|vspw|ref-vps] [--workers 1]

Generated sets (see ``large_sets.py``) are scored by ``refvps-eval --no-run``, each in a process of
its own that reads stored masks from the disk and writes its record. The figure is that process'
peak resident memory; with several workers it is the largest of the processes. The slope is what one
more clip takes, fitted to all sizes but the smallest.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from large_sets import LARGE_SETS, METHOD, LargeSet

EVAL = str(Path(sys.executable).parent / "refvps-eval")


def peak_megabytes(found: LargeSet, options: argparse.Namespace) -> tuple[float, float]:
    """Return the peak memory of scoring a set, in MB, and the CPU seconds it took."""
    command = [EVAL, "--no-run", "--no-cache", "--method", METHOD, "--pred", str(found.preds)]
    command += ["--dataset", found.asked, "--root", str(found.root)]
    command += ["--metrics", options.metrics, "--workers", str(options.workers)]
    with tempfile.TemporaryFile("w+") as errors, tempfile.TemporaryDirectory() as out:
        command += ["--record", f"{out}/record.json"]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        _, status, used = os.wait4(process.pid, 0)
        if status:
            errors.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{errors.read()[-2000:]}")
    return used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def draw(curves: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Draw peak memory over clips."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for name, points in curves.items():
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name)
    axes.set(xlabel="clips", ylabel="peak memory of scoring, MB", ylim=(0, None), xlim=(0, None))
    axes.grid(visible=True, alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=100)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--clips", default="150,300,600,1200,2400")
    parser.add_argument("--only", choices=sorted(LARGE_SETS))
    parser.add_argument("--metrics", choices=["J", "J,F"], default="J")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    curves: dict[str, list[tuple[int, float]]] = {}
    for name in [options.only] if options.only else LARGE_SETS:
        points = []
        for clips in map(int, options.clips.split(",")):
            folder = options.folder / f"{name}-{clips}"
            shutil.rmtree(folder, ignore_errors=True)
            megabytes, seconds = peak_megabytes(LARGE_SETS[name](folder, clips), options)
            shutil.rmtree(folder)
            points.append((clips, megabytes))
            print(f"{name:<10}{clips:6} clips{megabytes:8.1f} MB{seconds:8.1f} CPU s", flush=True)
        if len(points) > 2:
            slope = np.polyfit(*zip(*points[1:], strict=True), 1)[0]
            print(f"{name:<10}{1024 * slope:6.1f} kB a clip")
        curves[name] = points
    if options.plot:
        draw(curves, options.plot)


if __name__ == "__main__":
    main()
