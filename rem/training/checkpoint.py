"""Checkpoints of a run: whole folders, so that a kill leaves the old ones or a new one.

RUN/checkpoints/00000500/rem.json, unet/…    a checkpoint of ``rem``
                         vae/, text_encoder/, … where training changed one of them
                         decoder.safetensors    where a CNN or MLP was trained
                         optimiser.safetensors
                         training.json       step, best, recipe, what it was trained on
RUN/last, RUN/best                           links to two of them; others are removed
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps import atomic
from refvps.errors import DataError, ResumeError
from rem.checkpoints.written import FACTS_FILE, CheckpointFacts
from rem.training.generator import Parts

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

SCHEMA = 1
NETWORK, DECODER, TEXT = "network", "decoder", "text_encoder"
"""What a trainee consists of: the first part of every parameter's name."""

FOLDER, LAST, BEST = "checkpoints", "last", "best"
STATE_FILE, OPTIMISER_FILE, DECODER_FILE = (
    "training.json",
    "optimiser.safetensors",
    "decoder.safetensors",
)
WEIGHTS_FILE = "diffusion_pytorch_model.safetensors"
TEXT_FILE = "model.safetensors"

State = dict[str, "Tensor"]


@dataclass(frozen=True, slots=True)
class Best:
    """The best validation so far.

    Attributes:
        step: after how many steps it was.
        value: of the measure that decides.
    """

    step: int
    value: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: steps done.
        best: the best validation, or None before the first.
        recipe: the resolved recipe.
        facts: what else the run depends on: data sets, start, by name.
    """

    step: int
    best: Best | None
    recipe: Mapping[str, Any]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """All weights of a moment, on the CPU.

    Attributes:
        trainee: by name; see ``trainee.build_trainee``.
        optimiser: ``exp_avg`` and the like, ``NAME/KEY``.
    """

    trainee: State
    optimiser: State


def collect_weights(trainee: "nn.Module", optimiser: "Optimizer") -> Weights:
    """Return all weights, gathered from every process: call it in all of them."""
    from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict

    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    model, kept = get_state_dict(trainee, optimiser, options=options)
    state: Any = kept.get("state", {})
    moments: State = {
        f"{name}/{key}": value for name, values in state.items() for key, value in values.items()
    }
    whole: Any = model
    return Weights(dict(whole), moments)


def restore_weights(trainee: "nn.Module", optimiser: "Optimizer", weights: Weights) -> None:
    """Put weights back; call it in all processes."""
    from torch.distributed.checkpoint.state_dict import (
        StateDictOptions,
        get_optimizer_state_dict,
        set_state_dict,
    )

    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    # Only the groups are taken from it; a full one would be empty in all processes but the first.
    shape: Any = get_optimizer_state_dict(trainee, optimiser)
    state: dict[str, dict[str, Tensor]] = {}
    for place, value in weights.optimiser.items():
        name, _, key = place.rpartition("/")
        state.setdefault(name, {})[key] = value
    shape["state"] = state
    model: Any = weights.trainee
    set_state_dict(
        trainee, optimiser, model_state_dict=model, optim_state_dict=shape, options=options
    )


def write_checkpoint(run: Path, weights: Weights, parts: Parts, progress: Progress) -> Path:
    """Write a checkpoint and make it the last one, and the best one if it is; return its folder."""
    target = run / FOLDER / f"{progress.step:08}"
    if target.is_dir():
        # A kill fell between the folder and the links: it was written whole.
        shutil.rmtree(target)
    with atomic.new_folder(target) as folder:
        _write_modules(folder, weights.trainee, parts, progress)
        _write_tensors(folder / OPTIMISER_FILE, weights.optimiser)
        _write_state(folder / STATE_FILE, progress)
    if progress.best is not None and progress.best.step == progress.step:
        _point(run / BEST, target)
    _point(run / LAST, target)
    return target


def prune(run: Path) -> None:
    """Remove every checkpoint but the last and the best."""
    kept = {(run / name).resolve() for name in (LAST, BEST)}
    for folder in (run / FOLDER).iterdir():
        if folder.resolve() not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def read_progress(run: Path) -> Progress | None:
    """Return how far a run is, or None if it has no checkpoint yet.

    Raises:
        DataError: its state is damaged.
    """
    path = run / LAST / STATE_FILE
    if not (run / LAST).exists():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["schema"] != SCHEMA:
            raise DataError(path, f"schema {found['schema']}; this version reads {SCHEMA}")
        best = Best(**found["best"]) if found["best"] else None
        return Progress(found["step"], best, found["recipe"], found["facts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(path, f"not the state of a training run ({error})") from error


def read_weights(run: Path) -> Weights:
    """Return the weights of a run's last checkpoint.

    Raises:
        DataError: a file is missing or damaged.
    """
    folder = run / LAST
    return Weights(read_trainee(folder), _read_tensors(folder / OPTIMISER_FILE))


def read_trainee(folder: Path) -> State:
    """Return the trained weights in a checkpoint, by the trainee's names.

    Raises:
        DataError: it is no checkpoint, or damaged.
    """
    found: State = {}
    places = (
        (NETWORK, folder / "unet" / WEIGHTS_FILE),
        (NETWORK, folder / "transformer" / WEIGHTS_FILE),
        (TEXT, folder / TEXT / TEXT_FILE),
        (DECODER, folder / DECODER_FILE),
    )
    for name, path in places:
        if path.is_file():
            found |= {f"{name}.{key}": value for key, value in _read_tensors(path).items()}
    if not found:
        raise DataError(folder, "holds no checkpoint of a training run")
    return found


def require_same_run(
    run: Path, found: Progress, recipe: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Raise ``ResumeError`` unless a run was begun with the same recipe and data."""
    differences = [
        *_differences("recipe", found.recipe, recipe, skip=("summary", "checkpoints")),
        *_differences("data", found.facts, facts, skip=()),
    ]
    if differences:
        more = f" (and {len(differences) - 1} more)" if len(differences) > 1 else ""
        raise ResumeError(
            f"{run}: cannot resume: {differences[0]}{more}; use the same, or another folder",
            details=differences,
        )


def _differences(
    where: str, old: Mapping[str, Any], new: Mapping[str, Any], skip: tuple[str, ...]
) -> list[str]:
    found: list[str] = []
    for key in sorted(old.keys() | new.keys()):
        before, now = old.get(key), new.get(key)
        if key in skip or before == now:
            continue
        if isinstance(before, dict) and isinstance(now, dict):
            found += _differences(f"{where}.{key}", before, now, skip=())
        else:
            found.append(f"{where}.{key} was {before!r} and is {now!r}")
    return found


def _write_modules(folder: Path, trainee: State, parts: Parts, progress: Progress) -> None:
    home = folder / parts.variant.network
    home.mkdir()
    parts.network.save_config(home)
    _write_tensors(home / WEIGHTS_FILE, _below(trainee, NETWORK))
    decoder, text = _below(trainee, DECODER), _below(trainee, TEXT)
    if decoder:
        _write_tensors(folder / DECODER_FILE, decoder)
    if parts.own_base or text or progress.recipe["objective"]["decoder"] == "trained-vae":
        _write_base(folder, parts)
    if text:
        _write_tensors(folder / TEXT / TEXT_FILE, text)
    facts = CheckpointFacts(
        variant=parts.variant.name,
        network=parts.variant.network,
        training={"step": progress.step, "recipe": dict(progress.recipe), **progress.facts},
    )
    atomic.write_json(folder / FACTS_FILE, facts.model_dump(by_alias=True))


def _write_base(folder: Path, parts: Parts) -> None:
    """Write the frozen parts too, so that the checkpoint is its own base."""
    parts.vae.save_pretrained(folder / "vae")
    parts.text_encoder.save_pretrained(folder / TEXT)
    parts.tokenizer.save_pretrained(folder / "tokenizer")
    if parts.scheduler is not None:
        parts.scheduler.save_pretrained(folder / "scheduler")


def _below(state: State, name: str) -> State:
    prefix = f"{name}."
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def _write_state(path: Path, progress: Progress) -> None:
    best = asdict(progress.best) if progress.best else None
    atomic.write_json(
        path,
        {
            "schema": SCHEMA,
            "step": progress.step,
            "best": best,
            "recipe": progress.recipe,
            "facts": progress.facts,
        },
    )


def _write_tensors(path: Path, tensors: State) -> None:
    from safetensors.torch import save_file

    save_file({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _read_tensors(path: Path) -> State:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise DataError(path, f"missing or damaged ({error})") from error


def _point(link: Path, target: Path) -> None:
    """Make a link point to a folder beside it, in one step."""
    temporary = link.with_name(f"{atomic.TEMPORARY_PREFIX}{link.name}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(os.path.relpath(target, link.parent))
    temporary.replace(link)
    atomic.sync_folder(link.parent)
