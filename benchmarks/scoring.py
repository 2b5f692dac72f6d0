"""What scoring costs, beside other evaluators on the same files in the same run.

    python benchmarks/scoring.py --davis2017-evaluation CHECKOUT --vos-benchmark CHECKOUT \
        --folder SETS [--peer-python PYTHON] [--only davis|full] [--metrics J|J,F] [--clips 145]

Two sets. *DAVIS shape*: OSVOS' masks of the 30 DAVIS 2017 validation sequences as truth, RVOS'
proposals as predictions, both palette PNG, all from the davis2017-evaluation checkout. *Ref-VPS
shape*, generated: 145 clips, 5,860 annotated frames of 1024x576 with void, four expressions a
clip predicted at the full rate in our store. They are made once in SETS (minutes, 0.5 GB).

Figures are CPU seconds, user and system, of whole processes with their imports, the least of the
rounds, and peak resident memory. Peers are given by path and run with PYTHON, which needs NumPy,
SciPy, scikit-image, OpenCV, pandas, tqdm and Pillow. Every peer's J is compared with ours.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scoring_sets import ANNOTATED, CLIPS, METHOD, make_davis_set, make_full_set

from benchmark.report.record import ContourColumns, FrameCounts

HERE = Path(__file__).parent
EVAL = str(Path(sys.executable).parent / "refvps-eval")
PEER_CLIPS = 15


@dataclass(frozen=True)
class Cost:
    """What one process took, and the last line it printed."""

    cpu: float
    megabytes: float
    answer: str


def cost(command: list[str], rounds: int, **environment: str) -> Cost:
    """Return the cheapest of some runs of a command."""
    runs = [_run(command, environment) for _ in range(rounds)]
    return min(runs, key=lambda run: run.cpu)


def _run(command: list[str], environment: dict[str, str]) -> Cost:
    settings = {"OMP_NUM_THREADS": "1", **environment}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, stdout=out, stderr=errors, env={**os.environ, **settings}
        )
        _, status, used = os.wait4(process.pid, 0)
        out.seek(0), errors.seek(0)
        if status:
            sys.exit(f"{' '.join(command)} failed:\n{errors.read()[-2000:]}")
        lines = out.read().strip().splitlines()
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines[-1] if lines else "")


class Bench:
    """The peers and where they are, and the table that is printed."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    def peer(self, name: str, *folders: Path, checkout: Path | None = None) -> Cost:
        """Run a peer."""
        command = [str(self.options.peer_python), str(HERE / "scoring_peers.py"), name]
        command.append(self.options.metrics)
        path = str(checkout or "")
        return cost(
            [*command, *map(str, folders)], self.options.rounds, PYTHONPATH=path, MPLBACKEND="agg"
        )

    def ours(self, release: Path, preds: Path, record: Path, *more: str, rounds: int = 0) -> Cost:
        """Run ``refvps-eval`` on stored masks."""
        command = [EVAL, "--no-run", "--method", METHOD, "--pred", str(preds)]
        command += ["--root", str(release), "--record", str(record), "--workers", "1"]
        command += ["--metrics", self.options.metrics, *more]
        return cost(command, rounds or self.options.rounds, XDG_CACHE_HOME=str(self.cache))

    @property
    def cache(self) -> Path:
        """A cache folder of the benchmark's own."""
        return Path(self.options.folder) / "cache"


def davis(bench: Bench) -> None:
    """Measure the DAVIS-shaped set."""
    folder = bench.options.folder / "davis"
    results = bench.options.davis / "results"
    release, preds = make_davis_set(results, folder)
    root = _davis_root(folder, release)
    masks = preds / METHOD
    official = bench.peer("davis2017", root, masks, checkout=bench.options.davis)
    vos = bench.peer("vos-benchmark", release / "Annotations", masks, checkout=bench.options.vos)
    decoding = bench.peer("decode", release / "Annotations", masks)
    record = folder / "record.json"
    print(f"\nDAVIS shape: 30 clips, 1,999 frames, {bench.options.metrics}")
    _line("davis2017-evaluation", official, official)
    _line("vos-benchmark (J alone: on its reading path)", vos, official)
    _line("decoding alone, Pillow", decoding, official)
    _building(bench, release, preds, record)
    for name, more in VARIANTS:
        ours = bench.ours(release, preds, record, *more)
        _line(f"refvps-eval, {name}", ours, official, f"{vos.cpu / ours.cpu:.1f}x vos-benchmark")
    _compare("davis2017-evaluation", official, _inner(record))
    _compare("vos-benchmark", vos, _inner(record))


def full(bench: Bench) -> None:
    """Measure the set of the size of Ref-VPS."""
    folder, clips = bench.options.folder / "full", bench.options.clips
    release, preds = make_full_set(folder, clips, PEER_CLIPS, os.cpu_count() or 1)
    part = sum(ANNOTATED // CLIPS + (k < ANNOTATED % CLIPS) for k in range(min(clips, PEER_CLIPS)))
    whole = sum(ANNOTATED // CLIPS + (k < ANNOTATED % CLIPS) for k in range(clips))
    official = bench.peer(
        "official-functions", release / "Annotations", folder / "png", checkout=bench.options.davis
    )
    scaled = Cost(official.cpu * whole / part, official.megabytes, official.answer)
    record = folder / "record.json"
    print(
        f"\nRef-VPS shape: {clips} clips, {whole} frames of 1024x576, 4 expressions, "
        f"{bench.options.metrics}"
    )
    _line(f"official functions, scaled from {PEER_CLIPS} clips", scaled, scaled)
    _building(bench, release, preds, record)
    for name, more in VARIANTS:
        _line(f"refvps-eval, {name}", bench.ours(release, preds, record, *more), scaled)
    rows = {f"{row['clip']}/{row['expression']}": row for row in _rows(record)}
    found = {metric: {name: row[metric] for name, row in rows.items()} for metric in ("j", "f")}
    _compare("official functions", official, found)


VARIANTS = [
    ("cold", ("--no-cache",)),
    ("with the truth cache", ("--cache",)),
    ("cold, compiled", ("--no-cache", "--backend", "compiled")),
    ("with the truth cache, compiled", ("--cache", "--backend", "compiled")),
]


def _building(bench: Bench, release: Path, preds: Path, record: Path) -> None:
    """Print what it costs to build the truth cache, which every later run finds there."""
    runs = []
    for _ in range(bench.options.rounds):
        shutil.rmtree(bench.cache, ignore_errors=True)
        runs.append(bench.ours(release, preds, record, "--cache", rounds=1))
    found = min(runs, key=lambda run: run.cpu)
    print(f"  {'refvps-eval, cold, building the truth cache':<48}{found.cpu:8.2f} s")


def _davis_root(folder: Path, release: Path) -> Path:
    """Lay the set out as the official evaluator wants it; its frames are counted, never opened."""
    root = folder / "official"
    if not root.exists():
        names = sorted(path.name for path in (release / "Annotations").iterdir())
        (root / "ImageSets" / "2017").mkdir(parents=True)
        (root / "ImageSets" / "2017" / "val.txt").write_text("\n".join(names))
        (root / "Annotations").mkdir()
        (root / "Annotations" / "480p").symlink_to((release / "Annotations").resolve())
        for name in names:
            (root / "JPEGImages" / "480p" / name).mkdir(parents=True)
            for path in (release / "Annotations" / name).iterdir():
                (root / "JPEGImages" / "480p" / name / f"{path.stem}.jpg").touch()
    return root


def _rows(record: Path) -> list[dict]:
    return json.loads(record.read_text("utf-8"))["rows"]


Scores = dict[str, dict[str, float]]


def _inner(record: Path) -> Scores:
    """Return J and F by object without first and last frames, which the official rule drops."""
    found: Scores = {"j": {}, "f": {}}
    for row in _rows(record):
        name, contours = f"{row['clip']}_{row['target']}", row["contours"]
        j = FrameCounts(**row["frames"]).j()
        found["j"][name] = float(np.mean(j[1:-1]))
        if contours:
            found["f"][name] = float(np.mean(ContourColumns(**contours).f()[1:-1]))
    return found


def _compare(name: str, peer: Cost, ours: Scores) -> None:
    for metric, theirs in json.loads(peer.answer).items():
        shared = [key for key in theirs if key in ours[metric]]
        if shared:
            largest = max(abs(theirs[key] - ours[metric][key]) for key in shared)
            counted = f"{len(shared)} of {len(theirs)} tracks"
            print(f"  {metric.upper()} of {counted}, {name}: largest difference {largest:.1e}")


def _line(name: str, found: Cost, official: Cost, more: str = "") -> None:
    ratio = official.cpu / found.cpu
    print(f"  {name:<48}{found.cpu:8.2f} s{found.megabytes:8.0f} MB{ratio:8.1f}x  {more}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--davis2017-evaluation", dest="davis", type=Path, required=True)
    parser.add_argument("--vos-benchmark", dest="vos", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--peer-python", type=Path, default=Path(sys.executable))
    parser.add_argument("--only", choices=["davis", "full"])
    parser.add_argument("--metrics", choices=["J", "J,F"], default="J")
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--rounds", type=int, default=2)
    bench = Bench(parser.parse_args())
    if bench.options.only != "full":
        davis(bench)
    if bench.options.only != "davis":
        full(bench)


if __name__ == "__main__":
    main()
