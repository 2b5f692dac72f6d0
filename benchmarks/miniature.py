"""The paper's central comparisons at toy size, run from nothing: see docs/miniature.md.

    python benchmarks/miniature.py --work DIR [--seeds 3] [--generators 3] [--plot FILE.png]

For every seed, or for several together, a generator is trained with all captions and one that never
saw a video of a held-out concept; from them, and from random weights, a segmenter each:

    pretrained     the generator, then mask latents
    scratch        random weights, then mask latents
    cnn head       the generator, then a CNN on its features, in pixels
    uncaptioned    the generator without held-out concepts, then mask latents

All are asked the same sentences on videos of seeds that no run saw, every concept masked. A run
that is done is not run again, one that was cut off goes on; --only says which runs to make now.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.pop(0)  # this folder holds a rem.py of its own

from benchmark.metrics.bootstrap import percentile_interval
from benchmark.rules.per_category import resampled_means
from refvps import atomic
from refvps.errors import RefvpsError
from refvps.types import FloatArray
from rem.tiny.corpus import HELD_OUT, Corpus, write_corpus

TEST_SEED = 50_000
"""Far above every seed that is trained on."""
ARMS = ("pretrained", "scratch", "cnn head", "uncaptioned")
CNN = ("objective.supervision=rgb", "objective.decoder=cnn")


@dataclass(frozen=True)
class Run:
    """A training: its folder, its recipe, what it starts from, its data, its changes."""

    name: str
    recipe: str
    start: str | None
    data: str
    changes: tuple[str, ...] = ()


def runs(seeds: int, generators: int, shorter: tuple[str, ...]) -> Iterator[Run]:
    """Yield all trainings, each after what it starts from.

    Args:
        seeds: of segmenters; they take turns with the generators.
        generators: how many there are of each kind.
        shorter: changes to every segmenter's recipe.
    """
    for n in range(generators):
        seed = (f"seed={n}",)
        yield Run(f"generator-{n}", "tiny-generator", None, "train/captions", seed)
        uncaptioned = "uncaptioned/captions"
        yield Run(f"generator-uncaptioned-{n}", "tiny-generator", None, uncaptioned, seed)
    for n in range(seeds):
        changes, generator, masks = (f"seed={n}", *shorter), n % generators, "train/masks"
        scratch = ("starts_from=generator", *changes)
        yield Run(f"pretrained-{n}", "tiny", f"generator-{generator}", masks, changes)
        yield Run(f"scratch-{n}", "tiny", None, masks, scratch)
        yield Run(f"cnn head-{n}", "tiny", f"generator-{generator}", masks, (*CNN, *changes))
        start = f"generator-uncaptioned-{generator}"
        yield Run(f"uncaptioned-{n}", "tiny", start, masks, changes)


def make_data(work: Path, videos: int, trained: int) -> None:
    """Render what is missing of the training videos and of those that are asked about."""
    wanted = {
        "train": Corpus(trained),
        "uncaptioned": Corpus(trained, captioned=False),
        "test": Corpus(videos, TEST_SEED, held_out=()),
    }
    for name, corpus in wanted.items():
        if not (work / name).exists():
            write_corpus(work / name, corpus)


def run_refvps(*arguments: str) -> None:
    """Run a command; where it fails, end as it did: it said why."""
    command = str(Path(sys.executable).parent / "refvps")
    done = subprocess.run([command, *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def train(work: Path, run: Run, changes: Sequence[str]) -> None:
    """Train one run to its end, or go on with it."""
    command = ["train", "--recipe", run.recipe, "--to", str(work / run.name)]
    command += ["--data", str(work / run.data), "--cache", str(work / "cache" / run.data)]
    start = None if run.start is None else work / run.start / "last"
    command += ["--base", str(start or work / "base")]
    if start is not None and run.recipe == "tiny":
        command += ["--from", str(start)]
    command += [text for change in (*run.changes, *changes) for text in ("--set", change)]
    run_refvps(*command, "--workers", "0", "--resume")


def make(work: Path, run: Run, changes: Sequence[str]) -> None:
    """Train and examine one run, unless it is done."""
    rated = work / run.name / "test.json"
    if rated.is_file():
        return
    train(work, run, changes)
    if run.recipe == "tiny":
        atomic.write_json(rated, examine(work, run))
    print(f"done: {run.name}", flush=True)


def asked(work: Path) -> list:
    """Return one query for every target of the test videos."""
    from benchmark.datasets.open import open_dataset
    from rem.training.pool import Item

    dataset = open_dataset("release", work / "test/masks")
    first = {}
    for query in dataset.queries():
        first.setdefault(query.clip.clip_id, query)
    return [Item(dataset, query, still=False) for query in first.values()]


def examine(work: Path, run: Run) -> list[dict]:
    """Return J of every query, of a trained segmenter."""
    import torch

    from rem.base import Base, parts_of
    from rem.training import checkpoint
    from rem.training.assembly import make_optimiser, make_trainee
    from rem.training.components import load_parts, quietly
    from rem.training.generator import generator_of
    from rem.training.measures import Examiner
    from rem.training.recipe import Recipe
    from rem.variants import TINY

    quietly()
    torch.set_num_threads(1)
    progress = checkpoint.read_progress(work / run.name)
    if progress is None:
        raise RefvpsError(f"{work / run.name}: holds no training; run it first")
    recipe = Recipe.model_validate_json(json.dumps(progress.recipe))
    start = None if run.start is None else work / run.start / "last"
    base = Base(start or work / "base", parts_of(TINY))
    fresh = recipe.model.fresh
    parts = load_parts(base, TINY, start=start, fresh=fresh, seed=recipe.seed)
    generator = generator_of(parts)
    trainee = make_trainee(generator, recipe)
    optimiser = make_optimiser(trainee, recipe, "cpu")
    checkpoint.restore_weights(trainee, optimiser, checkpoint.read_weights(work / run.name))
    trainee.eval()
    examiner = Examiner(trainee, generator, recipe, torch.device("cpu"))
    rows = []
    with torch.no_grad():
        for item in asked(work):
            clip = item.query.clip
            j = 100 * examiner.j(item)
            rows.append(
                {"clip": clip.clip_id, "video": clip.video, "concept": clip.concept, "j": j}
            )
    return rows


def contrast(work: Path, name: str) -> float:
    """Return by how many percent another video's caption raises a generator's loss."""
    lines = map(json.loads, (work / name / "log.jsonl").read_text().splitlines())
    last = [line["validation"] for line in lines if "validation" in line][-1]
    return 100 * (last["contrast"] / last["value"] - 1)


Rows = dict[str, list[list[dict]]]
"""By arm, one list of rows a seed."""
Wanted = Callable[[dict], bool]


def by_concept(rows: list[dict], wanted: Wanted) -> dict[str, list[tuple[str, float]]]:
    """Return the video and J of every query, by concept."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in filter(wanted, rows):
        found.setdefault(row["concept"], []).append((row["video"], row["j"]))
    return found


def means(rows: Rows, arm: str, wanted: Wanted) -> list[float]:
    """Return the mean over concepts of the mean over queries, one value a seed."""
    seeds = [by_concept(seed, wanted).values() for seed in rows[arm]]
    return [float(np.mean([np.mean([j for _, j in pairs]) for pairs in seed])) for seed in seeds]


def resampled(rows: Rows, arm: str, wanted: Wanted) -> FloatArray:
    """Return the same in every resample of the videos, ``[seeds, resamples]``."""
    found = []
    for seed in rows[arm]:
        scores = by_concept(seed, wanted)
        videos = sorted({video for pairs in scores.values() for video, _ in pairs})
        found.append(resampled_means(scores, videos))
    return np.array(found)


def difference(rows: Rows, arms: tuple[str, str], wanted: Wanted) -> tuple[float, float, float]:
    """Return the difference of two arms' means, and a 95 % interval over seeds and videos.

    Both arms meet the same resamples, so queries are paired; and so are seeds, which draw the same
    order of data. In every resample seeds are drawn, too.
    """
    one, other = arms
    table = resampled(rows, one, wanted) - resampled(rows, other, wanted)
    drawn = np.random.default_rng(0).integers(len(table), size=table.shape)
    low, high = percentile_interval(np.take_along_axis(table, drawn, axis=0).mean(axis=0))
    found = np.mean(means(rows, one, wanted)) - np.mean(means(rows, other, wanted))
    return float(found), low, high


def is_seen(row: dict) -> bool:
    """Whether a concept has masks in training."""
    return row["concept"] not in HELD_OUT


def is_held_out(row: dict) -> bool:
    """Whether a concept has none."""
    return not is_seen(row)


PARTS = {"seen": is_seen, "held out": is_held_out}


def table(work: Path, seeds: Sequence[int], generators: Sequence[int]) -> Iterator[str]:
    """Yield the results as Markdown."""
    rows = read_rows(work, seeds)
    yield "| arm | seen concepts | held-out concepts |"
    yield "|---|---|---|"
    for arm in rows:
        cells = []
        for wanted in PARTS.values():
            values = means(rows, arm, wanted)
            each = ", ".join(f"{value:.1f}" for value in values)
            cells.append(f"{np.mean(values):.1f} ({each})")
        yield f"| {arm} | {' | '.join(cells)} |"
    yield ""
    yield "| difference in J | seen concepts | held-out concepts |"
    yield "|---|---|---|"
    for other in [arm for arm in rows if arm != "pretrained" and "pretrained" in rows]:
        cells = [
            "{:+.1f} [{:+.1f}, {:+.1f}]".format(*difference(rows, ("pretrained", other), wanted))
            for wanted in PARTS.values()
        ]
        yield f"| pretrained - {other} | {' | '.join(cells)} |"
    yield ""
    for kind in ("generator", "generator-uncaptioned"):
        done = [seed for seed in generators if (work / f"{kind}-{seed}/last").exists()]
        gaps = [f"{contrast(work, f'{kind}-{seed}'):+.1f} %" for seed in done]
        yield f"loss of {kind} with another video's caption: {', '.join(gaps) or 'not run'}"


def read_rows(work: Path, seeds: Sequence[int]) -> Rows:
    """Return the rows of every arm of which all seeds are done."""
    found: Rows = {}
    for arm in ARMS:
        files = [work / f"{arm}-{seed}" / "test.json" for seed in seeds]
        if all(file.is_file() for file in files):
            found[arm] = [json.loads(file.read_text()) for file in files]
    return found


def plot(work: Path, seeds: Sequence[int], path: Path) -> None:
    """Draw J of each arm: a dot a seed, a bar at their mean."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = read_rows(work, seeds)
    figure, axes = plt.subplots(1, len(PARTS), figsize=(8, 3), sharey=True, layout="constrained")
    for axis, (title, wanted) in zip(axes, PARTS.items(), strict=True):
        for place, arm in enumerate(rows):
            values = means(rows, arm, wanted)
            axis.hlines(np.mean(values), place - 0.3, place + 0.3, color="black")
            axis.plot([place] * len(values), values, "o", alpha=0.6)
        axis.set_xticks(range(len(rows)), list(rows))
        axis.set_title(f"{title} concepts")
        axis.grid(axis="y", alpha=0.3)
    axes[0].set_ylim(0)
    axes[0].set_ylabel("J on videos of other seeds, %")
    figure.savefig(path, dpi=150)


def main() -> None:
    """Run what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--generators", type=int, help="As many as seeds, unless seeds share them.")
    parser.add_argument("--videos", type=int, default=10, help="Of each scene, to be asked about.")
    parser.add_argument("--trained", type=int, default=24, help="Of each scene, to train on.")
    parser.add_argument("--steps", type=int, help="Of the second stage; else its recipe's own.")
    parser.add_argument("--set", action="append", default=[], help="A change to every recipe.")
    parser.add_argument("--only", nargs="*", help="Names of runs to make now, such as scratch-0.")
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    for name in ("seeds", "generators", "videos", "trained", "steps"):
        value = getattr(given, name)
        if value is not None and value < 1:
            parser.error(f"--{name} {value}: expected 1 or more")
    work, seeds = given.work, range(given.seeds)
    make_data(work, given.videos, given.trained)
    if not (work / "base").exists():
        run_refvps("tiny", "base", "--to", str(work / "base"))
    generators = min(given.generators or given.seeds, given.seeds)
    shorter: tuple[str, ...] = ()
    if given.steps is not None:
        warm_up = min(200, given.steps // 5)
        shorter = (f"schedule.steps={given.steps}", f"schedule.warm_up={warm_up}")
    for run in runs(given.seeds, generators, shorter):
        if given.only is None or run.name in given.only:
            make(work, run, given.set)
    print("\n".join(table(work, seeds, range(generators))))
    if given.plot:
        plot(work, seeds, given.plot)


if __name__ == "__main__":
    main()
