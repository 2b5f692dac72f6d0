"""Measure the demo release: cost, what word-blind methods reach on it, and how it looks.

    python benchmarks/demo.py [--sheet FILE.png] [--only SCENE ...] [--seed N] [--write-digests]
    python benchmarks/demo.py --build

Prints a row a clip: CPU seconds of its video, J of ``motion`` and ``full-frame``, share of target
and void, empty frames. ``--seed`` measures every part of every scene at another seed instead of
the catalogue; ``--write-digests`` replaces ``digests.json`` after a deliberate change of pixels.
``--build`` times the whole release instead, as a first use makes it, with two processes.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

import refvps.demo
from baselines.motion_masks import MotionOptions, motion_masks
from refvps.demo.build import build_demo
from refvps.demo.catalogue import read_catalogue
from refvps.demo.digest import clip_digest, frames_digest, part_labels
from refvps.demo.render import render
from refvps.demo.scenes import SCENES
from refvps.demo.video import STRIDE, DemoVideo, Part

TARGET, VOID = (255, 70, 160), (255, 225, 0)
SHEET_WIDTH, GAP = 1920, 4


def main() -> None:
    """Render, measure, print; write the contact sheet and digests if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path, help="contact sheet to write")
    parser.add_argument("--only", nargs="*", default=list(SCENES), help="scenes to render")
    parser.add_argument("--seed", type=int, help="this seed of every scene, not the catalogue")
    parser.add_argument("--write-digests", action="store_true", help="replace digests.json")
    parser.add_argument("--build", action="store_true", help="time the whole release instead")
    options = parser.parse_args()
    if options.write_digests and (options.only != list(SCENES) or options.seed is not None):
        parser.error("--write-digests needs every clip of the catalogue: no --only, no --seed")
    if options.build:
        time_build()
        return
    cv2.setNumThreads(1)
    rows, strips, digests = [], [], {}
    print(f"{'clip':28} {'cpu s':>6} {'motion':>7} {'full':>6} {'target':>7} {'void':>6}  empty")
    for scene, seed, parts in jobs(options.only, options.seed):
        started = time.process_time()
        video = render(scene, seed)
        seconds = time.process_time() - started
        frames = frames_digest(video)
        moving = list(motion_masks(video.frames, MotionOptions()))[::STRIDE]
        strips.append(picture_row(video))
        for clip_id, name in parts.items():
            part = video.part(name)
            labels = np.stack(part_labels(part))
            digests[clip_id] = clip_digest(frames, list(labels))
            rows.append(measure(clip_id, seconds, labels, np.stack(moving)))
            strips.append(mask_row(video, part))
    means = np.mean(rows, axis=0)
    print(f"{'mean of ' + str(len(rows)):28} {means[0]:6.2f} {means[1]:7.3f} {means[2]:6.3f}")
    if options.sheet:
        write_sheet(options.sheet, strips)
    if options.write_digests:
        path = Path(refvps.demo.__path__[0]) / "digests.json"
        path.write_text(json.dumps(digests, indent=1) + "\n")


def time_build() -> None:
    """Write the release to a folder that is removed again; print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        root, started = Path(folder) / "demo", time.monotonic()
        build_demo(root)
        wall = time.monotonic() - started
        usages = [
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
        sizes = [path.stat().st_size for path in root.rglob("*") if path.is_file()]
    print(f"{wall:.1f} s wall, {cpu:.1f} s CPU, {sum(sizes) / 1e6:.0f} MB in {len(sizes)} files")


def jobs(scenes: list[str], seed: int | None) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield (scene, seed, clip id to part) for every video to render."""
    if seed is not None:
        for scene in scenes:
            names = [part.name for part in render(scene, seed).parts]
            yield scene, seed, {f"{scene}-{seed}-{name}": name for name in names}
        return
    videos: dict[tuple[str, int], dict[str, str]] = {}
    for clip in read_catalogue():
        if clip.scene in scenes:
            videos.setdefault((clip.scene, clip.seed), {})[clip.clip_id] = clip.part
    for (scene, number), parts in videos.items():
        yield scene, number, parts


def measure(
    clip_id: str, seconds: float, labels: np.ndarray, moving: np.ndarray
) -> tuple[float, float, float]:
    """Print a row; return (seconds, J of motion, J of full-frame)."""
    target, kept = labels == 1, labels != 255
    motion = region_similarity(moving, target, kept)
    full = region_similarity(np.ones_like(target), target, kept)
    empty = int(np.sum(~target.any(axis=(1, 2))))
    print(
        f"{clip_id:28} {seconds:6.2f} {motion:7.3f} {full:6.3f} {target.mean():7.3f} "
        f"{(~kept).mean():6.3f}  {empty}/{len(labels)}",
        flush=True,
    )
    return seconds, motion, full


def region_similarity(found: np.ndarray, target: np.ndarray, kept: np.ndarray) -> float:
    """Return the mean J over frames; 1 where target and prediction are both absent."""
    both = np.sum(found & target & kept, axis=(1, 2))
    either = np.sum((found | target) & kept, axis=(1, 2))
    return float(np.mean(np.where(either > 0, both / np.maximum(either, 1), 1.0)))


def picture_row(video: DemoVideo) -> np.ndarray:
    """Return some frames side by side."""
    return side_by_side([video.frames[index] for index in shown(video)])


def mask_row(video: DemoVideo, part: Part) -> np.ndarray:
    """Return the same frames, dimmed, with target and void overlaid."""
    tiles = []
    for index in shown(video):
        tile = video.frames[index].astype(np.float32) * 0.65
        mask, void = part.masks[index // STRIDE].dense(), part.voids[index // STRIDE].dense()
        tile[mask] = 0.45 * tile[mask] + 0.55 * np.array(TARGET)
        tile[void] = 0.6 * tile[void] + 0.4 * np.array(VOID)
        tiles.append(tile.astype(np.uint8))
    return side_by_side(tiles)


def side_by_side(tiles: list[np.ndarray]) -> np.ndarray:
    """Return pictures in one row, a gap after each and below."""
    return np.concatenate([np.pad(t, ((0, GAP), (0, GAP), (0, 0))) for t in tiles], axis=1)


def shown(video: DemoVideo) -> list[int]:
    """Return the annotated frames of a row, as many as fit, spread over the video."""
    last, count = (len(video.frames) - 1) // STRIDE, SHEET_WIDTH // video.frames.shape[2]
    return [STRIDE * (last * column // (count - 1)) for column in range(count)]


def write_sheet(path: Path, strips: list[np.ndarray]) -> None:
    """Write all rows under each other at half size."""
    width = max(strip.shape[1] for strip in strips)
    padded = [np.pad(s, ((0, 0), (0, width - s.shape[1]), (0, 0))) for s in strips]
    sheet = Image.fromarray(np.concatenate(padded))
    sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS).save(path)


if __name__ == "__main__":
    main()
