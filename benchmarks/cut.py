"""How many frames tools get wrong when they cut at 24 frames a second, and what that costs.

    python benchmarks/cut.py [--seconds S]

Videos of a second each 12-bit number are made: every frame carries its own in black and white blocks.
"Wrong" is a frame of the output that is not the one on screen at ``in + k/24``: the latest source
frame whose time stamp is not later. Compared are this project's cut, and FFmpeg's ``fps`` filter
through PyAV as people use it: with its default rounding and with ``round=up``, from the start of
the video, and after a seek to the same start, as ``ffmpeg -ss START -i FILE -vf fps=24`` does.

Time is CPU seconds for the same work, frames decoded to RGB; the least of three rounds.
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


def filtered(path: Path, start: Fraction, rounding: str) -> Iterator[np.ndarray]:
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


def _pulled(graph: av.filter.Graph, rotation: int) -> Iterator[np.ndarray]:
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


def main() -> None:
    """Print a row a video and tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    print(f"{'video':24} {'from':>5} {'frames':>6}  wrong: ours  near   up   CPU s: ours  filter")
    totals = np.zeros(5)
    with tempfile.TemporaryDirectory() as folder:
        for name, options in kinds(seconds).items():
            path = write_coded(Path(folder) / "video.mp4", **options)
            by_hand, probed = decoded_by_hand(path), probe(path)
            base, end = probed.timeline.base, probed.timeline.end
            for start in (Fraction(0), START):
                count = -((start - end) * 24 // 1)
                wanted = []
                for place in range(count):
                    latest = by_hand[0][0] + (start + Fraction(place, 24)) / base
                    wanted.append([code for pts, code in by_hand if pts <= latest][-1])
                tools = {
                    "ours": lambda s=start: ours(probed, s, end),
                    "near": lambda s=start: turned(filtered(path, s, "near")),
                    "up": lambda s=start: turned(filtered(path, s, "up")),
                }
                missed = [
                    wrong([code_of(pixels) for pixels in tool()], wanted) for tool in tools.values()
                ]
                spent = [cost(tools["ours"]), cost(tools["near"])]
                totals += [*missed, *spent]
                row = f"{missed[0]:11d} {missed[1]:5d} {missed[2]:4d}"
                print(
                    f"{name:24} {float(start):5.1f} {count:6d} {row} "
                    f"{spent[0]:13.2f} {spent[1]:7.2f}",
                    flush=True,
                )
                totals_frames.append(count)
    frames = sum(totals_frames)
    shares = ", ".join(f"{share:.1%}" for share in totals[:3] / frames)
    print(f"wrong of {frames} frames: {shares} (ours, near, up)")
    print(f"CPU time, ours / filter: {totals[3] / totals[4]:.2f}")


totals_frames: list[int] = []

if __name__ == "__main__":
    main()
