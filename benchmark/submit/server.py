"""The layouts that the servers of data sets accept."""

from collections.abc import Mapping
from dataclasses import dataclass

from refvps.errors import ConfigError
from refvps.types import Query


@dataclass(frozen=True, slots=True)
class Server:
    """What a server accepts.

    Attributes:
        dataset: the data set it scores, as an entry point.
        split: the split it scores.
        wrapper: the folder that holds the folders of the videos, with its slash; may be empty.
    """

    dataset: str
    split: str
    wrapper: str

    def name(self, query: Query, frame_id: str) -> str:
        """Return the name in the archive of a query's mask on a frame."""
        return f"{self.wrapper}{query.query_id}/{frame_id}.png"


SERVERS: Mapping[str, Server] = {
    server.dataset: server
    for server in (
        # ref-yt/infer_ytvos_MS.py of miccooper9/ReferEverything: the folder Annotations is zipped.
        Server("ref-youtube-vos", "valid", "Annotations/"),
        # README.md of henghuiding/MeViS: the folders of the videos lie at the top.
        Server("mevis", "valid", ""),
    )
}


def server_of(dataset: str) -> Server:
    """Return the server of a data set; options after the name, ``mevis:…``, do not matter.

    Raises:
        ConfigError: it has none, or its split scored by the server was not asked for.
    """
    name, _, options = dataset.partition(":")
    if name not in SERVERS:
        known = ", ".join(sorted(SERVERS))
        raise ConfigError(f"no server is known for data set {name!r}; known: {known}")
    server = SERVERS[name]
    for option in options.split(","):
        key, _, value = option.partition("=")
        if key == "split" and value != server.split:
            raise ConfigError(
                f"the server of {name!r} scores split={server.split}, not split={value}"
            )
    return server
