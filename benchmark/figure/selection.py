"""Which queries and which frames a figure shows, from what the user typed."""

import difflib
from collections.abc import Sequence

from refvps.drawing.even_places import even_places
from refvps.errors import ConfigError
from refvps.types import Clip, Query

MOST_NAMED = 8

FRAMES = 5
"""How many frames a figure shows of a clip by default."""


def select_queries(
    queries: Sequence[Query], asked: Sequence[str], dataset: str
) -> tuple[Query, ...]:
    """Return the queries that texts name, each once, in the order asked.

    Args:
        queries: every query of the data set.
        asked: ``CLIP``, which means its first expression, or ``CLIP/EXPRESSION``.
        dataset: the data set's name, for errors.

    Raises:
        ConfigError: no such clip or expression; names the nearest.
    """
    clips: dict[str, dict[str, Query]] = {}
    for query in queries:
        clips.setdefault(query.clip.clip_id, {})[query.expression.expression_id] = query
    chosen: dict[str, Query] = {}
    for text in asked:
        clip_id, _, expression_id = text.rstrip("/").partition("/")
        if clip_id not in clips:
            raise ConfigError(
                f"data set {dataset!r} has no clip {clip_id!r}; {_hint(clip_id, list(clips))}",
                details=sorted(clips),
            )
        expressions = clips[clip_id]
        if expression_id and expression_id not in expressions:
            raise ConfigError(
                f"clip {clip_id!r} has no expression {expression_id!r}; "
                f"{_hint(expression_id, list(expressions))}",
                details=[f"{key}  {query.expression.text}" for key, query in expressions.items()],
            )
        query = expressions[expression_id or next(iter(expressions))]
        chosen[query.query_id] = query
    return tuple(chosen.values())


def select_frames(
    clip: Clip, annotated: Sequence[str], *, count: int | None, at: Sequence[str]
) -> tuple[str, ...]:
    """Return the frame ids of a figure's columns.

    Args:
        clip: the clip shown.
        annotated: the frames to choose from, in order, at least one.
        count: how many to choose, evenly spaced, the first and the last among them; None for 5.
        at: frame ids to show instead, annotated or not.

    Raises:
        ConfigError: the clip has no frame of that id.
    """
    known = set(clip.frame_ids)
    for frame_id in at:
        if frame_id not in known:
            first, last = clip.frame_ids[0], clip.frame_ids[-1]
            raise ConfigError(
                f"clip {clip.clip_id!r} has no frame {frame_id!r}; its "
                f"{len(clip.frame_ids)} frames are {first} to {last}"
            )
    if at:
        return tuple(dict.fromkeys(at))
    return tuple(annotated[place] for place in even_places(len(annotated), count or FRAMES))


def _hint(text: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    listed = ", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else "")
    return f"it has {listed}"
