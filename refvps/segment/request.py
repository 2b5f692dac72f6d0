"""What a user asks of a segmentation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from refvps.drawing.wrapping import one_line
from refvps.errors import ConfigError
from refvps.method_choice import MethodChoice
from refvps.names import is_safe_name
from refvps.overlay import COLOURS
from refvps.video.times import WHOLE, Span

LONGEST = 500
"""Characters of an expression; more is no sentence but a mistake."""


@dataclass(frozen=True, slots=True)
class Request:
    """A video, what to find in it, and how.

    Attributes:
        video: a video file or a folder of frames.
        expressions: what to segment, one or more.
        choice: the method.
        span: the part of the video.
        rate: frames a second to resample to, or that a folder has; None for every frame as it is.
    """

    video: Path
    expressions: tuple[str, ...]
    choice: MethodChoice
    span: Span = WHOLE
    rate: Fraction | None = None

    @property
    def clip_id(self) -> str:
        """The name of the video, made safe as a file name."""
        stem = self.video.absolute().stem if self.video.is_file() else self.video.absolute().name
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:100]
        return safe if is_safe_name(safe) else "video"


def clean_expressions(texts: Sequence[str]) -> tuple[str, ...]:
    """Return expressions, each on one line.

    Raises:
        ConfigError: there is none, one is empty, much too long or given twice, or there are more
            than colours.
    """
    cleaned = tuple(one_line(text) for text in texts)
    if not cleaned:
        raise ConfigError('say what to segment, as in: refvps segment clip.mp4 "the smoke"')
    for place, text in enumerate(cleaned):
        if not text:
            raise ConfigError(f"expression {place + 1} is empty; say what to segment")
        if len(text) > LONGEST:
            raise ConfigError(
                f"expression {place + 1} has {len(text)} characters; at most {LONGEST}"
            )
        if text in cleaned[:place]:
            raise ConfigError(f"expression {text!r} is given twice")
    if len(cleaned) > len(COLOURS):
        raise ConfigError(
            f"at most {len(COLOURS)} expressions can be told apart in one picture; got "
            f"{len(cleaned)}: segment the others in a second run"
        )
    return cleaned
