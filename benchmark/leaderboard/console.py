"""What ``refvps leaderboard`` does."""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmark.leaderboard.boards import Board, find_records, make_boards
from benchmark.leaderboard.films import shoot
from benchmark.leaderboard.site import (
    INDEX,
    RECORDS,
    VIDEOS,
    board_page,
    index_page,
    record_file,
)
from benchmark.report.overlays import Frames
from benchmark.report.paper import PaperTable, paper_table
from refvps import atomic
from refvps.errors import DataError

log = logging.getLogger(__name__)

OURS = frozenset({RECORDS, VIDEOS})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a user wants a site.

    Attributes:
        records: folder that is searched for records.
        to: folder of the site.
        title: of the first page.
        videos: how many a board.
        paper: numbers of the paper's tables to quote.
    """

    records: Path
    to: Path
    title: str
    videos: int
    paper: tuple[str, ...]


def write_site(wish: Wish, frames: Frames) -> Path:
    """Write a site and return its first page. Pages of an earlier one in its place are replaced.

    Raises:
        DataError: there are no records, one cannot be read, or the folder holds something else.
    """
    _require_ours(wish.to)
    boards = make_boards(find_records(wish.records))
    quoted = tuple({table.number: table for table in map(paper_table, wish.paper)}.values())
    for name in OURS:
        shutil.rmtree(wish.to / name, ignore_errors=True)
    for old in wish.to.glob("*.html"):
        old.unlink()
    for board in boards:
        _write_board(board, wish, frames, quoted)
    atomic.write_text(wish.to / INDEX, index_page(wish.title, boards))
    return wish.to / INDEX


def _write_board(board: Board, wish: Wish, frames: Frames, quoted: tuple[PaperTable, ...]) -> None:
    films = shoot(board, wish.videos, wish.to / VIDEOS, frames)
    for place, item in enumerate(board.measured):
        content = item.path.read_bytes()
        atomic.write_bytes(wish.to / RECORDS / record_file(board, place), content)
    page = board_page(board, films, tuple(t for t in quoted if t.scores_beside(board.record)))
    atomic.write_text(wish.to / f"{board.name}.html", page)


def _require_ours(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier site."""
    if not folder.exists():
        return
    others = [
        path.name
        for path in sorted(folder.iterdir())
        if path.name not in OURS and path.suffix != ".html"
    ]
    if others or (any(folder.iterdir()) and not (folder / INDEX).is_file()):
        raise DataError(
            folder,
            f"holds {others[0] if others else 'something'} that is no part of a site; name a new "
            "folder with --to",
        )
