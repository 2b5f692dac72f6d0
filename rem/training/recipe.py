"""Recipes: everything that decides what a training run does, as one strict TOML file.

Where the machine's data lies, how many processes run and where results go is no part of it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from refvps.errors import ConfigError


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Model(_Part):
    """What is trained."""

    variant: str
    """A variant of REM, or a folder of components in the Diffusers layout."""
    size: int = Field(512, ge=16)
    """Frames are squeezed to this many pixels on each side."""
    frames: int = Field(8, ge=1)
    """Frames of a sample from a video."""
    dropout: bool = False
    """Whether dropout is active; the official code never leaves evaluation mode."""
    fresh: tuple[Literal["network", "text_encoder"], ...] = ()
    """Components that start from random weights, drawn from the seed."""
    checkpointing: bool = False
    """Whether activations are computed again in the backward pass instead of kept."""


class Data(_Part):
    """What is trained on."""

    videos: tuple[str, ...] = ()
    """Data sets of videos, ``NAME[:OPTION=VALUE,…]``."""
    images: tuple[str, ...] = ()
    """Data sets of single images."""
    image_form: Literal["still", "repeated", "pseudo-video"] = "still"
    """One frame; the same frame as often as a video has frames; or shaken copies of it."""
    images_per_set: int | None = Field(None, ge=1)
    """Expressions drawn once from each set of images; by default all."""
    images_per_video: float | None = Field(None, ge=0)
    """Images for each sample of a video, drawn once from all sets together; 0 leaves images out."""
    most_samples: int | None = Field(None, ge=1)
    """Samples drawn once from everything, for smaller studies."""
    order: Literal["mixed", "alternate"] = "mixed"
    """All in one random order; or batches of images and batches of videos in turn."""
    reshuffle: bool = True
    """Whether each epoch has an order of its own."""
    lower_case: bool = False
    """Whether expressions are lower-cased and their white space collapsed."""
    leave_out_concepts: tuple[str, ...] = ()
    """Concepts whose clips are not trained on."""
    captions: str | None = None
    """A JSON file of captions by clip id, for the objective ``denoise``; else expressions."""
    held_out: float = Field(0.02, ge=0, lt=1)
    """Share of the videos or images kept for validation, whole videos at a time."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not self.videos and not self.images:
            raise ValueError("name at least one data set under videos or images")
        if self.images_per_set is not None and self.images_per_video is not None:
            raise ValueError("give images_per_set or images_per_video, not both")
        if self.images_per_video is not None and not self.videos:
            raise ValueError("images_per_video needs videos")
        if self.order == "alternate" and not (self.videos and self.images):
            raise ValueError("order = 'alternate' needs both videos and images")
        return self


class Objective(_Part):
    """What the network learns to answer."""

    kind: Literal["mask", "denoise"] = "mask"
    """Mask latents (Eq. 7), or the generator's own target (Eq. 3)."""
    noise: bool = True
    """Whether noise of ``noise_step`` is added to the latents of the video; for ``mask``."""
    noise_step: int = Field(0, ge=0, le=999)
    """The time step told to the network, and how noisy its input is; for ``mask``."""
    supervision: Literal["latent", "rgb"] = "latent"
    """Where the loss is: between mask latents, or between masks in pixels."""
    decoder: Literal["frozen-vae", "trained-vae", "cnn", "mlp"] = "frozen-vae"
    """What makes masks of the answer; all but the first need ``supervision = "rgb"``."""
    lean: float = Field(1.0, ge=1)
    """For ``denoise``: 1 draws time steps uniformly, more leans to noisier ones."""
    empty_text: float = Field(0.0, ge=0, le=1)
    """For ``denoise``: share of samples whose text is left out."""
    single_frame: float = Field(0.0, ge=0, le=1)
    """For ``denoise``: share of batches that show one frame alone."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.supervision == "latent" and self.decoder != "frozen-vae":
            raise ValueError(f"decoder = {self.decoder!r} needs supervision = 'rgb'")
        if self.kind == "denoise" and self.supervision != "latent":
            raise ValueError("kind = 'denoise' is supervised in latents alone")
        return self


class Parameters(_Part):
    """What is trained of the network; VAE and text encoder are frozen but for ``trained-vae``."""

    frozen: tuple[str, ...] = ()
    """Pieces of names: a parameter whose name contains one of them is frozen."""
    train_text: bool = False
    """Whether the text encoder is trained too; for generators that have none yet."""


class Optimiser(_Part):
    """AdamW."""

    lr: float = Field(gt=0)
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = Field(1e-5, ge=0)
    """Source: default of the official scripts."""
    limit: Literal["none", "clamp", "clamp-each", "norm"] = "clamp"
    """What holds gradients down: elements of the whole batch's gradient; elements of each
    process's part, as the official hooks do; or the norm."""
    limit_value: float = Field(0.1, gt=0)
    batch: int = Field(4, ge=1)
    """Samples a step, over all processes."""


class Schedule(_Part):
    """How long, and how the learning rate goes."""

    steps: int | None = Field(None, ge=1)
    epochs: float | None = Field(None, gt=0)
    warm_up: int = Field(0, ge=0)
    """Steps of a linear rise."""
    drop_after: int | None = Field(None, ge=1)
    """The step after which the learning rate is multiplied by ``drop_factor``."""
    drop_factor: float = Field(0.1, gt=0)
    shape: Literal["constant", "cosine"] = "constant"

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.steps is None) == (self.epochs is None):
            raise ValueError("give either steps or epochs")
        return self


class Precision(_Part):
    """In which types numbers are kept."""

    weights: Literal["float32", "bfloat16", "official"] = "float32"
    """Type of the network's weights. Anything narrower than float32 loses small updates.
    ``official`` is bfloat16 but for attention, norms and tables, as the official code keeps Wan."""
    compute: Literal["float32", "tfloat32", "bfloat16"] = "float32"
    """Type of the network's products: float32, with 10 bits on a GPU, or bfloat16 by autocast."""
    vae: Literal["float32", "bfloat16"] = "float32"
    """Type of the frozen VAE's products."""


class Validation(_Part):
    """How the best checkpoint is found."""

    every: int = Field(1000, ge=1)
    """Steps between validations; one more at the end."""
    samples: int = Field(64, ge=1)
    """At most this many queries, the same each time."""
    dataset: str | None = None
    """A data set instead of the part held out."""
    overlays: int = Field(4, ge=0)
    """Queries drawn each time."""


class Checkpoints(_Part):
    """What is kept."""

    every: int = Field(500, ge=1)
    """Steps between checkpoints; one more at the end."""


class Recipe(_Part):
    """A training run."""

    summary: str
    follows: Literal["paper", "official code", "ours"]
    """Whose choices these are."""
    starts_from: str = "generator"
    """``generator``, or the recipe whose result ``--from`` must name."""
    seed: int = 42
    model: Model
    data: Data
    objective: Objective = Objective()
    parameters: Parameters = Parameters()
    optimiser: Optimiser
    schedule: Schedule
    precision: Precision = Precision()
    validation: Validation = Validation()
    checkpoints: Checkpoints = Checkpoints()

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.data.order == "alternate" and self.schedule.steps is None:
            raise ValueError("data.order = 'alternate' needs schedule.steps: an epoch is not one")
        stills = self.data.images and self.data.image_form == "still"
        if stills and self.data.videos and self.data.order == "mixed" and self.model.frames > 1:
            raise ValueError(
                "single images and videos cannot share a batch: set data.order = 'alternate', or "
                "data.image_form"
            )
        return self


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that ship."""
    folder = files("rem.training") / "recipes"
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


def read_recipe(name: str, changes: Mapping[str, str] | None = None) -> Recipe:
    """Return a recipe that ships, or that of a file.

    Args:
        name: its name, or the path of a TOML file.
        changes: values over those of the file, by dotted key: ``{"optimiser.lr": "1e-5"}``.

    Raises:
        ConfigError: there is none, or it is wrong; every problem is named.
    """
    path = Path(name)
    if path.suffix == ".toml":
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: recipe cannot be read: {error}") from error
    elif name in recipe_names():
        text = (files("rem.training") / "recipes" / f"{name}.toml").read_text("utf-8")
    else:
        known = ", ".join(recipe_names())
        raise ConfigError(f"no recipe is called {name!r}; known: {known}; or name a .toml file")
    return parse_recipe(text, name, changes or {})


def parse_recipe(text: str, name: str, changes: Mapping[str, str]) -> Recipe:
    """Return the recipe of a TOML text; see ``read_recipe``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not valid TOML: {error}") from error
    for key, value in changes.items():
        _put(document, key.split("."), _toml_value(value))
    try:
        return Recipe.model_validate(_as_tuples(document))
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, item['loc'])) or 'recipe'}: "
            f"{item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        ]
        raise ConfigError(f"{name}: {problems[0]}", details=problems) from error


def _put(document: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise ConfigError(f"--set {'.'.join(keys)}: {key} is a value, not a section")
    if value == "":
        document.pop(keys[-1], None)
    else:
        document[keys[-1]] = value


def _toml_value(text: str) -> Any:
    """Return a value as TOML reads it; what TOML cannot read is a string."""
    if not text:
        return ""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _as_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_as_tuples(item) for item in value)
    return value
