"""The plug-in ``triage`` of ``refvps.pages``: deciding on candidates, behind the annotator's login.

Its one setting is ``config``, the path of a ``collect.toml``.
"""

from pathlib import Path

from refvps.collect.config import read_config
from refvps.errors import ConfigError, MissingExtraError
from refvps.pages import PageHost, PageLink


def load(host: PageHost) -> PageLink | None:
    """Add the page, where a collection is named.

    Raises:
        ConfigError: a setting that there is not, or the file it names is wrong.
        DataError: there is no collection yet.
        MissingExtraError: what collecting needs is not installed.
    """
    unknown = sorted(set(host.settings) - {"config"})
    if unknown:
        raise ConfigError(f"page 'triage': unknown setting {unknown[0]!r}; known: config")
    if "config" not in host.settings:
        return None
    try:
        from refvps.collect.triage.desk import desk_of
        from refvps.collect.triage.routes import PREFIX, ROLES, Room, router
    except ImportError as error:
        raise MissingExtraError("the triage page", "collect") from error
    config, base = read_config(Path(host.settings["config"]))
    host.app.state.triage = Room(desk_of(config, base), host.visitor)
    host.app.include_router(router)
    return PageLink("Triage", f"{PREFIX[1:]}/", ROLES)
