"""The stages after fetching, in their order."""

from refvps.collect.config import CollectConfig
from refvps.collect.stage import Stage
from refvps.errors import ConfigError


def stages_of(config: CollectConfig) -> tuple[Stage, ...]:
    """Return the stages with the options of a configuration.

    Raises:
        ConfigError: options for a stage that there is not.
    """
    stages: tuple[Stage, ...] = ()
    known = [stage.name for stage in stages]
    unknown = sorted(set(config.stages) - set(known))
    if unknown:
        raise ConfigError(f"stages: unknown stage {unknown[0]!r}; known: {', '.join(known)}")
    return stages
