"""The networks that are published as SAM 2 and SAM 2.1, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from refvps.errors import ConfigError

SIZES = ("tiny", "small", "base-plus", "large")


@dataclass(frozen=True, slots=True)
class Architecture:
    """All in which one network differs from another.

    Attributes:
        name: as people call it: "sam2.1-hiera-large".
        embed: channels of the encoder's first stage; each further stage doubles them.
        heads: attention heads of the first stage; each further stage doubles them.
        blocks: blocks of each stage.
        global_blocks: blocks that attend to the whole image.
        windows: side of the windows of each stage, in tokens.
        background: size of the learned grid of window positions.
        side: the square that frames are resized to, in pixels.
        hidden: channels of everything after the encoder.
        layers: layers of memory attention.
        memories: frames it remembers: those given and the latest.
        pointer_time: whether pointers to the target know their distance in time, as in 2.1.
        occlusion: whether the memory marks frames without the target, as in 2.1.
    """

    name: str
    embed: int
    heads: int
    blocks: tuple[int, ...]
    global_blocks: tuple[int, ...]
    windows: tuple[int, ...] = (8, 4, 14, 7)
    background: tuple[int, int] = (7, 7)
    side: int = 1024
    hidden: int = 256
    layers: int = 4
    memories: int = 7
    pointer_time: bool = True
    occlusion: bool = True

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of each stage."""
        return tuple(self.embed * 2**stage for stage in range(len(self.blocks)))

    @property
    def grid(self) -> int:
        """Side of the encoder's coarsest map that is used, in tokens."""
        return self.side // 16


def _published(version: str) -> Mapping[str, Architecture]:
    newer = version == "sam2.1"
    name = f"{version}-hiera"
    time = {"pointer_time": newer, "occlusion": newer}
    return {
        one.name: one
        for one in (
            Architecture(f"{name}-tiny", 96, 1, (1, 2, 7, 2), (5, 7, 9), **time),
            Architecture(f"{name}-small", 96, 1, (1, 2, 11, 2), (7, 10, 13), **time),
            Architecture(
                f"{name}-base-plus",
                112,
                2,
                (2, 3, 16, 3),
                (12, 16, 20),
                background=(14, 14),
                **time,
            ),
            Architecture(
                f"{name}-large",
                144,
                2,
                (2, 6, 36, 4),
                (23, 33, 43),
                windows=(8, 4, 16, 8),
                **time,
            ),
        )
    }


ARCHITECTURES = {**_published("sam2.1"), **_published("sam2")}
"""By name; source: the configuration files of the official repository."""


def architecture_named(name: str) -> Architecture:
    """Return a published architecture.

    Raises:
        ConfigError: no such one.
    """
    if name not in ARCHITECTURES:
        raise ConfigError(f"no SAM 2 network {name!r}; known: {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]


def repository_of(architecture: Architecture) -> str:
    """Return the hub repository that the authors published its weights in."""
    return f"facebook/{architecture.name}"


def official_file_of(architecture: Architecture) -> str:
    """Return the name of the authors' own file of its weights."""
    return f"{architecture.name.replace('-', '_')}.pt"
