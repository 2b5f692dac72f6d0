"""Sentences for training: true of one part, made of known words, and never the demo's own."""

import re

import pytest

from refvps.demo.catalogue import read_catalogue
from refvps.demo.randomness import Random
from refvps.demo.scenes import SCENES
from refvps.demo.video import DemoVideo, Part, Words
from rem.tiny.phrases import _patterns, caption, sentences, words

DEMO = {expression.text for clip in read_catalogue() for expression in clip.expressions}


def part(name: str, place: str, colour: str = "", behaviour: str = "rises") -> Part:
    return Part(name, Words("smoke dispersing", "smoke", colour, place, behaviour), (), ())


def chimneys(first: Part, second: Part) -> DemoVideo:
    return DemoVideo("chimneys-1000", None, (first, second))


def test_every_target_of_every_scene_has_patterns() -> None:
    for name, scene in SCENES.items():
        named = {actor.name for actor in scene(Random(1000)).actors if actor.words is not None}
        assert named == set(_patterns()[name]), name


def test_no_sentence_is_the_demo_s() -> None:
    for name, scene in SCENES.items():
        actors = [actor for actor in scene(Random(1000)).actors if actor.words is not None]
        parts = tuple(Part(actor.name, actor.words, (), ()) for actor in actors)
        video = DemoVideo(f"{name}-1000", None, parts)
        for each in parts:
            found = sentences(video, each, 30, Random(5))
            assert len(set(found)) == 30
            assert DEMO.isdisjoint(found)
            assert not re.search(r"[<>{}|]|  ", " ".join(found))
            assert set(re.findall(r"[a-z']+", " ".join(found).lower())) <= set(words())


def test_what_two_parts_share_is_not_said_of_one() -> None:
    left = part("stream", "on the left", "grey", "rises steadily and leans to the right")
    right = part("puffs", "on the right", "grey", "comes in puffs and leans to the right")
    said = " ".join(sentences(chimneys(left, right), left, 60, Random(1)))
    assert "grey" not in said
    assert "to the right" not in said
    assert "left" in said


def test_what_tells_them_apart_is_said() -> None:
    left = part("stream", "on the left", "white", "rises steadily and leans to the left")
    right = part("puffs", "on the right", "black", "comes in puffs and leans to the right")
    said = " ".join(sentences(chimneys(left, right), right, 60, Random(1)))
    assert "black" in said
    assert "white" not in said
    assert "to the right" in said


def test_a_caption_names_every_part() -> None:
    left = part("stream", "on the left", "white")
    right = part("puffs", "on the right", "black")
    said = {caption(chimneys(left, right), Random(seed)) for seed in range(20)}
    assert len(said) > 15
    assert all(" and " in text for text in said)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_says_the_same(seed: int) -> None:
    video = chimneys(part("stream", "on the left"), part("puffs", "on the right"))
    one = sentences(video, video.parts[0], 4, Random(seed))
    assert one == sentences(video, video.parts[0], 4, Random(seed))
