"""Rules that the demo's list of clips keeps."""

from collections import Counter

import pytest

from refvps.demo.catalogue import read_catalogue
from refvps.demo.concepts import CONCEPTS
from refvps.demo.digest import committed_digests
from refvps.demo.scenes import SCENES
from refvps.names import is_safe_name

CLIPS = read_catalogue()
COLOURS = {
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white",
    "grey", "gray", "cream", "dark", "bright",
}  # fmt: skip


def test_there_are_at_least_23_clips_with_safe_unique_ids():
    assert len({clip.clip_id for clip in CLIPS}) == len(CLIPS) >= 23
    assert all(is_safe_name(clip.clip_id) for clip in CLIPS)


def test_at_least_eight_pairs_share_a_video():
    shared = Counter(clip.video_id for clip in CLIPS)

    assert sum(count >= 2 for count in shared.values()) >= 8


def test_every_scene_is_known():
    assert {clip.scene for clip in CLIPS} <= set(SCENES)


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.clip_id)
def test_expressions_are_two_by_each_annotator_and_4_to_16_words(clip):
    assert [expression.annotator for expression in clip.expressions] == ["a1", "a1", "a2", "a2"]
    assert [expression.expression_id for expression in clip.expressions] == list("0123")
    assert all(4 <= len(expression.text.split()) <= 16 for expression in clip.expressions)


def test_no_sentence_occurs_twice():
    texts = Counter(e.text.lower() for clip in CLIPS for e in clip.expressions)

    assert [text for text, count in texts.items() if count > 1] == []


def test_most_expressions_name_no_colour():
    texts = [e.text for clip in CLIPS for e in clip.expressions]
    coloured = [text for text in texts if COLOURS & set(text.lower().replace(",", "").split())]

    assert len(coloured) < len(texts) / 4


def test_concepts_cover_the_five_groups():
    assert len(CONCEPTS) >= 15
    assert len({group for groups in CONCEPTS.values() for group in groups}) == 5


def test_every_clip_has_a_digest_and_no_other_is_listed():
    assert set(committed_digests()) == {clip.clip_id for clip in CLIPS}
