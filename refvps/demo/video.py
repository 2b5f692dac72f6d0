"""A rendered demo video: its frames and, for every process in it, words and masks."""

from dataclasses import dataclass

from refvps.types import PackedMask, UInt8Array

STRIDE = 4
"""Every fourth frame is annotated: 0, 4, 8, …"""


@dataclass(frozen=True, slots=True)
class Words:
    """What can be said about a part: the raw material of referring expressions.

    Attributes:
        concept: the process, a key of ``refvps.demo.concepts.CONCEPTS``.
        noun: what the target is called, such as ``smoke``.
        colour: its colour in a word, or empty where it has none of its own.
        place: where it is, such as ``on the left``.
        behaviour: what it does, as a relative clause without ``that``, such as ``leans right``.
    """

    concept: str
    noun: str
    colour: str
    place: str
    behaviour: str


@dataclass(frozen=True, slots=True)
class Part:
    """One process of a video, a possible target.

    Attributes:
        name: unique in its scene, the same for every seed, such as ``left``.
        words: what can be said about it.
        masks: one mask for every annotated frame; empty where it is absent.
        voids: the pixels where it is genuinely unclear, one a mask; disjoint from the mask.
    """

    name: str
    words: Words
    masks: tuple[PackedMask, ...]
    voids: tuple[PackedMask, ...]


@dataclass(frozen=True, slots=True)
class DemoVideo:
    """A video with all its parts.

    Attributes:
        video_id: ``SCENE-SEED``.
        frames: uint8 ``[T, H, W, 3]`` RGB at 24 fps, read-only.
        parts: in the order in which the scene paints them; their masks are disjoint.
    """

    video_id: str
    frames: UInt8Array
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        """Return the part of that name; KeyError if there is none."""
        return {part.name: part for part in self.parts}[name]
