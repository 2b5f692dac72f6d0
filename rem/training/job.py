"""A whole run: what it is made of is opened and checked first, then trained."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.datasets.open import open_dataset
from refvps import atomic
from refvps.errors import ConfigError
from refvps.protocols import Dataset
from rem.training import checkpoint
from rem.training.batches import Batches, load_batches, read_captions
from rem.training.cache import open_cache
from rem.training.checkpointing import recompute_activations
from rem.training.components import set_weight_type
from rem.training.generator import Generator, Parts, generator_of
from rem.training.journal import Journal
from rem.training.loop import Loop, StepLog
from rem.training.parameters import Selection, apply_selection, clamp_each, decay_groups, select
from rem.training.pool import Item, Pool, gather
from rem.training.rates import total_steps
from rem.training.recipe import Recipe
from rem.training.trainee import NETWORK, build_trainee
from rem.training.validation import Validated, chosen_queries, validate

if TYPE_CHECKING:
    from torch import nn

log = logging.getLogger(__name__)

EVALUATION_ONLY = ("ref-davis", "ref-vps", "burst", "vspw")
"""Data sets that results are reported on; choosing a model on one is choosing on the test."""

Report = Callable[[StepLog], None]


@dataclass(frozen=True, slots=True)
class Machine:
    """What a recipe leaves open: how this machine runs it.

    Attributes:
        per_device: samples that go through the network at once.
        workers: processes that read ahead.
        cache: folder of latents made beforehand, or None.
        board: whether TensorBoard's files are written.
        cpu: whether an accelerator is left alone.
    """

    per_device: int = 1
    workers: int = 2
    cache: Path | None = None
    board: bool = False
    cpu: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """The opened data of a run.

    Attributes:
        pool: what is trained on, and what is held out.
        digests: of every data set, by its name.
        validation: the queries that decide which checkpoint is best.
    """

    pool: Pool
    digests: Mapping[str, str]
    validation: Sequence[Item] = field(repr=False)


def open_material(recipe: Recipe, roots: Mapping[str, Path]) -> Material:
    """Open all data sets of a recipe.

    Args:
        recipe: names them.
        roots: their folders by name; those in ``refvps.toml`` need none.

    Raises:
        RefvpsError: a data set cannot be opened, or nothing is left to validate on.
    """
    unknown = set(roots) - {_bare(name) for name in _named(recipe)}
    if unknown:
        used = ", ".join(sorted({_bare(name) for name in _named(recipe)}))
        raise ConfigError(f"--data {min(unknown)}=…: the recipe uses {used}")

    def opened(name: str) -> Dataset:
        return open_dataset(name, roots.get(_bare(name)))

    videos = [opened(name) for name in recipe.data.videos]
    images = [opened(name) for name in recipe.data.images]
    pool = gather(videos, images, recipe.data, recipe.seed)
    digests = {dataset.name: dataset.digest for dataset in (*videos, *images)}
    named = recipe.validation.dataset
    if named is not None:
        if _bare(named) in EVALUATION_ONLY:
            log.warning(
                "the best checkpoint is chosen on %s: its results there are no longer zero-shot",
                named,
            )
        dataset = opened(named)
        digests[f"validation {dataset.name}"] = dataset.digest
        items = [Item(dataset, query, still=False) for query in dataset.queries()]
    else:
        items = list(pool.held_out)
    chosen = chosen_queries(items, recipe.validation.samples, recipe.seed)
    if not chosen:
        raise ConfigError("nothing is held out to validate on: raise data.held_out")
    return Material(pool, digests, tuple(chosen))


def trainable_selection(parts: Parts, recipe: Recipe) -> Selection:
    """Return what is trained and frozen of the network, by the network's own names."""
    names = [name for name, _ in parts.network.named_parameters()]
    return select(names, recipe.parameters.frozen)


@dataclass(frozen=True, slots=True)
class Job:
    """A run that is ready to start.

    Attributes:
        recipe: what to do.
        material: with what.
        machine: how.
        folder: where results go.
        start: SHA-256 or name of what the weights start from, for ``training.json``.
    """

    recipe: Recipe
    material: Material
    machine: Machine
    folder: Path
    start: str

    @property
    def facts(self) -> dict[str, Any]:
        """What the run depends on beside the recipe."""
        return {"start": self.start, "datasets": dict(self.material.digests)}

    def run(self, parts: Parts, report: Report, *, earlier: checkpoint.State | None = None) -> Path:
        """Train to the end, going on where the folder's last checkpoint is.

        Args:
            parts: the components, on the CPU in float32.
            report: called in every process after each step.
            earlier: trained weights of an earlier stage.

        Returns:
            The folder of the last checkpoint.
        """
        from accelerate.utils import set_seed

        set_seed(self.recipe.seed)
        progress = checkpoint.read_progress(self.folder)
        if progress is not None:
            checkpoint.require_same_run(
                self.folder, progress, self.recipe.model_dump(mode="json"), self.facts
            )
        loop, batches = self._prepare(parts, earlier if progress is None else None)
        if progress is not None:
            weights = checkpoint.read_weights(self.folder)
            checkpoint.restore_weights(loop.trainee, _bare_optimiser(loop), weights)
        done = progress.step if progress else 0
        best = progress.best if progress else None
        return self._train(loop, batches, report, (done, best))

    def _prepare(self, parts: Parts, earlier: checkpoint.State | None) -> tuple[Loop, Batches]:
        accelerator = make_accelerator(self.recipe, self.machine)
        recipe = self.recipe
        generator = generator_of(parts)
        trainee = make_trainee(generator, recipe)
        if earlier is not None:
            load_earlier(trainee, earlier, self.start)
        _place_frozen(parts, recipe, accelerator.device)
        trainee.to(accelerator.device)
        optimiser = make_optimiser(trainee, recipe, accelerator.device)
        trainee, prepared = accelerator.prepare(trainee, optimiser)
        cache = self._filled_cache(generator, accelerator)
        captions = self.recipe.data.captions
        batches = Batches(
            self.material.pool,
            recipe,
            accelerator.process_index,
            accelerator.num_processes,
            cache,
            read_captions(Path(captions), self.material.pool) if captions else None,
        )
        steps = total_steps(recipe.schedule, batches.stream.steps_an_epoch)
        per_device = min(self.machine.per_device, recipe.optimiser.batch)
        return (
            Loop(accelerator, trainee, prepared, generator, recipe, per_device, steps),
            batches,
        )

    def _filled_cache(self, generator: Generator, accelerator: Any) -> Any:  # noqa: ANN401
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
        self,
        loop: Loop,
        batches: Batches,
        report: Report,
        state: tuple[int, checkpoint.Best | None],
    ) -> Path:
        done, best = state
        main = loop.accelerator.is_main_process
        journal = Journal(self.folder, done=done, board=self.machine.board) if main else None
        last = self.folder / checkpoint.LAST
        steps = range(done, loop.steps)
        logs = loop.run(load_batches(batches, steps, self.machine.workers), done) if steps else ()
        try:
            for entry in logs:
                report(entry)
                if journal:
                    journal.step(entry)
                due = self._due(entry.step, loop.steps)
                if due[0]:
                    best = self._validate(loop, entry.step, best, journal)
                elif due[1]:
                    self._save(loop, checkpoint.Progress(entry.step, best, *self._identity()))
        finally:
            if journal:
                journal.close()
        return last.resolve()

    def _due(self, step: int, steps: int) -> tuple[bool, bool]:
        """Return whether to validate, which saves too, and whether to save."""
        end = step == steps
        check = step % self.recipe.validation.every == 0 or end
        return check, step % self.recipe.checkpoints.every == 0

    def _validate(
        self, loop: Loop, step: int, best: checkpoint.Best | None, journal: Journal | None
    ) -> checkpoint.Best:
        folder = self.folder / "overlays" / f"{step:08}"
        found = validate(loop, self.material.validation, folder)
        better = best is None or found.better_than(best.value)
        best = checkpoint.Best(step, found.value) if best is None or better else best
        progress = checkpoint.Progress(step, best, *self._identity())
        saved = self._save(loop, progress)
        if journal is not None and saved is not None:
            journal.validated(step, found)
            log.info("step %d: validation %s", step, _said(found))
            if better:
                checkpoint.mark_best(self.folder, saved, progress)
            checkpoint.prune(self.folder)
        loop.accelerator.wait_for_everyone()
        return best

    def _save(self, loop: Loop, progress: checkpoint.Progress) -> Path | None:
        weights = checkpoint.collect_weights(loop.trainee, _bare_optimiser(loop))
        if not loop.accelerator.is_main_process:
            return None
        saved = checkpoint.write_checkpoint(self.folder, weights, loop.generator.parts, progress)
        checkpoint.prune(self.folder)
        return saved

    def _identity(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return self.recipe.model_dump(mode="json"), self.facts


def make_accelerator(recipe: Recipe, machine: Machine) -> Any:  # noqa: ANN401 - Accelerate's
    """Return Accelerate's view of the processes, as ``accelerate launch`` has set them up."""
    from accelerate import Accelerator

    mixed = "bf16" if recipe.precision.compute == "bfloat16" else "no"
    return Accelerator(mixed_precision=mixed, cpu=machine.cpu)


def make_trainee(generator: Generator, recipe: Recipe) -> "nn.Module":
    """Return the module to train, with its types, its frozen parts and its hooks set."""
    parts = generator.parts
    for frozen in (parts.vae, parts.text_encoder):
        frozen.requires_grad_(False)
    trainee = build_trainee(generator, recipe)
    selection = select(
        [name for name, _ in trainee.named_parameters()],
        [f"{piece}" for piece in recipe.parameters.frozen],
    )
    apply_selection(trainee, selection)
    set_weight_type(parts.network, recipe.precision.weights)
    if recipe.model.checkpointing:
        recompute_activations(parts.network)
    if recipe.optimiser.limit == "clamp-each":
        clamp_each(trainee, recipe.optimiser.limit_value)
    trainee.train(recipe.model.dropout)
    return trainee


def make_optimiser(trainee: "nn.Module", recipe: Recipe, device: Any) -> Any:  # noqa: ANN401
    """Return AdamW over what is trained, as the recipe wants it."""
    import torch

    wanted = recipe.optimiser
    return torch.optim.AdamW(
        decay_groups(trainee, wanted.weight_decay),
        lr=wanted.lr,
        betas=wanted.betas,
        eps=wanted.eps,
        weight_decay=wanted.weight_decay,
        fused=torch.device(device).type == "cuda",
    )


def load_earlier(trainee: "nn.Module", state: checkpoint.State, name: str) -> None:
    """Give the trainee the weights of an earlier stage; every name of the network must fit.

    What the earlier stage trained and this one does not is put where it belongs by the caller.

    Raises:
        ConfigError: they do not fit.
    """
    own = trainee.state_dict()
    wanted = {key: value for key, value in state.items() if key in own}
    missing = [key for key in own if key.startswith(f"{NETWORK}.") and key not in wanted]
    misfits = [key for key, value in wanted.items() if value.shape != own[key].shape]
    if missing or misfits:
        first = (missing or misfits)[0]
        raise ConfigError(
            f"{name}: does not fit the network of this recipe: {len(missing)} weights missing, "
            f"{len(misfits)} of another shape, the first {first}"
        )
    trainee.load_state_dict(wanted, strict=False)


def _place_frozen(parts: Parts, recipe: Recipe, device: Any) -> None:  # noqa: ANN401
    parts.vae.to(device)
    if not recipe.parameters.train_text:
        parts.text_encoder.to(device)


def _bare_optimiser(loop: Loop) -> Any:  # noqa: ANN401 - Accelerate wraps it
    return getattr(loop.optimiser, "optimizer", loop.optimiser)


def _named(recipe: Recipe) -> list[str]:
    extra = [recipe.validation.dataset] if recipe.validation.dataset else []
    return [*recipe.data.videos, *recipe.data.images, *extra]


def _bare(name: str) -> str:
    return name.partition(":")[0]


def _said(found: Validated) -> str:
    if found.measure == "J":
        return f"J {100 * found.value:.1f} over {found.queries} queries"
    gap = (found.contrast or found.value) / found.value - 1
    return f"loss {found.value:.5f}; {100 * gap:.2f} % more with other words"


def with_release(recipe: Recipe, folder: Path) -> tuple[Recipe, dict[str, Path]]:
    """Return the recipe with a folder in the release format instead of its own data sets."""
    data = replace_data(recipe, videos=("release",), images=())
    return data, {"release": folder}


def replace_data(recipe: Recipe, **changes: Any) -> Recipe:  # noqa: ANN401 - fields of Data
    """Return the recipe with other fields of its data."""
    data = recipe.data.model_copy(update=changes)
    return Recipe.model_validate({**recipe.model_dump(), "data": data.model_dump()})


def ready(folder: Path, *, resume: bool) -> None:
    """Make the folder of a run.

    Raises:
        ConfigError: it holds a run already and is not to go on.
    """
    if checkpoint.read_progress(folder) is not None and not resume:
        raise ConfigError(
            f"{folder}: holds a training run; go on with --resume, or use another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)


def write_recipe(folder: Path, recipe: Recipe) -> None:
    """Store the resolved recipe beside the run."""
    atomic.write_json(folder / "recipe.json", recipe.model_dump(mode="json"))


__all__ = ["Job", "Machine", "Material", "Report", "open_material", "replace"]
