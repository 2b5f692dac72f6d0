"""A document as LaTeX: booktabs tables to be read into a paper, or a whole file."""

from benchmark.report.document import Cell, Document, Table, TableRow

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    # After a row a bracket or a star would be read as an option of the row's end.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    # Two or three hyphens would become a dash.
    "-": "-{}",
    "†": r"\textdagger{}",
    "×": r"\texttimes{}",
    "→": r"$\rightarrow$",
    "…": r"\ldots{}",
    "\ufffd": r"\textbullet{}",
}

_HEAD = r"""\documentclass{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\else
  \usepackage{fontspec}
\fi
\usepackage{textcomp}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage[margin=2cm]{geometry}
\begin{document}
"""

_AT_MOST_A_LINE = "\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi"

_COMMENT = "% Needs \\usepackage{booktabs,textcomp} and, with pdfTeX, \\usepackage[T1]{fontenc}.\n"


def format_latex(document: Document, *, standalone: bool) -> str:
    """Return the document's tables with a trailing newline.

    Args:
        document: what to print.
        standalone: whether to wrap it so that it compiles alone; else it is to be read into one.
    """
    body = "\n".join(_table(table, fit=standalone) for table in document.tables)
    if not standalone:
        return f"% {_comment(document.title)}\n{_COMMENT}{body}"
    sentences = "".join(f"{escape(sentence)}\n\n" for sentence in document.sentences)
    facts = "".join(f"\\item[{{{escape(k)}}}] {escape(v)}\n" for k, v in document.facts)
    listed = f"\\begin{{description}}\\raggedright\n{facts}\\end{{description}}\n" if facts else ""
    title = f"\\section*{{{escape(document.title)}}}\n"
    # Floats first: what was measured must not land among the tables.
    return f"{_HEAD}{title}{sentences}{body}\\clearpage\n{listed}\\end{{document}}\n"


def escape(text: str) -> str:
    r"""Return text that LaTeX prints as it is.

    >>> print(escape("a_b & 50 % #1"))
    a\_b \& 50 \% \#1
    """
    return "".join(_ESCAPES.get(character, character) for character in text)


def _table(table: Table, *, fit: bool) -> str:
    """Return one table float; ``fit`` makes a wide one as narrow as the page."""
    layout = "".join("r" if column.number else "l" for column in table.columns)
    heads = " & ".join(escape(column.heading) for column in table.columns)
    rows = []
    for place, row in enumerate(table.rows):
        if row.quoted and place and not table.rows[place - 1].quoted:
            rows.append("\\midrule")
        rows.append(f"{' & '.join(_cell(cell, row) for cell in row.cells)} \\\\")
    tabular = "\n".join(
        [
            f"\\begin{{tabular}}{{@{{}}{layout}@{{}}}}",
            "\\toprule",
            f"{heads} \\\\",
            "\\midrule",
            *rows,
            "\\bottomrule",
            "\\end{tabular}",
        ]
    )
    if fit:
        tabular = f"\\resizebox{{{_AT_MOST_A_LINE}}}{{!}}{{%\n{tabular}}}"
    notes = "".join(f"\\par\\smallskip\\footnotesize {escape(note)}\n" for note in table.notes)
    caption = f"\\caption{{{escape(table.title)}}}"
    return f"\\begin{{table}}[htbp]\n\\centering\n{caption}\n{tabular}\n{notes}\\end{{table}}\n"


def _cell(cell: Cell, row: TableRow) -> str:
    text = escape(cell.text)
    if not text:
        return ""
    if cell.strong:
        return f"\\textbf{{{text}}}"
    return f"\\textit{{{text}}}" if row.quoted else text


def _comment(text: str) -> str:
    return text.replace("\n", " ")
