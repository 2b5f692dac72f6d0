"""Tiny videos whose frames say which they are."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

STEP = 6
"""Frame ``k`` is grey of this many times ``k``, so that a decoded frame tells its number."""

RATE = 48_000


def grey_frame(number: int, height: int = 32, width: int = 48) -> np.ndarray:
    """A frame that tells its number, with a mark in its upper left corner."""
    frame = np.full((height, width, 3), STEP * (number % 40), np.uint8)
    frame[: height // 4, : width // 4] = 255
    return frame


def number_of(pixels: np.ndarray) -> int:
    """Which frame it is, from the middle of the picture."""
    height, width = pixels.shape[:2]
    return round(float(pixels[height // 2 :, width // 2 :].mean()) / STEP)


def write_video(
    path: Path,
    times: Sequence[Fraction],
    *,
    codec: str = "ffv1",
    form: str = "yuv444p",
    rotation: int = 0,
    frames: Iterable[np.ndarray] | None = None,
    sound: bool = False,
    options: dict[str, str] | None = None,
) -> Path:
    """Write frames at given times, with a beep in every second if there is to be sound."""
    pictures = list(frames if frames is not None else map(grey_frame, range(len(times))))
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = width, height, form
        stream.codec_context.time_base = Fraction(1, 12_000)
        stream.codec_context.gop_size = 5
        if rotation:
            stream.set_display_rotation(rotation)
        track = container.add_stream("aac", rate=RATE, layout="mono") if sound else None
        for picture, time in zip(pictures, times, strict=True):
            kind = "rgba" if picture.shape[2] == 4 else "rgb24"
            frame = av.VideoFrame.from_ndarray(picture, format=kind)
            frame.pts, frame.time_base = round(time * 12_000), Fraction(1, 12_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track is not None:
            for frame in beeps(times[-1] + Fraction(1, 4)):
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def beeps(seconds: Fraction) -> Iterable[av.AudioFrame]:
    """Silence with a tone in the first tenth of every second."""
    size = 1024
    for start in range(0, round(seconds * RATE), size):
        at = np.arange(start, start + size)
        tone = np.sin(at * (2 * np.pi * 1000 / RATE)) * (at % RATE < RATE // 10) * 0.5
        frame = av.AudioFrame.from_ndarray(tone.astype(np.float32)[None], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def loudness(path: Path) -> tuple[np.ndarray, float]:
    """The sound of a file in steps of a hundredth of a second, and when it starts."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
        step = frames[0].sample_rate // 100
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    return np.abs(whole).max(axis=1), float(frames[0].time)


def evenly(count: int, rate: int = 10) -> list[Fraction]:
    """Times of a constant rate."""
    return [Fraction(place, rate) for place in range(count)]
