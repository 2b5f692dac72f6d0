"""Videos of some clips, with the truth and every method side by side."""

import logging
from dataclasses import dataclass
from pathlib import Path

from benchmark.leaderboard.boards import Board
from benchmark.report.overlays import Frames, require_at_hand
from benchmark.report.scores import ROW_VALUES
from benchmark.rules.per_expression import mean
from refvps.errors import ConfigError, RefvpsError

log = logging.getLogger(__name__)

WIDTH = 1200
"""Of a video at most, in pixels."""


@dataclass(frozen=True, slots=True)
class Film:
    """One video of a site.

    Attributes:
        query_id: ``CLIP/EXPRESSION``.
        text: the expression.
        kind: why it was chosen: best, median, worst.
        score: mean over the methods, a fraction.
        file: its name in the folder of videos.
    """

    query_id: str
    text: str
    kind: str
    score: float
    file: str


@dataclass(frozen=True, slots=True)
class Films:
    """The videos of a board.

    Attributes:
        films: in the order to be shown.
        missing: why there are none; None where there are.
    """

    films: tuple[Film, ...]
    missing: str | None = None


def choose_films(board: Board, count: int) -> tuple[Film, ...]:
    """Return expressions from the best to the worst mean score of all methods, evenly placed.

    A clip is shown once, by the expression nearest to its mean.
    """
    scores: dict[tuple[str, str], list[float]] = {}
    for item in board.measured:
        for row in item.record.rows:
            scores.setdefault((row.clip, row.expression), []).append(ROW_VALUES[board.metric](row))
    means = {key: mean(values) for key, values in scores.items()}
    clips: dict[str, list[tuple[str, str]]] = {}
    for key in means:
        clips.setdefault(key[0], []).append(key)
    chosen = []
    for keys in clips.values():
        middle = mean([means[key] for key in keys])
        chosen.append(min(keys, key=lambda key: (abs(means[key] - middle), key)))
    chosen.sort(key=lambda key: (-means[key], key))
    last, shown = len(chosen) - 1, min(count, len(chosen))
    places = sorted({round(k * last / max(shown - 1, 1)) for k in range(shown)})
    texts = {(row.clip, row.expression): row.text for row in board.record.rows}
    return tuple(
        Film(
            "/".join(chosen[place]),
            texts[chosen[place]],
            _kind(place, last),
            means[chosen[place]],
            f"{board.name}-{place:03}.mp4",
        )
        for place in places
    )


def shoot(board: Board, count: int, folder: Path, frames: Frames) -> Films:
    """Write the videos of a board to a folder, or say why they cannot be made.

    Data and masks must be those that were scored, and all methods' below one folder.
    """
    if not frames.wanted or not count:
        return Films((), "they were not asked for")
    try:
        places = {require_at_hand(item, frames) for item in board.measured}
        if len(places) > 1:
            raise ConfigError("the masks lie below several folders; gather them below one")
        (pred,) = places
        films = choose_films(board, count)
        for film in films:
            _draw(board, film, folder / film.file, pred, frames)
    except RefvpsError as error:
        log.warning("no videos of %s: %s", board.name, error.message)
        return Films((), error.message)
    return Films(films)


def _draw(board: Board, film: Film, path: Path, pred: Path, frames: Frames) -> None:
    from benchmark.figure.console import make_figures
    from benchmark.figure.request import Request

    names = dict.fromkeys(item.record.method.name for item in board.measured)
    dataset = frames.dataset or (None if frames.root else board.record.dataset.name)
    request = Request(
        clips=(film.query_id,),
        methods=tuple(names),
        pred=pred,
        dataset=dataset,
        root=frames.root,
        frames=None,
        at=(),
        truth=True,
        across=1,
        a_page=1,
        width=7.0,
        dpi=100,
        video_width=WIDTH,
    )
    make_figures(request, (path,), told=False)


def _kind(place: int, last: int) -> str:
    if place == 0:
        return "best"
    if place == last:
        return "worst"
    return "median" if place == round(last / 2) else f"{place + 1}th of {last + 1}"
