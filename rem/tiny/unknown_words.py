"""Words that the small REM was never taught, and the nearest that it was."""

import difflib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rem.tiny.phrases import words

log = logging.getLogger(__name__)

NEAREST = 3
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word without training.

    Attributes:
        text: in small letters.
        nearest: known words of similar spelling, the nearest first; often none.
    """

    text: str
    nearest: tuple[str, ...]


def unknown_words(text: str, known: Sequence[str]) -> tuple[UnknownWord, ...]:
    """Return the words of a text that are not known, each once, in order.

    >>> unknown_words("The smoek, the flame!", ("flame", "smoke", "the"))
    (UnknownWord(text='smoek', nearest=('smoke',)),)
    """
    taught = frozenset(known)
    asked = dict.fromkeys(_WORD.findall(text.lower()))
    return tuple(
        UnknownWord(word, tuple(difflib.get_close_matches(word, known, n=NEAREST)))
        for word in asked
        if word not in taught
    )


def warn_of_unknown_words(texts: Iterable[str]) -> None:
    """Log a warning for every text that holds words the small REM was never taught."""
    known = words()
    for text in texts:
        found = unknown_words(text, known)
        if found:
            log.warning(
                "rem: %r holds %s the small REM was never taught: %s",
                text,
                "a word" if len(found) == 1 else f"{len(found)} words",
                "; ".join(map(_described, found)),
            )


def _described(word: UnknownWord) -> str:
    near = f" (nearest known: {', '.join(word.nearest)})" if word.nearest else ""
    return f"{word.text}{near}"
