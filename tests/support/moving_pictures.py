"""Textures that move, drawn from a seed, and videos of them."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

HEIGHT, WIDTH = 144, 256


def texture(seed: int, height: int = HEIGHT + 80, width: int = WIDTH + 80) -> np.ndarray:
    """A picture of soft blobs and of edges, unlike that of any other seed."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for size, share in ((4, 0.5), (12, 0.35), (40, 0.15)):
        coarse = rng.random((size, size * 2, 3), np.float32)
        picture += share * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    picture = np.clip(picture * 200 + 20, 0, 235).astype(np.uint8)
    for _ in range(6):
        left, top = rng.integers(0, width - 40), rng.integers(0, height - 40)
        colour = tuple(int(each) for each in rng.integers(20, 235, 3))
        cv2.rectangle(picture, (left, top), (left + 30, top + 24), colour, -1)
    return picture


def drifting(seed: int, count: int, speed: float = 0.5) -> list[np.ndarray]:
    """A camera that pans slowly over a texture."""
    whole = texture(seed)
    return [
        np.ascontiguousarray(whole[20 : 20 + HEIGHT, round(k * speed) : round(k * speed) + WIDTH])
        for k in range(count)
    ]


def jumping(count: int, jump: int, far: int) -> list[np.ndarray]:
    """A dull picture that drifts, and lies ``far`` pixels further from frame ``jump`` on."""
    whole = cv2.cvtColor(texture(5, 300, 500) // 4 + 90, cv2.COLOR_RGB2GRAY)
    pictures = []
    for place in range(count):
        left = round(place * 0.5) + (far if place >= jump else 0)
        cut = whole[20:164, left : left + 256]
        pictures.append(np.ascontiguousarray(np.repeat(cut[..., None], 3, axis=2)))
    return pictures


def dissolve(one: list[np.ndarray], other: list[np.ndarray], length: int) -> list[np.ndarray]:
    """The last picture of one turning into the first of the other, by steps between them."""
    steps = [(k + 1) / (length + 1) for k in range(length)]
    return [np.uint8(one[-1] * (1 - step) + other[0] * step) for step in steps]


def flashed(picture: np.ndarray, gain: float = 1.9, lift: float = 90) -> np.ndarray:
    """A picture in the light of a flash."""
    return np.clip(picture * gain + lift, 0, 255).astype(np.uint8)


def write_pictures(path: Path, pictures: Iterable[np.ndarray], rate: int = 30) -> Path:
    """Write pictures as H.264 at a constant rate."""
    pictures = list(pictures)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "20"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for place, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
