"""Changes of shot on edits of real clips: those found, and flashes taken for cuts.

    python benchmarks/shots.py --clips DIR

DIR holds single-take clips as MP4 files. Half of them, every second by name, are the set that the
thresholds were chosen on; the others are held out. From each half are made:

* compilations: parts of clips of 1 to 3 s joined by hard cuts;
* quick edits: the same with parts of 0.3 to 0.8 s;
* jumps: parts of one clip with 2 s left out between them;
* flashes: one clip with three flashes of 1 to 3 frames, of six kinds: brighter, white, one side
  alone, coloured, fading, and a lamp that stays on.

Compared are this project and PySceneDetect's ``detect`` with its PyAV backend and default
``ContentDetector``. A true cut is found where a change has its frame within; a change without any
true cut within two frames is false.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

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


def jump(clip: Frames) -> Edit:
    """Return the start and the end of a clip."""
    keep = min(len(clip) // 2 - RATE, 2 * RATE)
    return joined([clip[:keep], clip[keep + 2 * RATE :][:keep]])


def flashes(clip: Frames, rng: random.Random, kind: int) -> Edit:
    """Return a clip with three flashes, or one lamp."""
    frames = [frame.copy() for frame in clip]
    for place in (len(clip) // 4, len(clip) // 2, 3 * len(clip) // 4):
        length = rng.randrange(1, 4)
        for step in range({4: 12, 5: len(clip) - place}.get(kind, length)):
            frames[place + step] = lit(clip[place + step], kind, step)
        if kind == 5:
            break
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
    elif kind == 4:
        light = light * (1 + 1.5 * 0.7**step) + 120 * 0.7**step
    else:
        light = light * 1.7 + 60
    return np.clip(light, 0, 255).astype(np.uint8)


def ours(path: Path) -> list[tuple[int, int]]:
    """Return this project's changes: frames before and after."""
    probed = probe(path)
    found = dividing(boundaries(sketch(probed), probed.timeline))
    return [(change.before, change.after) for change in found]


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
    names = ("brighter", "white", "one side", "coloured", "fading", "lamp")
    for place, clip in enumerate(clips):
        for kind, name in enumerate(names):
            if (place + kind) % 2 == 0:
                yield f"flash: {name}", flashes(clip, rng, kind)


def main() -> None:
    """Print a row a kind of edit, for both sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, required=True)
    paths = sorted(parser.parse_args().clips.glob("*.mp4"))
    tools: dict[str, Callable[[Path], list[tuple[int, int]]]] = {"ours": ours, "rival": rival}
    for title, chosen in (("chosen on", paths[::2]), ("held out", paths[1::2])):
        clips = [read(path) for path in chosen]
        rows: dict[str, dict[str, np.ndarray]] = {}
        spent = dict.fromkeys(tools, 0.0)
        frames = 0
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "edit.mp4"
            for name, edit in edits(clips, random.Random(SEED)):
                write(edit.frames, path)
                frames += len(edit.frames)
                row = rows.setdefault(name, {tool: np.zeros(3, int) for tool in tools})
                for tool, find in tools.items():
                    before = time.process_time()
                    row[tool] += counted(find(path), edit.cuts)
                    spent[tool] += time.process_time() - before
        print(f"{title}: {len(clips)} clips, {frames} frames of edits")
        for name, row in rows.items():
            (hit, there, false), (their_hit, _, their_false) = row["ours"], row["rival"]
            print(
                f"  {name:16} found {hit:3d} of {there:3d}, false {false:3d};  "
                f"PySceneDetect {their_hit:3d}, false {their_false:3d}"
            )
        print(
            "  CPU ms a frame: "
            + ", ".join(f"{tool} {1000 * s / frames:.2f}" for tool, s in spent.items()),
            flush=True,
        )


if __name__ == "__main__":
    main()
