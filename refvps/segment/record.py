"""``segment.json``: what made a segmentation, and how its frames lie in the video."""

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from refvps.overlay import COLOURS
from refvps.protocols import MethodCard
from refvps.segment.area import AreaCurve
from refvps.segment.outputs import FILES
from refvps.segment.request import Request
from refvps.segment.shot import Shot
from refvps.video.source import VideoFacts

SCHEMA = "refvps-segment/1"
BLOCK = 1 << 20


def describe(
    request: Request,
    facts: VideoFacts,
    shot: Shot,
    card: MethodCard,
    curves: Sequence[AreaCurve],
) -> dict[str, Any]:
    """Return the record; times are fractions of seconds as text, exact."""
    span = request.span
    return {
        "schema": SCHEMA,
        "video": _source(facts),
        "clip": shot.clip.clip_id,
        "start": str(span.start),
        "end": None if span.end is None else str(span.end),
        "frame_rate": str(shot.clip.fps),
        "resampled": request.rate is not None and facts.path.is_file(),
        "even": shot.even,
        "frames": [
            {"id": frame_id, "time": str(time), "pts": pts}
            for frame_id, time, pts in zip(shot.clip.frame_ids, shot.times, shot.pts, strict=True)
        ],
        "ends": str(shot.end),
        "expressions": [
            {
                "id": curve.expression_id,
                "text": curve.text,
                "colour": colour.hex,
                "mean_share": curve.mean_share,
                "largest_share": max(curve.shares),
            }
            for curve, colour in zip(curves, COLOURS, strict=False)
        ],
        "method": {
            "name": request.choice.name,
            "options_given": dict(request.choice.options),
            "options": dict(card.options),
            "checkpoint": card.checkpoint,
            "device": card.device,
            "seed": card.seed,
            "window": card.window,
        },
        "versions": {
            "refvps": version("refvps"),
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "av": version("av"),
            **card.versions,
        },
        "files": list(FILES),
    }


def _source(facts: VideoFacts) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": facts.path.absolute().name,
        "width": facts.size.width,
        "height": facts.size.height,
        "rotation": facts.rotation,
        "form": facts.form,
        "colours": facts.colours,
        "sound": facts.sound,
    }
    if facts.path.is_file():
        found |= {"bytes": facts.path.stat().st_size, "sha256": _digest(facts.path)}
    return found


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
