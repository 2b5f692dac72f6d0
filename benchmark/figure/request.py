"""What a user asks of a figure."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``refvps figure``.

    Attributes:
        clips: ``CLIP`` or ``CLIP/EXPRESSION`` each.
        methods: names, one row each.
        pred: folder of their masks, or None.
        dataset: the data set's name, or None for the default.
        root: its folder, or None.
        frames: pictures side by side, evenly spaced; None for the default.
        at: frame ids to show instead.
        truth: whether truth is shown and J counted.
        across: blocks side by side.
        a_page: blocks on a page.
        width: of the page, in inches.
        dpi: pixels an inch.
        video_width: of the video at most, in pixels.
    """

    clips: tuple[str, ...]
    methods: tuple[str, ...]
    pred: Path | None
    dataset: str | None
    root: Path | None
    frames: int | None
    at: tuple[str, ...]
    truth: bool
    across: int
    a_page: int
    width: float
    dpi: int
    video_width: int
