"""The stages after fetching, in their order."""

from refvps.collect.config import AnalyseOptions, CollectConfig, PreviewOptions, checked
from refvps.collect.stage import Stage
from refvps.collect.stages.analysing import AnalyseStage
from refvps.collect.stages.previewing import PreviewStage
from refvps.collect.stages.probing import ProbeStage
from refvps.errors import ConfigError

NAMES = ("probe", "analyse", "preview")


def stages_of(config: CollectConfig) -> tuple[Stage, ...]:
    """Return the stages with the options of a configuration.

    Raises:
        ConfigError: options for a stage that there is not, or that it does not have.
    """
    given = config.stages
    for name in given:
        if name not in NAMES:
            raise ConfigError(f"stages: unknown stage {name!r}; known: {', '.join(NAMES)}")
    if given.get("probe"):
        raise ConfigError(f"stages.probe.{next(iter(given['probe']))}: probe has no options")
    return (
        ProbeStage(),
        AnalyseStage(analyse_options(config)),
        PreviewStage(checked(PreviewOptions, given.get("preview", {}), "stages.preview")),
    )


def analyse_options(config: CollectConfig) -> AnalyseOptions:
    """Return the options of the analysis.

    Raises:
        ConfigError: one that there is not, or out of range.
    """
    return checked(AnalyseOptions, config.stages.get("analyse", {}), "stages.analyse")
