"""TransNetV2 beside PySceneDetect on edits of real clips: cuts, dissolves, fades, flashes.

    python benchmarks/transitions.py --clips DIR

DIR holds single-take clips as MP4 files. Half of them, every second by name, are the set on which
it was chosen to believe both outputs of TransNetV2, at the published threshold; the others are held
out. From each half are made hard cuts, dissolves of 8 to 24 frames, fades through black and white
of 12 to 30 frames, and clips with three flashes or with a lamp that is switched; clips as they are
come beside them.

A transition is found where a change overlaps it; a change that is not within two frames of any is
false. "left" counts frames that show two shots, or one darkened, and would still be let into clips.
"without" is what a detector sees before flashes and lamps are suppressed.
"""

import argparse
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from shots import LAMPS, NEAR, RATE, SEED, Frames, flashes, lamp, read, write

from refvps.collect.cut import MARGIN, Change
from refvps.collect.detectors.detector import Detector, Watch
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.detectors.transnetv2 import TransNetV2
from refvps.collect.probe import Probed, probe
from refvps.collect.shots import boundaries, dividing
from refvps.collect.sketch import Sketch, sketch
from refvps.types import Size, UInt8Array

LONG = 3 * RATE
"""Frames of the clips that are left as they are, or flash."""


@dataclass(frozen=True)
class Edit:
    """Frames with their true transitions: the last frame before each and the first after it."""

    frames: Frames
    spans: tuple[tuple[int, int], ...] = ()


@dataclass
class Timed:
    """A detector that counts its own processor time."""

    detector: Detector
    spent: float = 0.0
    watching: Watch | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The detector's."""
        return self.detector.name

    def size(self, frame: Size) -> Size:
        """The detector's."""
        return self.detector.size(frame)

    def watch(self) -> "Timed":
        """Return itself, at work."""
        self.watching = self.detector.watch()
        return self

    def see(self, pixels: UInt8Array) -> None:
        """See what the detector sees."""
        before = time.process_time()
        self.watching.see(pixels)
        self.spent += time.process_time() - before

    def changes(self) -> tuple[Change, ...]:
        """Return the detector's changes."""
        before = time.process_time()
        found = self.watching.changes()
        self.spent += time.process_time() - before
        return found


def mixed(one: UInt8Array, other: UInt8Array | int, share: float) -> UInt8Array:
    """Return one picture turned into another by a share."""
    return np.uint8(one * np.float32(1 - share) + np.multiply(other, np.float32(share)))


def dissolved(parts: list[Frames], length: int) -> Edit:
    """Return parts that turn into one another."""
    frames, spans = list(parts[0]), []
    for part in parts[1:]:
        at = len(frames) - length
        for step in range(length):
            frames[at + step] = mixed(frames[at + step], part[step], (step + 1) / (length + 1))
        frames += part[length:]
        spans.append((at - 1, at + length))
    return Edit(frames, tuple(spans))


def faded(parts: list[Frames], length: int, level: int) -> Edit:
    """Return parts that fade to a level of grey and from it."""
    frames, spans, half = list(parts[0]), [], length // 2
    for part in parts[1:]:
        at = len(frames) - half
        for step in range(half):
            frames[at + step] = mixed(frames[at + step], level, (step + 1) / half)
        frames += [mixed(part[step], level, 1 - step / half) for step in range(half)]
        frames += part[half:]
        spans.append((at - 1, at + 2 * half))
    return Edit(frames, tuple(spans))


def cut(parts: list[Frames]) -> Edit:
    """Return parts with hard cuts."""
    ends = np.cumsum([len(part) for part in parts])[:-1].tolist()
    return Edit([frame for part in parts for frame in part], tuple((end - 1, end) for end in ends))


def edits(clips: list[Frames], rng: random.Random) -> Iterator[tuple[str, Edit]]:
    """Yield every edit with the name of its kind."""
    yield from joined(clips, rng)
    yield from (("untouched", Edit(clip[:LONG])) for clip in clips)
    for place, clip in enumerate(clips):
        yield "flashes", Edit(flashes(clip[:LONG], rng, place % 5).frames)
    for place, clip in enumerate(clips):
        yield "lamps", Edit(lamp(clip[:LONG], list(LAMPS)[place % len(LAMPS)], rng).frames)


def joined(clips: list[Frames], rng: random.Random) -> Iterator[tuple[str, Edit]]:
    """Yield edits of four parts each."""

    def parts() -> list[Frames]:
        found = []
        for clip in rng.sample(clips, 4):
            length = min(len(clip), rng.randrange(40, 60))
            start = rng.randrange(len(clip) - length + 1)
            found.append(clip[start : start + length])
        return found

    for _ in range(3):
        yield "hard cuts", cut(parts())
    for length in (8, 12, 16, 24):
        yield "dissolves", dissolved(parts(), length)
    for length in (12, 16, 30):
        yield "fades through black", faded(parts(), length, 0)
    yield "fades through white", faded(parts(), 16, 255)


def within(seen: Sketch, names: Sequence[str]) -> Sketch:
    """Return what some of the detectors saw."""
    chosen = tuple(each for each in seen.sightings if each.by in names)
    return Sketch(seen.thumbs, chosen, seen.stills, seen.indices)


def kept(names: Sequence[str]) -> Callable[[Probed, Sketch], list[tuple[int, int]]]:
    """Return what says which changes divide shots, flashes suppressed."""

    def find(probed: Probed, seen: Sketch) -> list[tuple[int, int]]:
        found = dividing(boundaries(within(seen, names), probed.timeline))
        return [(each.before, each.after) for each in found]

    return find


def raw(name: str) -> Callable[[Probed, Sketch], list[tuple[int, int]]]:
    """Return what says which changes a detector saw."""
    return lambda _, seen: [
        (s.change.before, s.change.after) for s in within(seen, [name]).sightings
    ]


BOTH = ("pyscenedetect", "transnetv2")
WAYS = {
    "pyscenedetect": kept(BOTH[:1]),
    "transnetv2": kept(BOTH[1:]),
    "both": kept(BOTH),
    "pyscenedetect, without": raw(BOTH[0]),
    "transnetv2, without": raw(BOTH[1]),
}


def counted(found: list[tuple[int, int]], edit: Edit) -> np.ndarray:
    """Return transitions found, false changes, and frames of transitions left in clips."""
    hit = sum(any(b < after and a > before for b, a in found) for before, after in edit.spans)
    false = sum(
        not any(b - NEAR < after and a + NEAR > before for before, after in edit.spans)
        for b, a in found
    )
    out = {frame for b, a in found for frame in range(b + 1 - MARGIN, a + MARGIN)}
    blended = itertools.chain(*(range(before + 1, after) for before, after in edit.spans))
    return np.array([hit, false, sum(frame not in out for frame in blended)])


def measured(clips: list[Frames], folder: Path) -> None:
    """Print a row a kind of edit and way of looking."""
    timed = [Timed(PySceneDetect()), Timed(TransNetV2())]
    rows: dict[str, dict[str, np.ndarray]] = {}
    there: dict[str, np.ndarray] = {}
    frames, path, spent = 0, folder / "edit.mp4", 0.0
    for name, edit in edits(clips, random.Random(SEED)):
        write(edit.frames, path)
        probed = probe(path)
        before = time.process_time()
        seen = sketch(probed, timed)
        spent += time.process_time() - before
        frames += len(edit.frames)
        blended = sum(after - before - 1 for before, after in edit.spans)
        there[name] = np.add(there.get(name, (0, 0)), (len(edit.spans), blended))
        row = rows.setdefault(name, {way: np.zeros(3, int) for way in WAYS})
        for way, find in WAYS.items():
            row[way] += counted(find(probed, seen), edit)
    for name, row in rows.items():
        print(f"  {name}: {there[name][0]} transitions, {there[name][1]} frames within")
        for way, (hit, false, left) in row.items():
            print(f"    {way:24} found {hit:3d}, false {false:3d}, left {left:4d}")
    own = [each.spent for each in timed]
    minute = 60 * RATE / frames
    print(
        f"  {frames} frames; CPU s a minute of video at {RATE} fps: "
        + ", ".join(f"{each.name} {each.spent * minute:.1f}" for each in timed)
        + f", decoding and all else {(spent - sum(own)) * minute:.1f}; "
        f"transnetv2 takes {own[1] / own[0]:.0f} times as long as pyscenedetect",
        flush=True,
    )


def main() -> None:
    """Measure both sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, required=True)
    paths = sorted(parser.parse_args().clips.glob("*.mp4"))
    for title, chosen in (("chosen on", paths[::2]), ("held out", paths[1::2])):
        print(f"{title}: {len(chosen)} clips", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            measured([read(path) for path in chosen], Path(folder))


if __name__ == "__main__":
    main()
