"""The annotation protocol: what everyone agrees to, and which version of it."""

from pathlib import Path

VERSION = "1.0"
"""Of ``docs/annotation-protocol.md``; recorded with every job when it is handed in, because
agreement means agreement under one protocol. A change of a rule changes it."""

NAME = "annotation-protocol.md"
PICTURES = "images/protocol"


def protocol_folder() -> Path:
    """Return the folder of the protocol and its pictures: in the package, or in a checkout."""
    packed = Path(__file__).parent / "documents"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "docs"
