"""What F costs, beside the official function and vos-benchmark's on the same masks, in one process.

    PYTHONPATH=. PYTHON benchmarks/contours.py --masks FOLDER --davis2017-evaluation CHECKOUT \
        --vos-benchmark CHECKOUT [--davis16 FOLDER] [--every 4] [--rounds 3]

FOLDER holds palette masks of two methods as FOLDER/{osvos,rvos}/SEQUENCE/FRAME.png: the first is
the truth, and of the second the id that covers most of each object is the prediction. Then all
again at 1024x576 (nearest pixel) with a band of void around the truth, and, with ``--davis16``,
its human masks as truth. Last, every pair of 3 targets and 20 proposals is scored, J and F.

Figures are CPU microseconds a pair, the least of the rounds, masks of ours packed beforehand as
readers give them; what packing takes is printed. Every F is compared with the official one: ``==``.
PYTHON needs NumPy, OpenCV, scikit-image, Pillow and pandas, and a C compiler for the last column.
"""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from benchmark.metrics.contour_accuracy import BOUND, contour_counts
from benchmark.metrics.pairwise import pairwise_counts
from refvps.contours import Contour, tolerance
from refvps.kernels.backends import kernels_named
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.packed import PackedMask, pack

LARGE = (1024, 576)
PROPOSALS = 20


class Pair(NamedTuple):
    """One frame's masks."""

    pred: np.ndarray
    truth: np.ndarray
    void: np.ndarray | None


def labels(path: Path) -> np.ndarray:
    """Return a palette mask's ids."""
    return np.array(Image.open(path))


def best(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the id of ``found`` that covers most of the truth, or nothing."""
    covered = np.bincount(found[truth], minlength=2)
    covered[0] = 0
    return found == (np.argmax(covered) or 256)


def method_pairs(masks: Path, every: int) -> Iterator[Pair]:
    """Yield each object of OSVOS with RVOS' proposal."""
    for path in sorted((masks / "osvos").glob("*/*.png"))[::every]:
        wanted = labels(path)
        found = labels(masks / "rvos" / path.parent.name / path.name)
        for target in sorted(set(np.unique(wanted).tolist()) - {0}):
            yield Pair(best(wanted == target, found), wanted == target, None)


def human_pairs(davis16: Path, masks: Path, every: int) -> Iterator[Pair]:
    """Yield each human mask with OSVOS' objects."""
    for path in sorted((davis16 / "Annotations").glob("*/*.png"))[::every]:
        found = labels(masks / "osvos" / path.parent.name / path.name) > 0
        yield Pair(found, labels(path) > 0, None)


def with_void(pair: Pair) -> Pair:
    """Enlarge a pair and ignore a band of 7 pixels around the truth."""
    pred, truth = (
        cv2.resize(mask.astype(np.uint8), LARGE, interpolation=cv2.INTER_NEAREST)
        for mask in pair[:2]
    )
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    void = cv2.dilate(truth, disk) > cv2.erode(truth, disk)
    return Pair(pred > 0, (truth > 0) & ~void, void)


def microseconds(job: Callable[[], object], times: int, rounds: int) -> float:
    """Return the CPU time of one of the job's ``times`` parts."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        job()
        taken.append(time.process_time() - start)
    return min(taken) / times * 1e6


def vos_f(evaluator: type, pair: Pair) -> float:
    """Return vos-benchmark's F; it computes J beside it and cannot leave it out."""
    scorer = evaluator(boundary=BOUND)
    scorer.feed_frame(pair.pred.astype(np.uint8), pair.truth.astype(np.uint8))
    return scorer.boundary_f[1][0] if scorer.boundary_f else 1.0


def measure(name: str, pairs: list[Pair], bench: argparse.Namespace) -> None:
    """Print one table."""
    count, rounds, official = len(pairs), bench.rounds, bench.official
    expected = [official.db_eval_boundary(p.truth, p.pred, p.void) for p in pairs]
    base = microseconds(
        lambda: [official.db_eval_boundary(p.truth, p.pred, p.void) for p in pairs], count, rounds
    )
    print(f"\n{name}: {count} pairs")
    print(f"  {'official db_eval_boundary':<44}{base:9.0f} us     1.0x")
    if all(pair.void is None for pair in pairs):
        theirs = microseconds(
            lambda: [vos_f(bench.evaluator, pair) for pair in pairs], count, rounds
        )
        print(f"  {'vos-benchmark, J and F':<44}{theirs:9.0f} us{base / theirs:8.1f}x")
    packing = microseconds(lambda: [[pack(m) for m in p[:2]] for p in pairs], count, rounds)
    print(f"  {'(packing both masks from bytes)':<44}{packing:9.0f} us")
    packed = [[None if mask is None else pack(mask) for mask in pair] for pair in pairs]
    for backend, kernels in bench.backends.items():
        _ours(backend, kernels, packed, (expected, base, rounds))


def _ours(
    backend: str,
    kernels: Kernels,
    packed: list[list[PackedMask | None]],
    against: tuple[list[float], float, int],
) -> None:
    expected, base, rounds = against

    def drawn(mask: PackedMask, void: PackedMask | None) -> Contour:
        return kernels.contour(mask, void, tolerance(mask.size, BOUND))

    def both() -> list[float]:
        return [contour_counts(drawn(p, v), drawn(t, v)).f for p, t, v in packed]

    truths = [drawn(t, v) for _, t, v in packed]

    def kept() -> list[float]:
        pairs = zip(packed, truths, strict=True)
        return [contour_counts(drawn(p, v), truth).f for (p, _, v), truth in pairs]

    differ = sum(one != other for one, other in zip(both(), expected, strict=True))
    differ += sum(one != other for one, other in zip(kept(), expected, strict=True))
    for name, job in (("both drawn", both), ("truth kept", kept)):
        taken = microseconds(job, len(packed), rounds)
        label = f"ours, {backend}, {name}"
        print(f"  {label:<44}{taken:9.0f} us{base / taken:8.1f}x  {differ} differ")


def matching(masks: Path, bench: argparse.Namespace) -> None:
    """Print what scoring every pair of targets and proposals costs."""
    targets, proposals = _tracks(masks)
    official = bench.official

    def theirs() -> tuple[np.ndarray, np.ndarray]:
        found = np.empty((2, len(proposals), len(targets), len(targets[0])))
        for p, proposal in enumerate(proposals):
            for t, target in enumerate(targets):
                with np.errstate(invalid="ignore"):
                    found[0, p, t] = official.db_eval_iou(target, proposal)
                found[1, p, t] = official.db_eval_boundary(target, proposal)
        return found[0], found[1]

    start = time.process_time()
    j, f = theirs()
    base = time.process_time() - start
    print(
        f"\n{len(targets)} targets, {len(proposals)} proposals, {len(targets[0])} frames, J and F"
    )
    print(f"  {'official functions on each pair':<44}{base:9.2f} s      1.0x")
    for backend, kernels in bench.backends.items():

        def ours(kernels: Kernels = kernels) -> tuple[np.ndarray, np.ndarray]:
            tracks = [[[pack(m) for m in track] for track in each] for each in (proposals, targets)]
            counts = pairwise_counts(*tracks, kernels=kernels)
            return counts.j(), counts.f()

        equal = all(np.array_equal(one, other) for one, other in zip(ours(), (j, f), strict=True))
        taken = microseconds(ours, 1, bench.rounds) / 1e6
        label = f"ours, {backend}, packing included"
        print(f"  {label:<44}{taken:9.2f} s {base / taken:8.1f}x  {'equal' if equal else 'DIFFER'}")


def _tracks(masks: Path) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return 3 targets and 20 proposals of the longest sequence that has as many targets."""
    found = []
    for folder in sorted((masks / "osvos").iterdir()):
        paths = sorted(folder.glob("*.png"))
        wanted = np.stack([labels(path) for path in paths])
        found.append((min(int(wanted.max()), 3), len(paths), folder.name, wanted))
    _, _, name, wanted = max(found, key=lambda each: each[:2])
    paths = sorted((masks / "rvos" / name).glob("*.png"))
    proposed = np.stack([labels(path) for path in paths])[: len(wanted)]
    proposals = [proposed == k for k in sorted(set(np.unique(proposed).tolist()) - {0})]
    while len(proposals) < PROPOSALS:
        # Too few: those there are once more, moved.
        proposals.append(np.roll(proposals[len(proposals) % 7], 9 * len(proposals), (1, 2)))
    return [wanted == k for k in (1, 2, 3)], proposals[:PROPOSALS]


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--masks", type=Path, required=True)
    parser.add_argument("--davis2017-evaluation", dest="davis", type=Path, required=True)
    parser.add_argument("--vos-benchmark", dest="vos", type=Path, required=True)
    parser.add_argument("--davis16", type=Path)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    bench = parser.parse_args()
    cv2.setNumThreads(1)
    sys.path.insert(0, str(bench.vos))
    from vos_benchmark.evaluator import Evaluator

    spec = importlib.util.spec_from_file_location("official", bench.davis / "davis2017/metrics.py")
    bench.official, bench.evaluator = importlib.util.module_from_spec(spec), Evaluator
    spec.loader.exec_module(bench.official)
    with tempfile.TemporaryDirectory() as folder:
        bench.backends = {
            "numpy": NUMPY_KERNELS,
            "compiled": kernels_named("compiled", Path(folder)),
        }
        pairs = list(method_pairs(bench.masks, bench.every))
        measure("OSVOS and RVOS, 480 lines", pairs, bench)
        measure("the same at 1024x576, void", [with_void(pair) for pair in pairs], bench)
        if bench.davis16:
            human = list(human_pairs(bench.davis16, bench.masks, bench.every))
            measure("human masks and OSVOS, 480 lines", human, bench)
            measure("the same at 1024x576, void", [with_void(pair) for pair in human], bench)
        matching(bench.masks, bench)


if __name__ == "__main__":
    main()
