"""How many frames tools get wrong when they cut at 24 frames a second, and what that costs.

    python benchmarks/cut.py [--seconds S] [--clips DIR]

Videos are made whose frames carry their numbers in black and white blocks.
"Wrong" is a frame of the output that is not the one on screen at ``in + k/24``: the latest source
frame whose time stamp is not later. Compared are this project's cut, and FFmpeg's ``fps`` filter
through PyAV as people use it: with its default rounding and with ``round=up``, from the start of
the video, and after a seek to the same start, as ``ffmpeg -ss START -i FILE -vf fps=24`` does.

Time is CPU seconds of the cut and the filter on the clips in DIR, from 1.3 s to their ends, frames
decoded to RGB; the least of three rounds.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from refvps.collect.cut import plan
from refvps.collect.export import planned_frames
from refvps.collect.probe import Probed, probe
from refvps.video.times import Span

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.coded_videos import at_rate_of, code_of, decoded_by_hand, uneven, write_coded

START = Fraction(13, 10)
ROUNDS = 3
Frames = Iterator[np.ndarray]


def kinds(seconds: int) -> dict[str, dict[str, object]]:
    """Return the videos, by name."""
    ntsc = Fraction(30_000, 1001)
    return {
        "15 fps": {"times": at_rate_of(Fraction(15), 15 * seconds)},
        "24 fps": {"times": at_rate_of(Fraction(24), 24 * seconds)},
        "25 fps": {"times": at_rate_of(Fraction(25), 25 * seconds)},
        "29.97 fps": {"times": at_rate_of(ntsc, 30 * seconds)},
        "30 fps": {"times": at_rate_of(Fraction(30), 30 * seconds)},
        "60 fps": {"times": at_rate_of(Fraction(60), 60 * seconds)},
        "uneven": {"times": uneven(14 * seconds)},
        "30 fps, starts at 0.5 s": {
            "times": at_rate_of(Fraction(30), 30 * seconds, Fraction(1, 2))
        },
        "30 fps, turned": {"times": at_rate_of(Fraction(30), 30 * seconds), "rotation": 90},
        "30 fps, HEVC": {"times": at_rate_of(Fraction(30), 30 * seconds), "codec": "libx265"},
    }


def ours(probed: Probed, start: Fraction, end: Fraction) -> Iterator[np.ndarray]:
    """Yield the frames of this project's cut."""
    for _, _, pixels in planned_frames(probed, plan(probed.timeline, Span(start, end))):
        yield pixels


def filtered(path: Path, start: Fraction, rounding: str) -> Iterator[tuple[np.ndarray, int]]:
    """Yield what the filter gives from a start, times of the file set to 0 there."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        graph = av.filter.Graph()
        source = graph.add_buffer(template=stream, time_base=stream.time_base)
        rate = graph.add("fps", f"fps=24:round={rounding}")
        sink = graph.add("buffersink")
        source.link_to(rate)
        rate.link_to(sink)
        graph.configure()
        zero = Fraction(container.start_time or 0, av.time_base)
        if start:
            container.seek(int((start + zero) * av.time_base), backward=True)
        for frame in container.decode(stream):
            if frame.pts * stream.time_base < start + zero:
                continue
            frame.pts -= round((start + zero) / stream.time_base)
            graph.push(frame)
            yield from _pulled(graph, frame.rotation)
        graph.push(None)
        yield from _pulled(graph, 0)


def _pulled(graph: av.filter.Graph, rotation: int) -> Iterator[tuple[np.ndarray, int]]:
    while True:
        try:
            yield graph.pull().to_ndarray(format="rgb24"), rotation
        except (av.BlockingIOError, av.EOFError):
            return


def turned(found: Iterator[tuple[np.ndarray, int]]) -> Iterator[np.ndarray]:
    """Turn frames upright, as the command of FFmpeg does by itself."""
    last = 0
    for pixels, rotation in found:
        last = rotation or last
        yield np.rot90(pixels, last // 90)


def wrong(found: list[int], wanted: list[int]) -> int:
    """Return how many places differ; missing and needless frames count."""
    short = abs(len(found) - len(wanted))
    return short + sum(one != other for one, other in zip(found, wanted, strict=False))


def cost(work: Callable[[], Iterator[np.ndarray]]) -> float:
    """Return CPU seconds, the least of some rounds."""
    spent = []
    for _ in range(ROUNDS):
        before = time.process_time()
        for _pixels in work():
            pass
        spent.append(time.process_time() - before)
    return min(spent)


def on_screen(
    by_hand: list[tuple[int, int]], base: Fraction, start: Fraction, count: int
) -> list[int]:
    """Return the number of the frame on screen at each time, by looking at every stamp."""
    found = []
    for place in range(count):
        latest = by_hand[0][0] + (start + Fraction(place, 24)) / base
        found.append([code for pts, code in by_hand if pts <= latest][-1])
    return found


def tools_for(path: Path, probed: Probed, start: Fraction) -> dict[str, Callable[[], Frames]]:
    """Return what is compared."""
    return {
        "ours": lambda: ours(probed, start, probed.timeline.end),
        "near": lambda: turned(filtered(path, start, "near")),
        "up": lambda: turned(filtered(path, start, "up")),
    }


def compare_on(path: Path, name: str, start: Fraction) -> tuple[int, list[int]]:
    """Print a row; return the number of frames and of wrong ones."""
    by_hand, probed = decoded_by_hand(path), probe(path)
    count = -((start - probed.timeline.end) * 24 // 1)
    wanted = on_screen(by_hand, probed.timeline.base, start, count)
    missed = [
        wrong([code_of(pixels) for pixels in tool()], wanted)
        for tool in tools_for(path, probed, start).values()
    ]
    row = "".join(f"{each:7d}" for each in missed)
    print(f"{name:26} {float(start):5.1f} {count:7d} {row}", flush=True)
    return count, missed


def main() -> None:
    """Print a row a video and start, then times on the clips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--clips", type=Path, help="a folder of MP4 files, for times")
    given = parser.parse_args()
    print(f"{'video':26} {'from':>5} {'frames':>7} {'ours':>6} {'near':>6} {'up':>6}  (wrong)")
    frames, missed = 0, np.zeros(3)
    with tempfile.TemporaryDirectory() as folder:
        for name, options in kinds(given.seconds).items():
            path = write_coded(Path(folder) / "video.mp4", **options)
            for start in (Fraction(0), START):
                count, found = compare_on(path, name, start)
                frames, missed = frames + count, missed + found
    shares = ", ".join(f"{share:.1%}" for share in missed / frames)
    print(f"wrong of {frames} frames: {shares} (ours, near, up)")
    for path in sorted(given.clips.glob("*.mp4")) if given.clips else ():
        tools = tools_for(path, probe(path), START)
        mine, theirs = cost(tools["ours"]), cost(tools["near"])
        print(f"{path.name:26} CPU s: ours {mine:.2f}, filter {theirs:.2f}: {mine / theirs:.2f}")


if __name__ == "__main__":
    main()
