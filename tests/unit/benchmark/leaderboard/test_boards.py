import logging
from pathlib import Path

import pytest

from benchmark.leaderboard.boards import find_records, make_boards
from benchmark.leaderboard.console import Wish, write_site
from benchmark.leaderboard.films import choose_films
from benchmark.report.metric import Metric
from benchmark.report.overlays import Frames
from refvps.errors import DataError
from support.records import record_of
from support.rows import row

NO_FRAMES = Frames(wanted=False)


def rows(shift: int) -> list:
    return [
        row(f"clip-{k}", str(e), [(10 * k + shift + e) % 100, 40], concept="smoke", video=f"v{k}")
        for k in range(8)
        for e in range(2)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "preds"
    for name, shift in (("low", 0), ("high", 25)):
        path = place / name / "tiny/record.json"
        path.parent.mkdir(parents=True)
        record_of(rows(shift), method=name).write(path)
    return place


def wish(records: Path, to: Path, **changes: object) -> Wish:
    return Wish(**{"records": records, "to": to, "title": "T", "videos": 3, "paper": (), **changes})


def test_records_are_found_and_ordered_by_score(folder: Path) -> None:
    (board,) = make_boards(find_records(folder))
    assert board.name == "tiny"
    assert board.metric is Metric.J
    means = [item.record.summary.j.mean for item in board.measured]
    assert means == sorted(means, reverse=True)


def test_the_same_scores_stand_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    copy = folder / "again.json"
    copy.write_bytes((folder / "low/tiny/record.json").read_bytes())
    with caplog.at_level(logging.WARNING):
        (board,) = make_boards(find_records(folder))
    assert len(board.measured) == 2
    assert "they stand once" in caplog.text


def test_hidden_folders_and_empty_ones_are_no_records(tmp_path: Path) -> None:
    (tmp_path / ".facts").mkdir()
    (tmp_path / ".facts/record.json").write_text("{}")
    with pytest.raises(DataError, match="holds no record of refvps-eval"):
        find_records(tmp_path)
    with pytest.raises(DataError, match="folder is missing"):
        find_records(tmp_path / "gone")


def test_a_damaged_record_is_an_error_that_names_it(folder: Path) -> None:
    (folder / "bad.json").write_text("{}")
    with pytest.raises(DataError, match=r"bad\.json"):
        make_boards(find_records(folder))


def test_the_same_records_give_the_same_site(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_site(wish(folder, tmp_path / name), NO_FRAMES)
    write_site(wish(folder, tmp_path / "two"), NO_FRAMES)  # again, in its place
    found = [
        {str(p.relative_to(tmp_path / n)): p.read_bytes() for p in (tmp_path / n).rglob("*.*")}
        for n in ("one", "two")
    ]
    assert found[0] == found[1]
    assert set(found[0]) == {
        "index.html",
        "tiny.html",
        "records/tiny-00.json",
        "records/tiny-01.json",
    }


def test_a_folder_that_holds_anything_else_is_left_alone(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "thesis.tex").write_text("years of work")
    with pytest.raises(DataError, match=r"holds thesis\.tex that is no part of a site"):
        write_site(wish(folder, other), NO_FRAMES)
    (other / "thesis.tex").rename(other / "thesis.html")
    with pytest.raises(DataError, match="is no part of a site"):
        write_site(wish(folder, other), NO_FRAMES)
    assert (other / "thesis.html").read_text() == "years of work"


def test_films_go_from_the_best_clip_to_the_worst(folder: Path) -> None:
    (board,) = make_boards(find_records(folder))
    films = choose_films(board, 3)
    assert [film.kind for film in films] == ["best", "median", "worst"]
    scores = [film.score for film in films]
    assert scores == sorted(scores, reverse=True)
    assert len({film.query_id.partition("/")[0] for film in films}) == 3
    assert [film.kind for film in choose_films(board, 1)] == ["best"]
    assert len(choose_films(board, 99)) == 8


def test_without_data_the_page_says_why_there_are_no_videos(folder: Path, tmp_path: Path) -> None:
    write_site(wish(folder, tmp_path / "site"), Frames(wanted=True))
    text = (tmp_path / "site/tiny.html").read_text()
    assert "No videos: " in text
