"""What a referring expression has to be."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

FEWEST_WORDS, MOST_WORDS = 3, 20
"""Twenty, as when the expressions of Refer-YouTube-VOS were collected."""

MOST_ALIKE = 0.8
"""The Jaccard index of the words of one person's two expressions stays below this."""

PLACEHOLDERS = frozenset({"it", "the object", "the thing", "the target", "something", "object"})

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case.

    >>> words("The smoke's left half, slowly!")
    ['the', "smoke's", 'left', 'half', 'slowly']
    """
    return _WORD.findall(text.casefold())


def problems(texts: tuple[str, ...]) -> list[str]:
    """Return what is wrong with one person's expressions of a clip, one line each.

    >>> problems(("the smoke that rises on the left", "it"))
    ['expression 2 says nothing: name what it refers to']
    """
    found = []
    for number, text in enumerate(texts, 1):
        count = len(words(text))
        if " ".join(words(text)) in PLACEHOLDERS:
            found.append(f"expression {number} says nothing: name what it refers to")
        elif not FEWEST_WORDS <= count <= MOST_WORDS:
            found.append(
                f"expression {number} has {count} words; expected {FEWEST_WORDS} to {MOST_WORDS}"
            )
    for later, text in enumerate(texts):
        found += [
            f"expressions {earlier + 1} and {later + 1} say the same"
            for earlier in range(later)
            if alike(texts[earlier], text) >= MOST_ALIKE
        ]
    return found


def judged(texts: Sequence[str]) -> dict[str, list[int] | list[str]]:
    """Return what to tell somebody who writes: the words of each text, and what is wrong.

    >>> judged(["it rises", ""])["words"]
    [2, 0]
    """
    written = tuple(text for text in texts if text.strip())
    return {"words": [len(words(text)) for text in texts], "problems": problems(written)}


def repeated(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return which expressions of a clip say the same, one line each; no line repeats a text.

    Args:
        texts: of all people, each with who wrote it.

    >>> repeated([("ann", "the smoke on the left"), ("ben", "The smoke on the left.")])
    ["ann's expression 1 and ben's expression 1 say the same"]
    """
    numbers: Counter[str] = Counter()
    named = []
    for who, text in texts:
        numbers[who] += 1
        named.append((f"{who}'s expression {numbers[who]}", text))
    return [
        f"{earlier} and {later} say the same"
        for (earlier, one), (later, other) in combinations(named, 2)
        if alike(one, other) >= MOST_ALIKE
    ]


def like_others(texts: Sequence[str], others: Iterable[str]) -> list[str]:
    """Return what is wrong with expressions beside those of other people, one line each.

    The lines do not quote the others, since whoever reads them may not have seen those.

    >>> like_others(("smoke that rises on the left",), ["The smoke that rises on the left."])
    ['expression 1 is like one that somebody else wrote; say it another way']
    """
    known = tuple(others)
    return [
        f"expression {number} is like one that somebody else wrote; say it another way"
        for number, text in enumerate(texts, 1)
        if any(alike(text, other) >= MOST_ALIKE for other in known)
    ]


def alike(one: str, other: str) -> float:
    """Return the Jaccard index of the words of two texts, a fraction; 1 for two empty ones."""
    first, second = set(words(one)), set(words(other))
    union = first | second
    return len(first & second) / len(union) if union else 1.0
