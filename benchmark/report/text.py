"""A document as plain text, for a terminal."""

import unicodedata
from collections.abc import Sequence

from benchmark.report.document import Column, Document, Table


def format_text(document: Document) -> str:
    """Return the document as lines of text, without a trailing newline."""
    blocks = [document.title, *document.sentences, *map(format_table_text, document.tables)]
    if document.facts:
        width = max(len(term) for term, _ in document.facts)
        blocks.append("\n".join(f"{term:<{width}}  {text}" for term, text in document.facts))
    return "\n\n".join(blocks)


def format_table_text(table: Table) -> str:
    """Return one table, its columns aligned, its notes below."""
    shown = [[cell.text for cell in row.cells] for row in table.rows]
    heads = [column.heading for column in table.columns]
    widths = [max(map(columns_of, texts)) for texts in zip(heads, *shown, strict=True)]
    lines = [table.title, _line(heads, table.columns, widths)]
    lines += [_line(texts, table.columns, widths) for texts in shown]
    return "\n".join([*lines, *table.notes])


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> columns_of("ab"), columns_of("煙"), columns_of("e\u0301")
    (2, 2, 1)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _line(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = []
    for text, column, width in zip(texts, columns, widths, strict=True):
        space = " " * (width - columns_of(text))
        padded.append(f"{space}{text}" if column.number else f"{text}{space}")
    return "  ".join(padded).rstrip()
