"""The stages after fetching, in their order."""

from refvps.collect.config import CollectConfig
from refvps.collect.stage import Stage
from refvps.collect.stages.analysing import AnalyseStage
from refvps.collect.stages.previewing import PreviewStage
from refvps.collect.stages.probing import ProbeStage
from refvps.errors import ConfigError


def stages_of(config: CollectConfig) -> tuple[Stage, ...]:
    """Return the stages with the options of a configuration.

    Raises:
        ConfigError: options for a stage that there is not, or that it does not have.
    """
    stages: tuple[Stage, ...] = (ProbeStage(), AnalyseStage(), PreviewStage())
    known = [stage.name for stage in stages]
    for name, options in config.stages.items():
        if name not in known:
            raise ConfigError(f"stages: unknown stage {name!r}; known: {', '.join(known)}")
        if options:
            raise ConfigError(f"stages.{name}.{next(iter(options))}: stages have no options yet")
    return stages
