"""Draws the pictures of ``docs/annotation-protocol.md`` from the demo release.

    python benchmarks/protocol_pictures.py docs/images/protocol

Each is a row of keyframes, with the truth over them or beside; pink is the target, yellow Ignore.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from refvps.demo.build import demo_root
from refvps.frames import read_frame
from refvps.mask_png import read_labels
from refvps.overlay import overlay
from refvps.release.reader import Release, open_release
from refvps.release.schema import ANNOTATIONS
from refvps.settings import read_settings

GAP = 8
HEIGHT = 240
QUALITY = 82


@dataclass(frozen=True, slots=True)
class Panel:
    """One keyframe of a picture.

    Attributes:
        clip: of the demo.
        k: the keyframe.
        drawn: whether the truth is drawn over it.
        crop: left, top, width and height as fractions of the frame; None for all of it.
    """

    clip: str
    k: int
    drawn: bool = True
    crop: tuple[float, float, float, float] | None = None


PICTURES = {
    "target": (Panel("campfire-smoke", 9, drawn=False), Panel("campfire-smoke", 9)),
    "one-of-two": (
        Panel("coffee-blooming", 20, drawn=False),
        Panel("coffee-blooming", 20),
        Panel("coffee-stirred", 20),
    ),
    "absent": (
        Panel("campfire-flaring", 3),
        Panel("campfire-flaring", 8),
        Panel("campfire-flaring", 15),
    ),
    "ignore": (Panel("campfire-smoke", 20, drawn=False), Panel("campfire-smoke", 20)),
    "boundary": (
        Panel("paper-hole", 14, drawn=False, crop=(0.02, 0.05, 0.5, 0.5)),
        Panel("paper-hole", 14, crop=(0.02, 0.05, 0.5, 0.5)),
    ),
    "light": (Panel("lamp-flicker", 11, drawn=False), Panel("lamp-flicker", 11)),
    "parts": (Panel("pane-crack", 16, drawn=False), Panel("pane-crack", 16)),
    "water": (Panel("pond-rings", 12, drawn=False), Panel("pond-rings", 12)),
}


def main() -> None:
    """Draw all of them into a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    release = open_release(demo_root(read_settings().cache_folder))
    for name, panels in PICTURES.items():
        row = beside([drawn(release, panel) for panel in panels])
        path = folder / f"{name}.jpg"
        written = cv2.cvtColor(row, cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(path), written, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        print(f"{path}: {path.stat().st_size} bytes")


def drawn(release: Release, panel: Panel) -> np.ndarray:
    """Return one keyframe, RGB, as high as all of them."""
    clip = release.clip(panel.clip)
    path = clip.frame_paths[panel.k * release.header.annotation_stride]
    frame = read_frame(path)
    if panel.drawn:
        labels = read_labels(release.root / ANNOTATIONS / panel.clip / f"{path.stem}.png").labels
        frame = overlay(frame, labels == 1, void=labels == 255)
    if panel.crop is not None:
        height, width = frame.shape[:2]
        left, top, wide, high = panel.crop
        y, x = int(top * height), int(left * width)
        frame = frame[y : y + int(high * height), x : x + int(wide * width)]
    scale = HEIGHT / frame.shape[0]
    size = (round(scale * frame.shape[1]), HEIGHT)
    return cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC)


def beside(panels: list[np.ndarray]) -> np.ndarray:
    """Return panels in a row, with white between them."""
    gap = np.full((HEIGHT, GAP, 3), 255, np.uint8)
    row = [part for panel in panels for part in (panel, gap)][:-1]
    return np.concatenate(row, axis=1)


if __name__ == "__main__":
    main()
