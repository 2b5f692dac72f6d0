"""How good a segmenter is: J per click, and J after carrying a mask through a clip.

    python benchmarks/segmenters.py [--segmenter NAME [--option KEY=VALUE]...] [--davis DAVIS16]

Clicks are simulated as in the SAM 2 paper: the first at the centre of the target, each further one
at the centre of the largest error, inside or outside. The centre is the pixel furthest from the
region's edge. Measured on the demo release and, where it is named, on sequences of DAVIS 2016 in
the layout ``JPEGImages/SEQUENCE`` and ``Annotations/SEQUENCE`` (0/255), both at 6 keyframes a
second. Void pixels count neither way. Propagation begins from the mask of the first keyframe with
a target, once the human one, once that of three clicks, over at most ``--reach`` keyframes.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from annotator.segmenters.choice import choose
from annotator.segmenters.protocol import Prompts, SegmenterSession
from refvps.options import split_options
from refvps.types import BoolArray, Size, UInt8Array

MOST_CLICKS = 8
STRIDE = 4
"""DAVIS has 24 frames a second, keyframes 6."""


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Keyframes of one target with their human masks."""

    name: str
    paths: tuple[Path, ...]
    truth: tuple[BoolArray, ...]
    void: tuple[BoolArray, ...]

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def size(self) -> Size:
        return Size(*self.truth[0].shape)

    def frame(self, k: int) -> UInt8Array:
        pixels = cv2.imread(str(self.paths[k]))
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def davis(root: Path) -> Iterator[Sequence]:
    for folder in sorted((root / "Annotations").iterdir()):
        truths = sorted(folder.glob("*.png"))[::STRIDE]
        masks = tuple(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 127 for path in truths)
        paths = tuple(root / "JPEGImages" / folder.name / f"{path.stem}.jpg" for path in truths)
        yield Sequence(folder.name, paths, masks, tuple(np.zeros_like(mask) for mask in masks))


def demo() -> Iterator[Sequence]:
    from benchmark.datasets.demo import load
    from refvps.mask_png import read_labels
    from refvps.protocols import DatasetSource
    from refvps.settings import read_settings

    dataset = load(DatasetSource(None, read_settings().cache_folder))
    seen: set[str] = set()
    for query in dataset.queries():
        clip = query.clip
        if clip.clip_id in seen:
            continue
        seen.add(clip.clip_id)
        folder = clip.frame_paths[0].parents[2] / "Annotations" / clip.clip_id
        images = {path.stem: path for path in clip.frame_paths}
        files = sorted(folder.glob("*.png"))
        labels = [read_labels(file) for file in files]
        yield Sequence(
            clip.clip_id,
            tuple(images[file.stem] for file in files),
            tuple(one == int(query.expression.target_id) for one in labels),
            tuple(one == 255 for one in labels),
        )


def j_of(mask: BoolArray, truth: BoolArray, void: BoolArray) -> float:
    union = ((mask | truth) & ~void).sum()
    return float((mask & truth & ~void).sum() / union) if union else 1.0


def next_click(mask: BoolArray, truth: BoolArray, void: BoolArray) -> tuple[float, float, bool]:
    """Return the centre of the largest connected error, and whether the target is there."""
    best = (0.0, 0.0, True)
    most = -1
    for wrong, positive in ((truth & ~mask & ~void, True), (mask & ~truth & ~void, False)):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8))
        if count < 2:
            continue
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        area = int(stats[largest, cv2.CC_STAT_AREA])
        if area <= most:
            continue
        region = np.pad(labels == largest, 1).astype(np.uint8)
        depth = cv2.distanceTransform(region, cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        most, best = area, (float(x) + 0.5, float(y) + 0.5, positive)
    return best


def clicked(
    session: SegmenterSession, sequence: Sequence, k: int
) -> tuple[list[float], list[BoolArray]]:
    """Return J after each click, and the masks."""
    points: list[tuple[float, float]] = []
    labels: list[bool] = []
    mask = np.zeros(tuple(sequence.size), bool)
    scores, masks = [], []
    for _ in range(MOST_CLICKS):
        x, y, positive = next_click(mask, sequence.truth[k], sequence.void[k])
        points.append((x, y))
        labels.append(positive)
        mask = session.predict(k, Prompts(np.array(points), np.array(labels))).mask
        scores.append(j_of(mask, sequence.truth[k], sequence.void[k]))
        masks.append(mask)
    return scores, masks


def click_frames(sequence: Sequence) -> list[int]:
    """Return three keyframes with a target: early, in the middle, late."""
    there = [k for k, mask in enumerate(sequence.truth) if mask.sum() > 50]
    return sorted({there[round((len(there) - 1) * part)] for part in (0.1, 0.5, 0.9)})


@dataclass(slots=True)
class Result:
    """Figures of one sequence."""

    name: str
    clicks: np.ndarray
    carried: list[float]
    carried_from_clicks: list[float]
    click_seconds: float
    step_seconds: float


def measured(sequence: Sequence, session: SegmenterSession, reach: int) -> Result:
    start = time.perf_counter()
    frames = click_frames(sequence)
    scores = np.mean([clicked(session, sequence, k)[0] for k in frames], axis=0)
    click_seconds = (time.perf_counter() - start) / (len(frames) * MOST_CLICKS)
    first = next(k for k, mask in enumerate(sequence.truth) if mask.sum() > 50)
    stop = min(first + 1 + reach, len(sequence))
    start = time.perf_counter()
    carried = [
        j_of(found.mask, sequence.truth[k], sequence.void[k])
        for k, found in session.propagate(first + 1, stop, {first: sequence.truth[first]}, {first})
    ]
    step_seconds = (time.perf_counter() - start) / max(1, len(carried))
    three = clicked(session, sequence, first)[1][2]
    from_clicks = [
        j_of(found.mask, sequence.truth[k], sequence.void[k])
        for k, found in session.propagate(first + 1, stop, {first: three}, {first})
    ]
    return Result(sequence.name, scores, carried, from_clicks, click_seconds, step_seconds)


def line(results: list[Result], name: str) -> str:
    clicks = np.mean([one.clicks for one in results], axis=0)
    carried = [np.mean(one.carried) for one in results if one.carried]
    late = [np.mean(one.carried[4:9]) for one in results if len(one.carried) > 4]
    short = [np.mean(one.carried[:3]) for one in results if one.carried]
    clicked_three = [np.mean(one.carried_from_clicks) for one in results if one.carried]
    figures = [*clicks, np.mean(short), np.mean(late), np.mean(carried), np.mean(clicked_three)]
    seconds = [np.mean([one.click_seconds for one in results])]
    seconds += [np.mean([one.step_seconds for one in results])]
    columns = "".join(f"{100 * figure:7.1f}" for figure in figures)
    return f"{name:24}{columns}" + "".join(f"{one:8.2f}" for one in seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segmenter", default="classic")
    parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--davis", type=Path, help="folder of DAVIS 2016")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--clips", type=int, help="at most so many of the demo")
    parser.add_argument("--reach", type=int, default=20)
    given = parser.parse_args()
    choice = choose(given.segmenter, split_options(given.option))
    print(choice.announcement)
    head = "".join(f"{f'{n}':>7}" for n in range(1, MOST_CLICKS + 1))
    print(f"{'J %, after clicks':24}{head}   +1-3   +5-9    all 3click  s/click  s/step")
    groups = [] if given.no_demo else [("demo", demo())]
    groups += [("DAVIS", davis(given.davis))] if given.davis else []
    for name, sequences in groups:
        results = []
        for sequence in list(sequences)[: given.clips if name == "demo" else None]:
            session = choice.segmenter.open(sequence)
            results.append(measured(sequence, session, given.reach))
            session.close()
            print(line(results[-1:], results[-1].name), flush=True)
        print(line(results, f"{name}, mean"))


if __name__ == "__main__":
    main()
