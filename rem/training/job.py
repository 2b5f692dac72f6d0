"""A whole run: prepared, brought to where its last checkpoint is, trained to the end."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import ConfigError
from rem.training import checkpoint
from rem.training.assembly import (
    Machine,
    is_sharded,
    make_accelerator,
    make_optimiser,
    make_trainee,
    place_frozen,
)
from rem.training.batches import Batches, load_batches, read_captions
from rem.training.cache import LatentCache, open_cache
from rem.training.generator import Generator, Parts, generator_of
from rem.training.journal import Journal
from rem.training.loop import Loop, StepLog
from rem.training.material import Material
from rem.training.rates import total_steps
from rem.training.recipe import Recipe
from rem.training.validation import Validated, validate

log = logging.getLogger(__name__)

Report = Callable[[StepLog, int], None]
"""Is told of every step, and how many there will be."""

RECIPE_FILE, OVERLAYS = "recipe.json", "overlays"


def require_folder(folder: Path, *, resume: bool) -> None:
    """Make the folder of a run.

    Raises:
        ConfigError: it holds a run already and is not to go on.
    """
    if checkpoint.read_progress(folder) is not None and not resume:
        raise ConfigError(
            f"{folder}: holds a training run; go on with --resume, or use another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class Job:
    """A run that is ready to start.

    Attributes:
        recipe: what to do.
        material: with what.
        machine: how.
        folder: where results go.
        start: what the weights start from: a digest, or ``generator``.
    """

    recipe: Recipe
    material: Material
    machine: Machine
    folder: Path
    start: str

    def run(self, parts: Parts, report: Report) -> Path:
        """Train to the end, going on where the folder's last checkpoint is.

        Args:
            parts: the components, on the CPU in float32.
            report: called in the first process after each step.

        Returns:
            The folder of the last checkpoint.
        """
        progress = checkpoint.read_progress(self.folder)
        identity = (self.recipe.model_dump(mode="json"), self._facts())
        if progress is not None:
            checkpoint.require_same_run(self.folder, progress, *identity)
        loop, batches = self._prepare(parts)
        if progress is None:
            progress = checkpoint.Progress(0, None, *identity)
        else:
            weights = checkpoint.read_weights(self.folder)
            checkpoint.restore_weights(loop.trainee, _bare(loop.optimiser), weights)
        if loop.accelerator.is_main_process:
            atomic.write_json(self.folder / RECIPE_FILE, identity[0])
        self._train(loop, batches, progress, report)
        return (self.folder / checkpoint.LAST).resolve()

    def _facts(self) -> dict[str, Any]:
        return {"start": self.start, "datasets": dict(self.material.digests)}

    def _prepare(self, parts: Parts) -> tuple[Loop, Batches]:
        recipe, machine = self.recipe, self.machine
        accelerator = make_accelerator(recipe, machine)
        generator = generator_of(parts)
        trainee = make_trainee(generator, recipe)
        place_frozen(parts, accelerator.device)
        cache = self._filled_cache(generator, accelerator)
        captions = recipe.data.captions
        texts = read_captions(Path(captions), self.material.pool) if captions else None
        share = (accelerator.process_index, accelerator.num_processes)
        batches = Batches(self.material.pool, recipe, *share, cache, texts)
        if not is_sharded(accelerator):
            trainee.to(accelerator.device)  # where it is sharded, no device holds all of it
        optimiser = make_optimiser(trainee, recipe, accelerator.device)
        trainee, optimiser = accelerator.prepare(trainee, optimiser)
        per_device = machine.per_device or recipe.optimiser.batch
        steps = total_steps(recipe.schedule, batches.stream.steps_an_epoch)
        loop = Loop(accelerator, trainee, optimiser, generator, recipe, per_device, steps)
        return loop, batches

    def _filled_cache(self, generator: Generator, accelerator: Any) -> LatentCache | None:
        if self.machine.cache is None:
            return None
        cache = open_cache(self.machine.cache, generator, self.recipe)
        missing = cache.missing(self.material.pool.items)
        if missing and accelerator.is_main_process:
            log.info("encoding %d targets beforehand, into %s", len(missing), cache.folder)
            for _ in cache.fill(missing, generator):
                pass
        accelerator.wait_for_everyone()
        return cache

    def _train(
        self, loop: Loop, batches: Batches, progress: checkpoint.Progress, report: Report
    ) -> None:
        steps = range(progress.step, loop.steps)
        if not steps:
            return
        main = loop.accelerator.is_main_process
        board = self.machine.board
        journal = Journal(self.folder, done=progress.step, board=board) if main else None
        read = load_batches(batches, steps, self.machine.workers)
        try:
            for entry in loop.run(read, progress.step):
                if journal is not None:
                    journal.step(entry)
                    report(entry, loop.steps)
                progress = self._between(loop, entry, progress, journal)
        finally:
            if journal is not None:
                journal.close()

    def _between(
        self,
        loop: Loop,
        entry: StepLog,
        progress: checkpoint.Progress,
        journal: Journal | None,
    ) -> checkpoint.Progress:
        """Validate and save where it is time to; return how far the run is."""
        step, found = entry.step, None
        now = checkpoint.Progress(step, progress.best, progress.recipe, progress.facts)
        if step % self.recipe.validation.every == 0 or step == loop.steps:
            found = validate(loop, self.material.validation, self.folder / OVERLAYS / f"{step:08}")
            if now.best is None or found.better_than(now.best.value):
                now = checkpoint.Progress(
                    step, checkpoint.Best(step, found.value), now.recipe, now.facts
                )
        elif step % self.recipe.checkpoints.every:
            return now
        self._save(loop, now)
        if found is not None and journal is not None:
            journal.validated(step, found)
            log.info("step %d: %s", step, said(found))
        return now

    def _save(self, loop: Loop, progress: checkpoint.Progress) -> None:
        weights = checkpoint.collect_weights(loop.trainee, _bare(loop.optimiser))
        if loop.accelerator.is_main_process:
            checkpoint.write_checkpoint(self.folder, weights, loop.generator.parts, progress)
            checkpoint.prune(self.folder)
        loop.accelerator.wait_for_everyone()


def said(found: Validated) -> str:
    """Return what a validation found, for people."""
    if found.measure == "J":
        return f"validation J {100 * found.value:.1f} over {found.queries} queries"
    gap = (found.contrast or found.value) / found.value - 1
    return f"validation loss {found.value:.5f}, {100 * gap:+.2f} % with other words"


def _bare(optimiser: Any) -> Any:
    return getattr(optimiser, "optimizer", optimiser)
