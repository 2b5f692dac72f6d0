"""A document as GitHub-flavoured Markdown."""

import re

from benchmark.report.document import Cell, Document, Table, TableRow

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~^$-])")


def format_markdown(document: Document) -> str:
    """Return the document with a trailing newline."""
    blocks = [f"# {escape(document.title)}", *map(escape, document.sentences)]
    blocks += [_table(table) for table in document.tables]
    if document.facts:
        blocks.append("\n".join(f"- {escape(k)}: {escape(v)}" for k, v in document.facts))
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    r"""Return text that Markdown prints as it is, in a table or out of it.

    >>> escape("a_b | <script> & *")
    'a\\_b \\| &lt;script&gt; &amp; \\*'
    """
    marked = _SPECIAL.sub(r"\\\1", text)
    return re.sub("[&<>]", lambda found: {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[found[0]], marked)


def _table(table: Table) -> str:
    heads = " | ".join(escape(column.heading) for column in table.columns)
    rule = " | ".join("---:" if column.number else "---" for column in table.columns)
    lines = [f"## {escape(table.title)}", "", f"| {heads} |", f"| {rule} |"]
    lines += [f"| {' | '.join(_cell(cell, row) for cell in row.cells)} |" for row in table.rows]
    if table.notes:
        lines += ["", *(f"{escape(note)}  " for note in table.notes)]
    return "\n".join(lines).rstrip()


def _cell(cell: Cell, row: TableRow) -> str:
    text = escape(cell.text)
    if not text:
        return ""
    if cell.strong:
        return f"**{text}**"
    return f"*{text}*" if row.quoted else text
