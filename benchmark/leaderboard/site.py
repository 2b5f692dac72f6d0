"""The pages of a site. They hold no clock: the same records give the same text."""

from collections.abc import Sequence

from benchmark.leaderboard.boards import Board
from benchmark.leaderboard.films import Film, Films
from benchmark.report.choice import held_by_all, metrics_reported
from benchmark.report.clip_table import clip_table
from benchmark.report.document import (
    Bar,
    Cell,
    Column,
    Table,
    TableRow,
    count,
    percent,
    plain,
    words,
)
from benchmark.report.documents import report_document
from benchmark.report.facts import data_name, extent
from benchmark.report.html.markup import Markup, join, tag
from benchmark.report.html.page import explained, html_page, section_markup
from benchmark.report.html.sections import Section, time_section
from benchmark.report.html.tables import html_table
from benchmark.report.metric import in_words
from benchmark.report.paper import PaperTable
from benchmark.report.score_cells import caution_notes, score_cell
from benchmark.report.scores import score_of

INDEX = "index.html"
VIDEOS = "videos"
RECORDS = "records"


def index_page(title: str, boards: Sequence[Board]) -> str:
    """Return the first page: every board with its methods in order."""
    header = tag(
        "header",
        tag("p", "Ref-VPS: referring video process segmentation", class_="eyebrow"),
        tag("h1", plain(title)),
        tag(
            "p",
            f"{count(len(boards), 'data set')}, "
            f"{count(sum(len(board.measured) for board in boards), 'record')}. "
            "Every figure is computed from the records that each page offers.",
            class_="sentence",
        ),
    )
    cards = [section_markup(_card(board)) for board in boards]
    named = [item for board in boards for item in board.measured]
    body = join(
        tag("a", "Skip to the tables", href="#main", class_="skip"),
        header,
        tag("main", tag("div", *cards, class_="boards"), id="main"),
        tag("footer", tag("p", explained(named))),
    )
    return html_page(plain(title), body)


def board_page(board: Board, films: Films, quoted: Sequence[PaperTable] = ()) -> str:
    """Return the page of one board.

    Args:
        board: its methods in order.
        films: its videos.
        quoted: tables of the paper to stand beside.
    """
    measured = board.measured
    shared = held_by_all(measured)
    document = report_document(measured, metrics_reported(measured, ()), quoted)
    sections = [
        Section("ranking", "Ranking", html_table(ranking(board))),
        Section("films", "Look at the masks", _films(films)),
        *(
            Section(f"table-{place}", table.title, html_table(table))
            for place, table in enumerate(document.tables[1:], 1)
        ),
        time_section(measured, board.metric),
        Section("clips", "Every clip", html_table(clip_table(measured, shared))),
        Section("records", "Records", _records(board)),
        Section(
            "facts",
            "How it was measured",
            tag("dl", *(join(tag("dt", term), tag("dd", text)) for term, text in document.facts)),
        ),
    ]
    links = (tag("li", tag("a", item.title, href=f"#{item.name}")) for item in sections)
    header = tag(
        "header",
        tag("p", tag("a", "All data sets", href=INDEX), class_="back"),
        tag("h1", data_name(board.record)),
        tag("p", f"{in_words([board.metric])} in percent; {extent(board.record)}.", class_="short"),
        tag("nav", tag("ul", *links), aria_label="Sections"),
    )
    body = join(
        tag("a", "Skip to the tables", href="#main", class_="skip"),
        header,
        tag("main", *map(section_markup, sections), id="main"),
        tag("footer", tag("p", explained(measured))),
    )
    return html_page(data_name(board.record), body, media=True)


def ranking(board: Board) -> Table:
    """Return one row a method, the best first: its place, and every metric that all hold."""
    shared = held_by_all(board.measured)
    shown = (board.metric, *(metric for metric in shared if metric is not board.metric))
    columns = (
        Column("method"),
        Column("place", number=True),
        *(Column(f"{metric} with 95 % interval", number=True) for metric in shown),
        Column("frames a second"),
        Column("weights"),
    )
    rows = []
    for place, item in enumerate(board.measured, 1):
        scores = [score_cell(score_of(item.record, metric), place - 1) for metric in shown]
        run = item.record.method.run
        weights = run.checkpoint[:12] if run and run.checkpoint else "—"
        rate = words(item.record.method.frame_rate)
        cells = (words(item.label), Cell(str(place), float(place)), *scores, rate, words(weights))
        rows.append(TableRow(cells))
    notes = (*_run_notes(board), *caution_notes([i.record.summary.j for i in board.measured]))
    said = (
        "Places are by the mean alone; `refvps compare` says which differences are beyond chance."
    )
    return Table("Methods, the best first", columns, tuple(rows), (said, *notes))


def _run_notes(board: Board) -> list[str]:
    """Return what everyone who reads the scores must know."""
    runs = ((item.label, item.record.method.run) for item in board.measured)
    return [f"{label}: {plain(run.note)}" for label, run in runs if run and run.note]


def _card(board: Board) -> Section:
    metric = board.metric
    rows = []
    for series, item in enumerate(board.measured):
        score = score_of(item.record, metric).mean
        bar = Cell(percent(score), score, bar=Bar(score, series=series))
        rows.append(TableRow((words(item.label), bar)))
    table = Table(
        f"Methods on {data_name(board.record)}",
        (Column("method"), Column(str(metric), number=True)),
        tuple(rows),
        (extent(board.record),),
    )
    link = tag("p", tag("a", "Groups, concepts, videos", href=f"{board.name}.html"))
    return Section(f"board-{board.name}", data_name(board.record), join(html_table(table), link))


def _films(films: Films) -> Markup:
    if not films.films:
        why = plain(films.missing or "there are none")
        return tag("p", f"No videos: {why}.", class_="soft")
    said = (
        "Clips from the best to the worst, by the mean of all methods. In each video: the frames, "
        "the truth with ignored pixels yellow, and every method with J of the frame."
    )
    return join(tag("p", said, class_="soft"), tag("div", *map(_film, films.films), class_="films"))


def _film(film: Film) -> Markup:
    name = plain(film.query_id)
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("h3", f"{film.kind}: {name}, mean {percent(film.score)}"),
            tag("blockquote", f"“{plain(film.text)}”"),
        ),
        tag(
            "video",
            src=f"{VIDEOS}/{film.file}#t=1",  # a still that shows something
            controls=True,
            loop=True,
            muted=True,
            playsinline=True,
            preload="metadata",
            aria_label=f"{name} with the masks of every method",
        ),
    )


def record_file(board: Board, place: int) -> str:
    """Return the name that the record of a method has on the site."""
    return f"{board.name}-{place:02}.json"


def _records(board: Board) -> Markup:
    items = (
        tag("li", tag("a", item.label, href=f"{RECORDS}/{record_file(board, place)}"))
        for place, item in enumerate(board.measured)
    )
    said = "What every figure here is computed from; `refvps report` and `refvps compare` read it."
    return join(tag("p", said, class_="soft"), tag("ul", *items))
