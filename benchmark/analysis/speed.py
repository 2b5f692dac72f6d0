"""What a method costs: time and memory on clips of one length, in a process of its own; Table B."""

import os
import re
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from refvps import atomic
from refvps.errors import ConfigError, DataError, RefvpsError
from refvps.executor import ProcessExecutor, WorkUnit
from refvps.frames import encode_frame, read_frames
from refvps.method_choice import MethodChoice
from refvps.protocols import Dataset, Method
from refvps.types import Query, Size

MOST_CLIPS = 10
"""Runs go round so many clips, one expression each."""


@dataclass(frozen=True, slots=True)
class RunCost:
    """What one run of a method took.

    Attributes:
        clip: the clip.
        seconds: wall time from asking to holding the masks, reading the frames included.
        load_seconds: what importing and making the method took, once in its process.
        loaded_bytes: peak memory of the process before its first run.
        peak_bytes: its peak memory so far; processes that it starts are not in it.
        device_bytes: peak memory that torch took on a CUDA device; None where it was not used.
    """

    clip: str
    seconds: float
    load_seconds: float
    loaded_bytes: int
    peak_bytes: int
    device_bytes: int | None


def parse_size(text: str) -> Size:
    """Return a size that a user wrote as HEIGHTxWIDTH.

    Raises:
        ConfigError: it is not two whole numbers from 8 on.

    >>> parse_size("240x320")
    Size(height=240, width=320)
    """
    found = re.fullmatch(r"([1-9][0-9]{0,4})[xX]([1-9][0-9]{0,4})", text)
    if found is None or min(int(found[1]), int(found[2])) < 8:
        raise ConfigError(f"--size {text}: expected HEIGHTxWIDTH in pixels, such as 480x854")
    return Size(int(found[1]), int(found[2]))


def choose_clips(dataset: Dataset, frames: int) -> tuple[Query, ...]:
    """Return queries of up to ten clips, spread over the data set, cut to their first frames.

    Raises:
        DataError: no clip is long enough.
    """
    first: dict[str, Query] = {}
    for query in dataset.queries():
        first.setdefault(query.clip.clip_id, query)
    if not first:
        raise DataError(dataset.name, "the data set has no expressions to predict")
    enough = [query for query in first.values() if len(query.clip.frame_paths) >= frames]
    if not enough:
        longest = max(len(query.clip.frame_paths) for query in first.values())
        raise DataError(
            dataset.name, f"no clip has {frames} frames; the longest has {longest}: lower --frames"
        )
    number = min(MOST_CLIPS, len(enough))
    chosen = [enough[place * len(enough) // number] for place in range(number)]
    return tuple(
        replace(query, clip=replace(query.clip, frame_paths=query.clip.frame_paths[:frames]))
        for query in chosen
    )


def resized(queries: Sequence[Query], size: Size, folder: Path) -> Iterator[Query]:
    """Yield queries whose frames are written anew in another size, as JPEG below a folder."""
    for query in queries:
        paths = []
        for old, frame in zip(query.clip.frame_paths, read_frames(query.clip), strict=True):
            image = Image.fromarray(frame).resize(
                (size.width, size.height), Image.Resampling.LANCZOS
            )
            path = folder / query.clip.clip_id / f"{old.stem}.jpg"
            atomic.write_bytes(path, encode_frame(np.asarray(image)))
            paths.append(path)
        yield replace(query, clip=replace(query.clip, frame_paths=tuple(paths)))


def measure(choice: MethodChoice, queries: Sequence[Query], runs: int) -> Iterator[RunCost]:
    """Run a method in a fresh process, one query after another, and yield what each run took.

    Args:
        choice: the method.
        queries: what it is asked, in turn and over again.
        runs: how many runs, those for warming up included.

    Raises:
        RefvpsError: the method cannot be made, answers nothing, or its process died.
    """
    units = (WorkUnit(str(run), queries[run % len(queries)]) for run in range(runs))
    executor = ProcessExecutor(1, backlog=1)
    for outcome in executor.run(partial(_Timer, choice), units):
        yield outcome.value


def peak_memory() -> int:
    """Return the most memory this process has held at once, in bytes.

    Linux counts it for the program in the process; the counter that other systems have would, on
    Linux, start from what the parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s*([0-9]+) kB", status.read_text(), re.MULTILINE)
        if found:
            return 1024 * int(found[1])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else 1024 * used


def device_memory() -> int | None:
    """Return the most memory torch has held on a CUDA device, if this process has used one.

    The method's own torch is asked; nothing is imported for it.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return int(torch.cuda.max_memory_allocated())


@dataclass(slots=True)
class _Timer:
    """Loads a method when it is first asked, so that what goes wrong reaches the caller."""

    choice: MethodChoice
    loaded: tuple[Method, float, int] | None = None

    def __call__(self, query: Query) -> RunCost:
        if self.loaded is None:
            start = time.perf_counter()
            made = self.choice.load()
            self.loaded = made, time.perf_counter() - start, peak_memory()
        method, load_seconds, loaded_bytes = self.loaded
        start = time.perf_counter()
        answers = list(method.predict([query]))
        seconds = time.perf_counter() - start
        if len(answers) != 1:
            raise RefvpsError(f"the method gave {len(answers)} answers to one query")
        return RunCost(
            clip=query.clip.clip_id,
            seconds=seconds,
            load_seconds=load_seconds,
            loaded_bytes=loaded_bytes,
            peak_bytes=peak_memory(),
            device_bytes=device_memory(),
        )


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
