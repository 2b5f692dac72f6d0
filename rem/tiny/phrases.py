"""Sentences about the parts of a rendered video, for training; the demo's own are never among them.

A pattern is a sentence with choices, ``the {wave|sheet of water} on the <side>``. A slot in angle
brackets is filled from what is known of the part; a pattern whose slot has no value, or whose
value another part of the same kind has too, is not used, so that a sentence is never true of two.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from refvps.demo.catalogue import read_catalogue
from refvps.demo.randomness import Random
from refvps.demo.video import DemoVideo, Part, Words

_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_OTHER = {"left": "right", "right": "left"}


def sentences(video: DemoVideo, part: Part, count: int, random: Random) -> tuple[str, ...]:
    """Return different sentences that refer to one part of a video.

    Args:
        video: the whole video, whose other parts must not fit.
        part: the one that is meant.
        count: how many, at least one.
        random: draws them.
    """
    scene = video.video_id.rpartition("-")[0]
    slots = _slots(part, video.parts)
    usable = [p for p in _patterns()[scene][part.name] if set(_SLOT.findall(p)) <= set(slots)]
    found: list[str] = []
    while len(found) < count:
        sentence = _sentence(random.choice(usable), slots, random)
        if sentence not in found and sentence not in _demo_sentences():
            found.append(sentence)
    return tuple(found)


def caption(video: DemoVideo, random: Random) -> str:
    """Return a sentence that names every part of a video, in any order."""
    named = [sentences(video, part, 1, random)[0] for part in video.parts]
    shuffled: list[str] = []
    while named:
        shuffled.append(named.pop(random.below(len(named))))
    return " and ".join(shuffled)


@cache
def words() -> tuple[str, ...]:
    """Return every word that a sentence can hold, sorted: what the small REM was taught."""
    text = " ".join(
        pattern for parts in _patterns().values() for found in parts.values() for pattern in found
    )
    filled = _SLOT.sub(" ", text).lower()
    known = set(re.findall(r"[a-z']+", filled)) | set(_OTHER) | set(COLOURS) | {"and"}
    return tuple(sorted(known))


COLOURS = (
    "black", "blue", "brown", "cream", "dark", "glowing", "green", "grey", "orange", "pale",
    "pink", "purple", "red", "warm", "white", "yellow",
)  # fmt: skip
"""What ``<colour>`` can be filled with, word by word."""


def _slots(part: Part, parts: Sequence[Part]) -> dict[str, str]:
    own = _facts(part.words)
    rivals = [
        _facts(other.words)
        for other in parts
        if other is not part and other.words.noun == part.words.noun
    ]
    return {
        name: value
        for name, value in own.items()
        if all(facts.get(name) != value for facts in rivals)
    }


def _facts(said: Words) -> dict[str, str]:
    facts: dict[str, str] = {}
    if said.place.startswith("on the ") and said.place[7:] in _OTHER:
        facts["side"] = said.place[7:]
    if said.colour:
        facts["colour"] = said.colour
    way = said.behaviour.rpartition(" to the ")[2]
    if way in _OTHER and " to the " in said.behaviour:
        facts |= {"way": way, "from": _OTHER[way]}
    return facts


def _sentence(pattern: str, slots: Mapping[str, str], random: Random) -> str:
    while choice := _CHOICE.search(pattern):
        chosen = random.choice(tuple(choice.group(1).split("|")))
        pattern = pattern[: choice.start()] + chosen + pattern[choice.end() :]
    return " ".join(_SLOT.sub(lambda slot: slots[slot.group(1)], pattern).split())


@cache
def _patterns() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(
        (files("rem.tiny") / "phrases.json").read_text(encoding="utf-8")
    )
    return found


@cache
def _demo_sentences() -> frozenset[str]:
    return frozenset(
        expression.text for clip in read_catalogue() for expression in clip.expressions
    )
