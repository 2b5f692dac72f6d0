"""The stages after fetching, in their order."""

from pathlib import Path

from refvps.collect.config import AnalyseOptions, CollectConfig, PreviewOptions, checked
from refvps.collect.detectors.chosen import detectors_of
from refvps.collect.stage import Stage
from refvps.collect.stages.analysing import AnalyseStage
from refvps.collect.stages.previewing import PreviewStage
from refvps.collect.stages.probing import ProbeStage
from refvps.errors import ConfigError

NAMES = ("probe", "analyse", "preview")


def stages_of(config: CollectConfig, base: Path) -> tuple[Stage, ...]:
    """Return the stages with the options of a configuration.

    Args:
        config: the configuration.
        base: where its relative paths start from.

    Raises:
        ConfigError: options for a stage that there is not, or that it does not have.
    """
    given = config.stages
    for name in given:
        if name not in NAMES:
            raise ConfigError(f"stages: unknown stage {name!r}; known: {', '.join(NAMES)}")
    if given.get("probe"):
        raise ConfigError(f"stages.probe.{next(iter(given['probe']))}: probe has no options")
    analyse = analyse_options(config)
    return (
        ProbeStage(),
        AnalyseStage(analyse, detectors_of(analyse, base)),
        PreviewStage(checked(PreviewOptions, given.get("preview", {}), "stages.preview")),
    )


def analyse_options(config: CollectConfig) -> AnalyseOptions:
    """Return the options of the analysis.

    Raises:
        ConfigError: one that there is not, or out of range.
    """
    return checked(AnalyseOptions, config.stages.get("analyse", {}), "stages.analyse")
