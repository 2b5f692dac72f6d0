"""The ``rem`` method: text-to-video diffusion fine-tuned to segment what words refer to."""

import dataclasses
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from refvps.errors import ConfigError, MissingExtraError
from refvps.options import parse_options
from refvps.protocols import Method, MethodCard
from refvps.types import Clip, Prediction, Query
from rem.options import RemOptions, RemSettings, settings_of
from rem.tiny.shipped import BUILT_IN, NOTE, shipped_weights
from rem.variants import MS_1_4B, TINY, Variant, benchmark_of, variant_named

if TYPE_CHECKING:
    from rem.base import Base
    from rem.pipeline import RemPipeline

log = logging.getLogger(__name__)

PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "safetensors")


class Rem:
    """REM with one variant's weights. They are loaded when the first query is asked."""

    def __init__(self, options: RemOptions, checkpoint: Path, note: str | None = None) -> None:
        """Take the options, where the weights are, and what must be said of them."""
        self._options = options
        self._checkpoint = checkpoint
        self._note = note
        self._settings = settings_of(options, _variant(options, checkpoint))
        self._pipeline: RemPipeline | None = None
        self._made: Callable[[int], None] = lambda _: None

    def tell(self, made: Callable[[int], None]) -> None:
        """See ``TellsProgress``: once a window and expression."""
        self._made = made

    def for_dataset(self, name: str) -> "Rem":
        """See ``FitsDatasets``: its official windows, unless others were asked for.

        Raises:
            ConfigError: the weights are those that ship, and the data set is not the demo.
        """
        if self._note is not None and name != BUILT_IN:
            raise _no_weights(MS_1_4B)
        if self._options.windows is not None:
            return self
        windows = benchmark_of(name, self._settings.variant)
        options = dataclasses.replace(self._options, windows=windows)
        return Rem(options, self._checkpoint, self._note)

    @property
    def settings(self) -> RemSettings:
        """Every value in force."""
        return self._settings

    @property
    def card(self) -> MethodCard:
        """Options in force, digests of all weights, the device."""
        from importlib.metadata import version

        from rem.checkpoints.digest import digest_of
        from rem.checkpoints.files import weight_files
        from rem.placement import device_label, device_named, devices_of

        settings = self._settings
        return MethodCard(
            options={**settings.as_text(), "base": self._base().digest()},
            checkpoint=digest_of(weight_files(self._checkpoint, settings.variant.network)),
            device=device_label(device_named(self._options.device)),
            seed=None if settings.noise == "none" else settings.seed,
            window=settings.plan.longest,
            versions={name: version(name) for name in PACKAGES},
            # The network uses every core, or the whole of each GPU.
            workers=devices_of(self._options.device),
            note=self._note,
        )

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        """Yield one prediction a query; the expressions of a clip share its encoding."""
        for clip, group in groupby(queries, key=_clip):
            asked = list(group)
            self._warn(query.expression.text for query in asked)
            answers = self.pipeline().segment(clip, [query.expression for query in asked])
            for query, found in zip(asked, answers, strict=True):
                yield Prediction(query, clip.frame_ids, found)

    def pipeline(self) -> "RemPipeline":
        """Return the model, loaded on first use.

        Raises:
            DataError: weights cannot be read, or do not match in full.
        """
        if self._pipeline is None:
            import torch

            from rem.build import build_backbone
            from rem.pipeline import RemPipeline
            from rem.placement import Placement, device_named

            settings = self._settings
            placement = Placement(
                device_named(self._options.device),
                getattr(torch, settings.dtype),
                self._options.offload,
                settings.autocast,
            )
            log.info("rem: loading %s from %s", settings.variant.name, self._checkpoint)
            backbone = build_backbone(settings, self._base(), self._checkpoint, placement)
            self._pipeline = RemPipeline(backbone, settings, self._tell_made)
        return self._pipeline

    def _warn(self, texts: Iterable[str]) -> None:
        if self._settings.variant is TINY:
            from rem.tiny.unknown_words import warn_of_unknown_words

            warn_of_unknown_words(texts)

    def _tell_made(self, masks: int) -> None:
        self._made(masks)  # whoever listens by now

    def _base(self) -> "Base":
        from rem.base import Base, find_base, parts_of

        variant = self._settings.variant
        own = Base(self._checkpoint, parts_of(variant))
        if self._options.base is None and not own.missing():
            return own
        return find_base(variant, self._options.base, download=self._options.download)


class Undecided:
    """The method as long as nobody said which weights: the small REM, and on the demo alone."""

    def __init__(self, options: RemOptions) -> None:
        self._options = options

    def for_dataset(self, name: str) -> Method:
        """See ``FitsDatasets``."""
        if name != BUILT_IN:
            raise _no_weights(MS_1_4B)
        return _shipped(self._options).for_dataset(name)

    @property
    def card(self) -> MethodCard:
        """Refused: there is nothing to describe."""
        raise _no_weights(MS_1_4B)

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:  # noqa: ARG002
        """Refused: there is nothing to predict with."""
        raise _no_weights(MS_1_4B)


def load(options: Mapping[str, str]) -> Method:
    """Return the method; see ``RemOptions`` for its options.

    Without a checkpoint it is the small REM that ships: by itself on the demo, and with
    ``variant=tiny`` on a video of the user's. No data set but the demo is scored with it.

    Raises:
        ConfigError: options that cannot be, or no checkpoint.
        MissingExtraError: torch, diffusers or transformers is not installed.
    """
    parsed = parse_options(RemOptions, options, "method 'rem'")
    if parsed.checkpoint is not None:
        _require_packages()
        return Rem(parsed, parsed.checkpoint)
    if parsed.variant is None:
        return Undecided(parsed)
    if parsed.variant == TINY.name:
        return _shipped(parsed)
    raise _no_weights(variant_named(parsed.variant))


def _shipped(options: RemOptions) -> Rem:
    _require_packages()
    _announce()
    return Rem(dataclasses.replace(options, variant=TINY.name), shipped_weights(), NOTE)


@cache
def _announce() -> None:
    """Say once a process what runs."""
    log.warning("rem: %s", NOTE)


def _no_weights(variant: Variant) -> ConfigError:
    source = f"; the authors' are at: hf download {variant.weights}" if variant.weights else ""
    small = "; on a video of yours --variant tiny runs the small REM that ships"
    return ConfigError(
        f"method 'rem' needs trained weights of {variant.name}: give them with "
        f"--checkpoint FILE{source}{small if variant is MS_1_4B else ''}"
    )


def _variant(options: RemOptions, checkpoint: Path) -> Variant:
    from rem.checkpoints.written import FACTS_FILE, read_facts

    facts = read_facts(checkpoint)
    if facts is None:
        return variant_named(options.variant) if options.variant else MS_1_4B
    if options.variant not in (None, facts.variant):
        raise ConfigError(
            f"{checkpoint / FACTS_FILE}: weights of variant {facts.variant}; "
            f"asked for {options.variant}"
        )
    return variant_named(facts.variant)


def _require_packages() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in PACKAGES):
        raise MissingExtraError("method 'rem'", "models")


def _clip(query: Query) -> Clip:
    return query.clip
