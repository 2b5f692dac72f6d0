"""A table as HTML that can be sorted, read aloud and printed."""

from benchmark.report.document import Cell, Column, Table
from benchmark.report.html.drawing import bar
from benchmark.report.html.markup import Markup, join, tag

NARROW = 7
"""A column whose texts are no longer needs no room for intervals."""

LONG = 100
"""A table with more rows scrolls in a box of its own, so that what follows is not out of reach."""


def html_table(table: Table) -> Markup:
    """Return the table with its notes, in a box that scrolls when it is too wide or too long."""
    heads = (
        tag("th", column.heading, scope="col", class_="n" if column.number else None)
        for column in table.columns
    )
    narrow = {
        place
        for place in range(len(table.columns))
        if all(len(row.cells[place].text) <= NARROW for row in table.rows)
    }
    rows = (
        tag(
            "tr",
            *(
                _cell(cell, column, first=place == 0, narrow=place in narrow)
                for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True))
            ),
            class_="quoted" if row.quoted else None,
        )
        for row in table.rows
    )
    whole = tag(
        "table",
        tag("caption", table.title, class_="unseen"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="sortable",
    )
    notes = (tag("p", note, class_="note") for note in table.notes)
    kind = "scroll long" if len(table.rows) > LONG else "scroll"
    box = tag("div", whole, class_=kind, tabindex=0, role="region", aria_label=table.title)
    return join(box, *notes)


def _cell(cell: Cell, column: Column, *, first: bool, narrow: bool) -> Markup:
    text: str = tag("strong", cell.text, class_="best") if cell.strong else cell.text
    if cell.bar is not None:
        text = tag(
            "div",
            bar(cell.bar),
            tag("span", text, class_="n"),
            class_="score narrow" if narrow else "score",
        )
    return tag(
        "th" if first else "td",
        text,
        scope="row" if first else None,
        class_="n" if column.number else None,
        data_value=None if cell.value is None else str(cell.value),
    )
