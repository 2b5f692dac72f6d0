"""A noun phrase out of a referring expression: what comes before it starts to tell a story."""

from __future__ import annotations

import re

CLAUSES = frozenset(
    [
        "that",
        "which",
        "who",
        "whose",
        "whom",
        "where",
        "when",
        "while",
        "as",
        "because",
        "after",
        "before",
        "until",
        "is",
        "are",
        "was",
        "were",
        "being",
        "be",
        "been",
        "has",
        "have",
        "had",
        "does",
        "do",
        "did",
        "and",
        "then",
    ]
)
"""Words at which the phrase ends, wherever they stand after its first word."""


def noun_phrase(expression: str) -> str:
    """Return the words before the first comma or the first word that opens a clause.

    ``the smoke that rises from the left chimney`` gives ``the smoke``. The expression itself comes
    back where nothing is left of it.

    >>> noun_phrase("The wave, breaking on the rocks.")
    'the wave'
    """
    first = re.split(r"[,.;:!?]", expression.strip().lower())[0].split()
    kept = []
    for word in first:
        if kept and word in CLAUSES:
            break
        kept.append(word)
    return " ".join(kept) or expression
