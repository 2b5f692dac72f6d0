"""What the small REM understands of the demo: right words, wrong words, no words, colour words.

    python benchmarks/small_rem.py [--checkpoint FOLDER] [--json FILE]

Every clip is asked its own four expressions, one expression of every other clip of the same video,
and the empty one. Beside it stand two baselines without learning: ``motion``, which reads no word,
and one that reads nothing but colour words. All are J in percent: the mean over expressions, then
clips, of all 40 clips, of concepts with masks in training, and of the four without.
"""

import argparse
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.pop(0)  # this folder holds a rem.py of its own

from baselines.motion import load as load_motion
from benchmark.datasets.open import open_dataset
from benchmark.metrics.region_similarity import region_counts
from refvps.frames import read_frame
from refvps.packed import pack
from refvps.protocols import Dataset
from refvps.types import BoolArray, Clip, Expression, PackedMask, Query, UInt8Array
from rem.method import load as load_rem
from rem.tiny.corpus import HELD_OUT
from rem.tiny.phrases import COLOURS

PROTOTYPES = {
    "black": (20, 20, 20), "blue": (50, 90, 200), "brown": (120, 75, 40), "cream": (240, 225, 190),
    "dark": (40, 40, 40), "glowing": (255, 200, 90), "green": (60, 150, 70),
    "grey": (128, 128, 128), "orange": (245, 140, 40), "pale": (225, 215, 205),
    "pink": (240, 150, 180), "purple": (130, 60, 150), "red": (205, 45, 45),
    "warm": (250, 180, 110), "white": (245, 245, 245), "yellow": (245, 215, 70),
}  # fmt: skip
assert set(PROTOTYPES) == set(COLOURS)

Answer = Callable[[Clip, Sequence[str]], list[tuple[PackedMask, ...]]]


@dataclass(frozen=True)
class Scores:
    """J of each clip, in percent, one value a kind of question."""

    clip: str
    video: str
    concept: str
    values: dict[str, float]


def j_of(dataset: Dataset, query: Query, masks: Sequence[PackedMask]) -> float:
    """Return the mean J of masks on a query's annotated frames, in percent."""
    truth = dataset.truth(query)
    places = {frame: k for k, frame in enumerate(query.clip.frame_ids)}
    found = [
        region_counts(masks[places[frame]], target, void).j
        for frame, target, void in zip(truth.frame_ids, truth.masks, truth.voids, strict=True)
    ]
    return 100 * float(np.mean(found))


def coloured(frame: UInt8Array, text: str) -> BoolArray:
    """Return the pixels nearest to a colour that a text names; all if it names none."""
    named = [colour for colour in COLOURS if colour in text.lower().split()]
    if not named:
        return np.ones(frame.shape[:2], bool)
    centres = np.array([PROTOTYPES[name] for name in PROTOTYPES], np.float32)
    apart = ((frame[:, :, None].astype(np.float32) - centres) ** 2).sum(-1)
    nearest = apart.argmin(-1)
    return np.isin(nearest, [list(PROTOTYPES).index(name) for name in named])


def by_colour(clip: Clip, texts: Sequence[str], moving: Sequence[PackedMask] | None) -> list:
    """Answer with the pixels of the named colours; those that move, where motion is given."""
    frames = [read_frame(path) for path in clip.frame_paths]
    answers = []
    for text in texts:
        masks = [coloured(frame, text) for frame in frames]
        if moving is not None:
            masks = [mask & moved.dense() for mask, moved in zip(masks, moving, strict=True)]
        answers.append(tuple(pack(mask) for mask in masks))
    return answers


def expression(text: str, number: int) -> Expression:
    """Return an expression that no release holds."""
    return Expression(str(number), text, "1")


def examine(dataset: Dataset, checkpoint: Path | None) -> Iterable[Scores]:
    """Yield the scores of each clip."""
    options = {} if checkpoint is None else {"checkpoint": str(checkpoint)}
    rem = load_rem(options).for_dataset("demo")
    motion = load_motion({})
    by_clip: dict[str, list[Query]] = {}
    for query in dataset.queries():
        by_clip.setdefault(query.clip.clip_id, []).append(query)
    for queries in by_clip.values():
        clip = queries[0].clip
        others = [
            other[0].expression.text
            for other in by_clip.values()
            if other[0].clip.video == clip.video and other[0].clip.clip_id != clip.clip_id
        ]
        own = [query.expression.text for query in queries]
        texts = [*own, *others, ""]
        asked = [expression(text, k) for k, text in enumerate(texts)]
        found = list(rem.pipeline().segment(clip, asked))
        moved = next(iter(motion.predict(queries[:1]))).masks
        colour, moving_colour = by_colour(clip, own, None), by_colour(clip, own, moved)
        score = [j_of(dataset, queries[0], masks) for masks in found]
        values = {
            "right words": float(np.mean(score[: len(own)])),
            "no words": score[-1],
            "motion": j_of(dataset, queries[0], moved),
            "colour words": float(np.mean([j_of(dataset, queries[0], m) for m in colour])),
            "colour words, moving": float(
                np.mean([j_of(dataset, queries[0], m) for m in moving_colour])
            ),
        }
        if others:
            values["wrong words"] = float(np.mean(score[len(own) : -1]))
            values["right words, shared videos"] = values["right words"]
        yield Scores(clip.clip_id, clip.video, clip.concept or "", values)


def summarise(scores: Sequence[Scores]) -> dict[str, dict[str, tuple[float, int]]]:
    """Return means and counts, by part of the demo and kind of question."""
    parts = {
        "all": scores,
        "seen": [s for s in scores if s.concept not in HELD_OUT],
        "held out": [s for s in scores if s.concept in HELD_OUT],
    }
    kinds = list(dict.fromkeys(kind for s in scores for kind in s.values))
    return {
        part: {
            kind: (float(np.mean(values)), len(values))
            for kind in kinds
            if (values := [s.values[kind] for s in chosen if kind in s.values])
        }
        for part, chosen in parts.items()
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--clips", type=int, help="Only the first so many.")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    start = time.monotonic()
    scores = []
    found_all = examine(open_dataset("demo", None), given.checkpoint)
    for found in itertools.islice(found_all, given.clips):
        scores.append(found)
        shown = "  ".join(f"{kind} {value:.1f}" for kind, value in found.values.items())
        print(f"{found.clip:<24} {found.concept:<22} {shown}", flush=True)
    table = summarise(scores)
    for part, kinds in table.items():
        print(f"\n{part}")
        for kind, (mean, count) in kinds.items():
            print(f"  {kind:<28} {mean:5.1f}  ({count} clips)")
    print(f"\n{time.monotonic() - start:.0f} s")
    if given.json:
        rows = [s.__dict__ for s in scores]
        given.json.write_text(json.dumps({"summary": table, "clips": rows}, indent=1))


if __name__ == "__main__":
    main()
