"""What a page shows, as plain data: a browser builds it without ever parsing HTML.

A node is a text, or a list: tag with classes, attributes, children. ``assets/view.js`` makes
elements of them with ``createElement`` and ``textContent``, so whatever people typed stays text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Node = str | list[Any] | None
"""A text, an element, or nothing."""

Data = dict[str, Any]
"""What a click on an element tells the server."""


def el(tag: str, *children: Node, **attributes: Any) -> Node:  # noqa: ANN401 - JSON is any type
    """Return an element.

    Args:
        tag: with classes, as in "td.number".
        children: texts and elements; nothing is left out.
        attributes: those that ``view.js`` knows; "_" stands for "-", and None leaves one out.

    >>> el("td.number", "12", None, title="keyframes")
    ['td.number', {'title': 'keyframes'}, '12']
    """
    given = {
        name.strip("_").replace("_", "-"): value
        for name, value in attributes.items()
        if value is not None
    }
    return [tag, given, *(child for child in children if child is not None)]


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Node]], *, name: str, caption: str | None = None
) -> Node:
    """Return a table that sorts by a click on a head.

    Args:
        heads: "#" before a head aligns its column as numbers.
        rows: a cell for each head; a cell that is no ``td`` becomes one.
        name: its id.
        caption: what it is, for those who cannot see it.
    """
    numeric = [head.startswith("#") for head in heads]
    top = [
        el("th.number" if number else "th", head.lstrip("#"), scope="col")
        for head, number in zip(heads, numeric, strict=True)
    ]
    body = [
        el("tr", *(_cell(c, number) for c, number in zip(row, numeric, strict=True)))
        for row in rows
    ]
    shown = el("caption", caption) if caption else None
    inner = el("table.sortable", shown, el("thead", el("tr", *top)), el("tbody", *body), id=name)
    return el("div.scroller", inner)


def facts(*pairs: tuple[str, Node]) -> Node:
    """Return names and what they are; a pair without the second is left out."""
    found: list[Node] = []
    for name, value in pairs:
        if value:
            found += [el("dt", name), el("dd", value)]
    return el("dl.facts", *found)


def bar(done: int, of: int, what: str) -> Node:
    """Return how much of something is done, as a bar and as numbers."""
    share = done / of if of else 0.0
    return el(
        "span.share",
        el("span.track", el("span.fill", share=round(share, 4)), aria_hidden="true"),
        el("span.count", f"{done}/{of}"),
        title=f"{done} of {of} {what}",
    )


def notice(text: str, *, bad: bool = False) -> Node:
    """Return a line that says what happened, read aloud at once."""
    return el("p.notice.bad" if bad else "p.notice", text, role="alert" if bad else "status")


def _cell(cell: Node, number: bool) -> Node:
    if isinstance(cell, list) and str(cell[0]).split(".")[0] in ("td", "th"):
        return cell
    return el("td.number" if number else "td", cell)
