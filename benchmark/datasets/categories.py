"""Queries about a category of things, as BURST and VSPW ask them: "the <category>"."""

import dataclasses
import hashlib
import re

from refvps.names import is_safe_name
from refvps.types import Clip

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_IN_BRACKETS = re.compile(r"_*\([^()]*\)")
_MOST_CHARACTERS = 100


def prompt(category: str, *, clean: bool) -> str:
    """Return the expression that asks for a category.

    Args:
        category: its name as the data set writes it.
        clean: whether to write it as people do: without what stands in brackets, with spaces for
            underscores. Published numbers were made with the raw name.

    >>> prompt("cap_(headwear)", clean=False), prompt("cap_(headwear)", clean=True)
    ('the cap_(headwear)', 'the cap')
    >>> prompt("handrail_or_fence", clean=True)
    'the handrail or fence'
    """
    if not clean:
        return f"the {category}"
    words = _IN_BRACKETS.sub("", category).replace("_", " ").split()
    return " ".join(("the", *(words or [category])))


def showing(clip: Clip, category: str) -> Clip:
    """Return the same clip with another concept, sharing its frames' names."""
    return dataclasses.replace(clip, concept=category)


def safe_id(*parts: str) -> str:
    """Return an id that is safe as a file name and different for different parts.

    Parts that are no safe name as they stand, too long, or could be taken for others keep what
    can be kept of them and end in a piece of the SHA-256 of the whole.

    >>> safe_id("val", "LaSOT", "zebra-17"), safe_id("test", "AVA", "a b")
    ('val__LaSOT__zebra-17', 'test__AVA__a_b-6eed388f')
    """
    joined = "__".join(parts)
    # Only so can one tell from the whole where each part ends.
    plain = not any("__" in part or part.endswith("_") for part in parts[:-1])
    if plain and is_safe_name(joined) and len(joined) <= _MOST_CHARACTERS:
        return joined
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    kept = _UNSAFE.sub("_", joined)[:_MOST_CHARACTERS].lstrip(".-")
    return f"{kept or '_'}-{digest[:8]}"
