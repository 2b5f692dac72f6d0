"""Changes of shot on edits of real clips: those found, and flashes taken for cuts.

    python benchmarks/shots.py --clips DIR

DIR holds single-take clips as MP4 files. Half of them, every second by name, are the set that the
thresholds were chosen on; the others are held out. From each half are made:

* compilations: parts of clips of 1 to 3 s joined by hard cuts;
* quick edits: the same with parts of 0.3 to 0.8 s;
* jumps: parts of one clip with 2 s left out between them; relit, 1 s, and the second part is
  lighter by half: the hardest for whoever ignores light;
* flashes: one clip with three flashes of 1 to 3 frames, of five kinds: brighter, white, one side
  alone, coloured, fading;
* lamps: one clip in which a lamp is switched once, of eight kinds.

Compared are this project, with and without the jumps that it proposes to people, and
PySceneDetect's ``detect`` with its PyAV backend and default ``ContentDetector``. A true cut is
found where a change has its frame within; a change without any true cut within two frames is
false.
"""

import argparse
import functools
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from refvps.collect.jumps import jumps
from refvps.collect.probe import probe
from refvps.collect.shots import boundaries, dividing
from refvps.collect.sketch import sketch

HEIGHT, WIDTH = 360, 640
RATE = 30
NEAR = 2
SEED = 7
Frames = list[np.ndarray]


@dataclass(frozen=True)
class Edit:
    """Frames with the places of their true cuts: indices of first frames of shots."""

    frames: Frames
    cuts: tuple[int, ...]


def read(path: Path) -> Frames:
    """Return the frames of a clip at 640x360, at most 8 s."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        step = float(stream.average_rate) / RATE
        found = []
        for number, frame in enumerate(container.decode(stream)):
            if number >= len(found) * step:
                found.append(frame.to_ndarray(format="rgb24", width=WIDTH, height=HEIGHT))
            if len(found) == 8 * RATE:
                break
        return found


def write(frames: Frames, path: Path) -> None:
    """Encode frames as a platform would."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"crf": "26", "preset": "veryfast"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))


def joined(parts: list[Frames]) -> Edit:
    """Return parts one after the other."""
    ends = np.cumsum([len(part) for part in parts])
    return Edit([frame for part in parts for frame in part], tuple(ends[:-1].tolist()))


def compilations(clips: list[Frames], rng: random.Random, seconds: tuple[float, float]) -> Edit:
    """Return a part of each of six clips."""
    parts = []
    for clip in rng.sample(clips, min(6, len(clips))):
        length = min(len(clip), round(rng.uniform(*seconds) * RATE))
        start = rng.randrange(len(clip) - length + 1)
        parts.append(clip[start : start + length])
    return joined(parts)


def jump(clip: Frames, seconds: int = 2, gain: float = 1, lift: float = 0) -> Edit:
    """Return the start and the end of a clip, the latter in another light."""
    keep = min(len(clip) // 2 - RATE, 2 * RATE)
    after = clip[keep + seconds * RATE :][:keep]
    return joined([clip[:keep], [clipped(frame * np.float32(gain) + lift) for frame in after]])


def lamp(clip: Frames, kind: str, rng: random.Random) -> Edit:
    """Return a clip in which a lamp is switched once."""
    place = rng.randrange(len(clip) // 3, 2 * len(clip) // 3)
    gain, lift = LAMPS[kind](rng)
    from_here = kind not in {"off", "dark, on"}
    return Edit(
        [
            clipped(frame * gain + lift) if (k >= place) == from_here else frame
            for k, frame in enumerate(clip)
        ],
        (),
    )


def soft_spot(rng: random.Random) -> np.ndarray:
    """Return a round patch of light somewhere in the picture, 0 to 1."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    x, y = rng.uniform(0.25, 0.75) * WIDTH, rng.uniform(0.25, 0.75) * HEIGHT
    far = ((columns - x) / (0.28 * WIDTH)) ** 2 + ((rows - y) / (0.35 * HEIGHT)) ** 2
    return np.exp(-far)[..., None].astype(np.float32)


def clipped(light: np.ndarray) -> np.ndarray:
    """Return light as a camera keeps it."""
    return np.clip(light, 0, 255).astype(np.uint8)


SIDE = np.linspace(1, 0, WIDTH, dtype=np.float32)[None, :, None]
LAMPS: dict[str, Callable[[random.Random], tuple]] = {
    "on": lambda rng: (rng.uniform(1.3, 1.9), rng.uniform(20, 70)),
    "off": lambda rng: (rng.uniform(1.3, 1.9), rng.uniform(20, 70)),
    "strong": lambda _: (2.6, 90),
    "dark, on": lambda _: (0.15, 0),
    "dark, off": lambda _: (0.15, 0),
    "coloured": lambda rng: (1.3, np.array(rng.choice([(90, 40, -20), (-20, 30, 100)]))),
    "one side": lambda _: (1 + 1.5 * SIDE, 60 * SIDE),
    "spot": lambda rng: (0.6 + 2 * (spot := soft_spot(rng)), 40 * spot),
}
"""Gain and lift of the light, where it is on."""


def flashes(clip: Frames, rng: random.Random, kind: int) -> Edit:
    """Return a clip with three flashes."""
    frames = [frame.copy() for frame in clip]
    for place in (len(clip) // 4, len(clip) // 2, 3 * len(clip) // 4):
        length = rng.randrange(1, 4)
        for step in range(12 if kind == 4 else length):
            frames[place + step] = lit(clip[place + step], kind, step)
    return Edit(frames, ())


def lit(frame: np.ndarray, kind: int, step: int) -> np.ndarray:
    """Return a frame in the light of a flash."""
    light = frame.astype(np.float32)
    if kind == 0:
        light = light * 1.9 + 50
    elif kind == 1:
        light = light * 0.15 + 215
    elif kind == 2:
        light += np.linspace(255, 0, WIDTH)[None, :, None]
    elif kind == 3:
        light = light * 1.2 + np.array([160, 60, -20])
    else:
        light = light * (1 + 1.5 * 0.7**step) + 120 * 0.7**step
    return clipped(light)


def ours(path: Path) -> list[tuple[int, int]]:
    """Return this project's changes: frames before and after."""
    return judged(path)[0]


def proposed(path: Path) -> list[tuple[int, int]]:
    """Return these and the jumps that are proposed to people."""
    changes, suspected = judged(path)
    return changes + suspected


@functools.lru_cache(1)
def judged(path: Path) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return changes, and suspected jumps."""
    probed = probe(path)
    seen = sketch(probed)
    found = boundaries(seen, probed.timeline)
    suspected = jumps(seen.thumbs, probed.timeline, found)
    return [(each.before, each.after) for each in dividing(found)], [
        (place - 1, place) for place in suspected
    ]


def rival(path: Path) -> list[tuple[int, int]]:
    """Return PySceneDetect's changes."""
    from scenedetect import ContentDetector, SceneManager, open_video

    manager = SceneManager()
    manager.add_detector(ContentDetector())
    manager.detect_scenes(open_video(str(path), backend="pyav"))
    av.logging.set_level(None)  # the backend turned FFmpeg's messages on
    starts = [scene[0].frame_num for scene in manager.get_scene_list()[1:]]
    return [(start - 1, start) for start in starts]


def counted(found: list[tuple[int, int]], cuts: tuple[int, ...]) -> np.ndarray:
    """Return cuts found, cuts there, and false changes."""
    hit = sum(any(before < cut <= after for before, after in found) for cut in cuts)
    false = sum(
        not any(before - NEAR < cut <= after + NEAR for cut in cuts) for before, after in found
    )
    return np.array([hit, len(cuts), false])


def edits(clips: list[Frames], rng: random.Random) -> Iterator[tuple[str, Edit]]:
    """Yield every edit of a set of clips with the name of its kind."""
    for clip in clips:
        yield "untouched", Edit(clip, ())
    for _ in range(len(clips)):
        yield "hard cuts", compilations(clips, rng, (1, 3))
        yield "quick cuts", compilations(clips, rng, (0.3, 0.8))
    for clip in clips:
        yield "jumps", jump(clip)
        yield "jumps, relit", jump(clip, 1, 1.5, 35)
    names = ("brighter", "white", "one side", "coloured", "fading")
    for place, clip in enumerate(clips):
        for kind, name in enumerate(names):
            if (place + kind) % 2 == 0:
                yield f"flash: {name}", flashes(clip, rng, kind)
        for name in LAMPS:
            yield f"lamp: {name}", lamp(clip, name, rng)


def main() -> None:
    """Print a row a kind of edit, for both sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, required=True)
    paths = sorted(parser.parse_args().clips.glob("*.mp4"))
    tools = {"ours": ours, "proposed": proposed, "rival": rival}
    for title, chosen in (("chosen on", paths[::2]), ("held out", paths[1::2])):
        clips = [read(path) for path in chosen]
        rows: dict[str, dict[str, np.ndarray]] = {}
        spent = dict.fromkeys(tools, 0.0)
        frames = 0
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "edit.mp4"
            for name, edit in edits(clips, random.Random(SEED)):
                write(edit.frames, path)
                judged.cache_clear()
                frames += len(edit.frames)
                row = rows.setdefault(name, {tool: np.zeros(3, int) for tool in tools})
                for tool, find in tools.items():
                    before = time.process_time()
                    row[tool] += counted(find(path), edit.cuts)
                    spent[tool] += time.process_time() - before
        print(f"{title}: {len(clips)} clips, {frames} frames of edits")
        for name, row in rows.items():
            (hit, there, false), (their_hit, _, their_false) = row["ours"], row["rival"]
            (shown, _, shown_false) = row["proposed"]
            print(
                f"  {name:16} found {hit:3d} of {there:3d}, false {false:3d};  "
                f"with proposed jumps {shown:3d}, false {shown_false:3d};  "
                f"PySceneDetect {their_hit:3d}, false {their_false:3d}"
            )
        print(
            "  CPU ms a frame: "
            + ", ".join(f"{tool} {1000 * s / frames:.2f}" for tool, s in spent.items()),
            flush=True,
        )


if __name__ == "__main__":
    main()
